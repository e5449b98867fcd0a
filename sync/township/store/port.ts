import type { Day, Fen } from '../../../policy/index.ts';
import type { Dataset } from '../../contract/datasets/manifest.ts';
import type { EnrolledClinic } from '../../contract/enrolment.ts';
import type { ClinicCode, Instant, LedgerId, Seq } from '../../contract/ids.ts';
import type { PublicJwk } from '../../contract/keys.ts';
import type { Hello, RefusedDataset } from '../../contract/messages.ts';
import type { Head, SignedRecord } from '../../record/record.ts';
import type { ObjectionRow, ObjectionTable } from './objection-table.ts';
import type { Place } from './place.ts';

/**
 * What the township stores, and all that its other modules know of a database. Implementation:
 * sqlite/store.ts; testing/conformance.ts holds every implementation to this text.
 *
 * Each call is atomic and, unless it stands within `transact`, durable when it returns. Instants are ISO 8601
 * in UTC with milliseconds, hashes 64 hex digits, amounts fen or counts as integers. Nothing here decides:
 * rules are in book/, enrol/, publish/ and receive/.
 */
export interface TownshipStore extends TownshipTables {
  readonly reports: Reports;
  /** All of `work` or, when it throws, nothing. `work` uses the tables it is given; transactions may nest. */
  transact<T>(work: (tables: TownshipTables) => T): T;
  /** Another number whenever another process has committed something. */
  revision(): number;
  /**
   * An empty private store beside this one: verification books everything into it once more.
   */
  scratch(): TownshipStore;
  close(): void;
}

export interface TownshipTables {
  readonly ledgers: LedgerTable;
  readonly records: RecordTable;
  readonly book: BookTable;
  readonly objections: ObjectionTable;
  readonly invites: InviteTable;
  readonly datasets: DatasetTable;
}

/** One ledger as the township knows it, with the box that writes it. */
export interface LedgerRow {
  ledger: LedgerId;
  clinic: ClinicCode;
  /** Of the box's signing key; `x` is that key, `sealing` its key for sealing, both base64url. */
  kid: string;
  x: string;
  sealing: string;
  revoked_at: Instant | null;
  /** The last record held, and its hash; 0 and 64 zeros when there is none. */
  through: Seq;
  hash: string;
  /** The first seq at which there are two records. */
  fork: Seq | null;
  /** The ledger that followed this one, which takes no more. */
  successor: LedgerId | null;
  cloned_at: Instant | null;
  /** Of the last hello. */
  boot: string | null;
  n: number | null;
  /** Name → version that the box had by its last hello. */
  datasets: Record<string, number>;
  refused: RefusedDataset[];
}

/** A box that is enrolled, with its new and empty ledger. */
interface NewBox {
  kid: string;
  jwk: PublicJwk;
  /** X25519 public key, base64url. */
  sealing: string;
  ledger: LedgerId;
}

export interface LedgerTable {
  get(ledger: LedgerId): LedgerRow | undefined;
  /** Every ledger, those of revoked boxes too, by clinic and ledger. */
  all(): LedgerRow[];
  enrol(box: NewBox, clinic: EnrolledClinic, at: Instant): void;
  box(kid: string): { sealing: string; revoked_at: Instant | null } | undefined;
  /** False when the box was revoked before, or is unknown. */
  revoke(kid: string, at: Instant): boolean;
  /** The last `n` of a boot's hellos. */
  lastHello(ledger: LedgerId, boot: string): number | undefined;
  noteBoot(ledger: LedgerId, boot: string, n: number): void;
  saveHello(hello: Hello, at: Instant): void;
  /** Keeps the first instant. */
  markCloned(ledger: LedgerId, at: Instant): void;
  /** `head`: as its presence names it, unsigned. */
  setConnected(ledger: LedgerId, connected: boolean, head?: Seq): void;
  /** Moves the mark. */
  advance(ledger: LedgerId, head: Head, at: Instant): void;
  /** Keeps the lowest seq. */
  markFork(ledger: LedgerId, seq: Seq): void;
  /** Keeps the other record of a fork. */
  addFork(ledger: LedgerId, seq: Seq, other: SignedRecord, at: Instant): void;
  /** Closes a ledger of this clinic by the one that followed it; the first one that did stays. */
  close(clinic: ClinicCode, ledger: LedgerId, successor: LedgerId): void;
  /** How far a clinic's ledgers but one are held, the newest first. */
  heads(clinic: ClinicCode, but: LedgerId, count_max: number): ({ ledger: LedgerId } & LedgerHead)[];
}

export interface LedgerHead {
  through: Seq;
  hash: string;
}

export interface HeldRecord {
  seq: Seq;
  hash: string;
  kind: string;
  jws: string;
  received_at: Instant;
}

type NewRecord = Place & Pick<HeldRecord, 'hash' | 'kind' | 'jws'> & { v: number };

export interface RecordTable {
  add(record: NewRecord, at: Instant): void;
  get(ledger: LedgerId, seq: Seq): HeldRecord | undefined;
  /** Cheaper than `get`. */
  hashAt(ledger: LedgerId, seq: Seq): string | undefined;
  /** Of one ledger, by seq. */
  of(ledger: LedgerId): Iterable<HeldRecord>;
  /** Of all ledgers, in the order they came, with the public key of the box. */
  inOrder(): Iterable<HeldRecord & { ledger: LedgerId; v: number; x: string }>;
}

