import type { Bus } from './bus.ts';
import type { Enrolment } from './enrol.ts';
import type { Clock, Log, Random } from './ports.ts';
import type { DatasetManifest } from './record/dataset.ts';
import type { SigningKey } from './record/keys.ts';
import type { Head } from './record/record.ts';
import type { SealingKey } from './record/seal.ts';

/** What the link needs of the ledger. Every call is synchronous and durable when it returns. */
export interface RecordSource {
  readonly ledger: string;
  readonly clinic: string;
  head(): Head;
  /** The delivery mark: the township holds everything through this seq. */
  held(): number;
  /** JWS texts in order from `after` + 1; at least one when there is one, then as many as both limits allow. */
  read(after: number, count_max: number, bytes_max: number): string[];
  /** Sets the delivery mark, backwards too when the township lost data. */
  hold(receiptJws: string, through: number): void;
  onAppend(listener: () => void): void;
  /** Name → version in force. */
  datasets(): Record<string, number>;
  /** Throws SyncError DATASET_REFUSED when the content is not valid for its name. */
  install(manifestJws: string, content: string, manifest: DatasetManifest): void;
  /** The same finding may come again. */
  finding(jws: string): void;
  fork(detail: string): void;
}

export interface LinkOptions {
  bus: Bus;
  source: RecordSource;
  signing: SigningKey;
  sealing: SealingKey;
  enrolment: Enrolment;
  clock: Clock;
  random: Random;
  log: Log;
  /** Names this start of the process in presence and hellos. */
  boot: string;
  /** Numbers for the presence message. */
  status(): object;
}

export interface LinkState {
  connected: boolean;
  /** Records the township does not hold yet. */
  waiting: number;
  /** When `connected` last changed, ms since 1970. */
  since: number;
  /** Refused messages by error code. */
  refused: Record<string, number>;
}

export interface Link {
  start(): void;
  stop(): Promise<void>;
  state(): LinkState;
  onChange(listener: () => void): void;
}

export function createLink(_options: LinkOptions): Link {
  throw new Error('not yet');
}
