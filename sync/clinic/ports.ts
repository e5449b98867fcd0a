import type { Milliseconds } from '../../drivers/contract.ts';
import type { Bus } from '../bus/port.ts';
import type { DatasetManifest } from '../contract/datasets/manifest.ts';
import type { Enrolment } from '../contract/enrolment.ts';
import type { ClinicCode, LedgerId, Seq } from '../contract/ids.ts';
import type { Clock, Log, Random } from '../ports.ts';
import type { SigningKey } from '../record/keys.ts';
import type { Head } from '../record/record.ts';
import type { SealingKey } from '../record/seal.ts';
import type { BoxCertificate } from './certificate.ts';

/** What the link needs of the ledger. Every call is synchronous and durable when it returns. */
export interface RecordSource {
  readonly ledger: LedgerId;
  readonly clinic: ClinicCode;
  head(): Head;
  /** The delivery mark: the township holds everything through this seq. */
  deliveredThrough(): Seq;
  /**
   * JWS texts in order from `after` + 1; at least one when there is one, then as many as both limits allow.
   */
  read(after: Seq, count_max: number, bytes_max: number): string[];
  /** Hash of the record at a seq, of the empty ledger at 0; null when there is none. */
  hashAt(seq: Seq): string | null;
  /** Sets the delivery mark, backwards too when the township lost data. */
  acknowledge(receiptJws: string, through: Seq): void;
  onAppend(listener: () => void): void;
  /** Name → version in force. */
  datasets(): Record<string, number>;
  /** Throws SyncError DATASET_REFUSED when the content is not valid for its name. */
  install(manifestJws: string, content: string, manifest: DatasetManifest): void;
  /** Stores what the township objects to, as it was signed. The same one may come again. */
  addObjection(jws: string): void;
  /**
   * The last objection before the first gap in their numbers, and its hash; 0 and 64 zeros when there is
   * none.
   */
  objectionsHeld(): { n: number; hash: string };
  /** The township holds something else than this ledger does: it must take no more. `detail`: English. */
  fork(detail: string): void;
}

export interface LinkOptions {
  bus: Bus;
  source: RecordSource;
  signing: SigningKey;
  sealing: SealingKey;
  enrolment: Enrolment;
  /** Renewed over the link; without it the box asks for none. */
  certificate?: Pick<BoxCertificate, 'status' | 'take' | 'until'>;
  clock: Clock;
  random: Random;
  log: Log;
  /** Names this start of the process in presence and hellos: letters, digits and hyphens. */
  boot: string;
  /** What the box takes the time to be; null while there is nothing to believe. */
  time?(): Milliseconds | null;
  /** How the box is, for the hello; `{}` says nothing. */
  status(): Record<string, unknown>;
}