/** What one bucket gained or lost. `person` is empty for a bucket of the clinic. */
export interface Use {
  ledger: LedgerId;
  person: string;
  insutype: string;
  poolarea: string;
  bucket: string;
  period: string;
  unit: 'fen' | 'count';
  amount: number;
}

/** Money of one settlement or reversal; fen, negative for a reversal. */
export interface Posting extends Place {
  kind: 'settlement' | 'reversal';
  /** YYYY-MM-DD in China. */
  day: Day;
  person: string;
  setl_id: string;
  medfee: Fen;
  fund: Fen;
  hosp: Fen;
  part: Fen;
}

/** A record of another ledger that was handed in, and where its money is booked. */
export interface Transfer extends Place {
  hash: string;
  of_ledger: LedgerId;
  /** Its own ledger holds another record at its seq. */
  fork: boolean;
}

/** Totals: a function of the records alone, which verification makes once more and compares. */
export interface BookTable {
  /** Adds to what is there. */
  addUse(use: Use): void;
  addPosting(posting: Posting): void;
  /** The settlement at a seq of any ledger of the clinic whose record has this hash. */
  settlement(clinic: ClinicCode, seq: Seq, hash: string): Posting | undefined;
  /** The settlement that was handed in with this hash for the clinic. */
  transferredSettlement(clinic: ClinicCode, hash: string): Posting | undefined;
  /** False when it was reversed before. `by`: seq of the reversal. */
  markReversed(place: Place, by: Seq): boolean;
  /** JWS of the settlements of a ledger with this person and total. */
  alike(ledger: LedgerId, person: string, medfee: Fen): string[];
  transfer(hash: string): Transfer | undefined;
  addTransfer(transfer: Transfer): void;
  /** Was a record handed in for this ledger that differs from the one held? */
  hasBranch(ledger: LedgerId): boolean;
  /** Every row, each as JSON with its members in one order. */
  rows(of: BookPart): string[];
}

export const BOOK_PARTS = ['used', 'postings', 'handed_in'] as const;
export type BookPart = (typeof BOOK_PARTS)[number];

/** A one-time code: known by the topic that is derived from it, never by itself. */
export interface Invite {
  key: Buffer;
  clinic: EnrolledClinic;
  expires_at: Instant;
  /** Who has used it. */
  kid: string | null;
  ledger: LedgerId | null;
}

export interface InviteTable {
  add(topic: string, key: Uint8Array, clinic: EnrolledClinic, expires_at: Instant): void;
  get(topic: string): Invite | undefined;
  /**
   * Those that may still enrol somebody, by topic: not expired, and not used, or used by a box that is not
   * revoked and has not said hello since (its answer may have been lost).
   */
  openAt(at: Instant): { topic: string; key: Buffer }[];
  /** The key of one of them. */
  openKey(topic: string, at: Instant): Buffer | undefined;
  /** Changes nothing when it is used already. */
  use(topic: string, kid: string, ledger: LedgerId, at: Instant): void;
}

/** `clinic` is `*` or one fixmedins_code. */
export interface DatasetTable {
  add(facts: { name: string; version: number; clinic: ClinicCode | '*' }, dataset: Dataset): void;
  /** The highest version that may be in force for a clinic (for any, when `*`); 0 when there is none. */
  newest(name: string, clinic: ClinicCode | '*'): number;
  /** The newest version of every name for a clinic, by name. */
  newestOf(clinic: ClinicCode | '*'): { name: string; version: number }[];
  get(name: string, version: number, clinic: ClinicCode | '*'): Dataset | undefined;
  has(name: string, version: number): boolean;
  /** Does any version of `operators` for a clinic name somebody? null: there is no version for it. */
  hasOperator(clinic: ClinicCode, opter: string): boolean | null;
}

export interface ClinicRow {
  clinic: ClinicCode;
  name: string;
  ledger: LedgerId;
  through: Seq;
  /** By the last hello or presence, whichever is further. */
  head: Seq;
  hash: string;
  fork: Seq | null;
  successor: LedgerId | null;
  cloned_at: Instant | null;
  revoked_at: Instant | null;
  connected: boolean;
  heard_at: Instant | null;
  /** What the box's last hello says of itself. */
  status: Record<string, unknown>;
  /** By the last hello. */
  refused: RefusedDataset[];
}

/** Amounts in fen. */
export interface FundRow {
  clinic: ClinicCode;
  period: string;
  settlements: number;
  reversals: number;
  medfee: Fen;
  fund: Fen;
  hosp: Fen;
  part: Fen;
}

/** What an official asks. */
export interface Reports {
  /** By clinic and ledger. */
  clinics(): ClinicRow[];
  /** Sums by clinic and period, in that order; `by` cuts the day. */
  funds(by: 'day' | 'month'): FundRow[];
  /** Of one person, or of all; by person, scheme, pool, bucket, period and ledger. */
  uses(person?: string): Use[];
  /** How many records of each kind and version are held, by ledger. */
  recordCounts(): { ledger: LedgerId; kind: string; v: number; records: number }[];
  /** The latest first, without those that were withdrawn unless `all`. */
  objections(count_max: number, all?: boolean): ObjectionRow[];
}
