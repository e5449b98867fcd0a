import type { Day, Fen } from '../../../policy/index.ts';
import type { Seq } from '../../../sync/contract/ids.ts';
import type { LedgerError } from '../errors.ts';

/**
 * The port of the ledger's storage: small typed rows, all writes inside `transact`. Once `transact` has
 * returned, its writes survive a power cut. Implementations: sqlite.ts, model.ts; both pass
 * testing/conformance.ts.
 */
export interface Store {
  /** All of `work` or nothing; durable when it returns; not nested. LedgerError DISK_FULL, DISK_FAILED. */
  transact<T>(work: () => T): T;
  /** Reads inside `work` see one state, whatever another process commits meanwhile. */
  snapshot<T>(work: () => T): T;

  meta(key: string): string | null;
  setMeta(key: string, value: string): void;

  head(): RecordRow | null;
  record(seq: Seq): RecordRow | null;
  /** The day a record is booked in, without the record. */
  dayOf(seq: Seq): Day | null;
  /** In order, those after `after`, at most `count`. */
  records(after: Seq, count: number): RecordRow[];
  addRecord(row: RecordRow): void;

  request(key: Uint8Array): number | null;
  addRequest(key: Uint8Array, seq: Seq): void;

  used(key: UsedKey): UsedRow | null;
  /** Adds `row.amount` to what the bucket holds. */
  addUsed(row: UsedRow): void;
  /** What had been used in the ledger that this one was restored from. */
  carried(key: UsedKey): UsedRow | null;
  addCarried(row: UsedRow): void;

  settlement(day: Day, seq: Seq): SettlementRow | null;
  /** By seq, those after `after`. */
  settlementsOn(day: Day, after?: Seq): SettlementRow[];
  /** The last row of a day. */
  lastOn(day: Day): SettlementRow | null;
  /** A person's, newest seq first, at most `count`. */
  settlementsOf(person: Uint8Array, count: number): SettlementRow[];
  addSettlement(row: SettlementRow): void;
  /** The settlements that sold packs under this trace code, reversed or not. */
  soldIn(code: Uint8Array): number[];
  addSold(row: SoldRow): void;
  setReversed(day: Day, seq: Seq, by: Seq): void;

  /** Not printed yet, by seq and copy. */
  openPrintJobs(): PrintRow[];
  printJobsOf(seq: Seq): PrintRow[];
  /** A job that is not there yet. */
  addPrintJob(row: PrintRow): void;
  /** Replaces the one with the same seq and copy. */
  putPrintJob(row: PrintRow): void;
  dropPrintJob(seq: Seq, copy: number): void;

  /** `version` absent: the newest. */
  dataset(name: string, version?: number): DatasetRow | null;
  /** Names with their newest version. */
  datasets(): { name: string; version: number }[];
  addDataset(row: DatasetRow): void;
  /** The content of one that is there, sealed anew. */
  mendDataset(name: string, version: number, sealed: Uint8Array): void;

  /** Once per `hash`; the same one again takes its place. */
  addObjection(hash: Uint8Array, sealed: Uint8Array): void;
  /** Oldest first. */
  objections(): Uint8Array[];

  visit(id: string): VisitRow | null;
  visits(): VisitRow[];
  putVisit(row: VisitRow): void;
  dropVisit(id: string): void;

  /** In the order of its key. */
  carriedRows(): Iterable<UsedRow>;
  /** The tables that are derived from records alone, each in the order of its key. */
  requestRows(): Iterable<{ request: Uint8Array; seq: Seq }>;
  usedRows(): Iterable<UsedRow>;
  settlementRows(): Iterable<SettlementRow>;
  soldRows(): Iterable<SoldRow>;
  /** Empties these four. */
  clearDerived(): void;

  /** Housekeeping that would otherwise delay a later act. */
  tidy(): void;
  /** The first I/O error: from then on nothing is written until a restart. */
  failed(): LedgerError | null;
  close(): void;
}

export interface RecordRow {
  seq: Seq;
  /** 64 hex digits. */
  hash: string;
  kind: string;
  /** The day it is booked in; null for what belongs to no day. */
  day: Day | null;
  sealed: Uint8Array;
}

export interface UsedKey {
  /** Keyed hash of the person, or of the clinic. */
  holder: Uint8Array;
  insutype: string;
  poolarea: string;
  bucket: string;
  period: string;
}

export interface UsedRow extends UsedKey {
  unit: 'fen' | 'count';
  amount: number;
}

/** Amounts in fen. A reversal has a row of its own, with negative amounts, in the day it is booked in. */
export interface SettlementRow {
  seq: Seq;
  day: Day;
  person: Uint8Array | null;
  medfee: Fen;
  fund: Fen;
  psn: Fen;
  cash: Fen;
  reverses: Seq | null;
  reversed_by: Seq | null;
}

/** `code`: keyed hash of a trace code. An opened pack's is sold several times. */
export interface SoldRow {
  code: Uint8Array;
  seq: Seq;
}

export interface PrintRow {
  seq: Seq;
  copy: number;
  state: 'waiting' | 'printing' | 'printed';
  code: string | null;
  /**
   * 1: an earlier copy may be on paper already. 2, of one that is `waiting`: so may this one, and it waits
   * for the doctor's word. A release that knows 0 and 1 only prints it once more, marked.
   */
  unsure: 0 | 1 | 2;
}

export interface DatasetRow {
  name: string;
  version: number;
  sha256: string;
  /** The signed manifest. */
  manifest: string;
  sealed: Uint8Array;
  /** The record that put it in force. */
  seq: Seq;
}

export interface VisitRow {
  id: string;
  opened_at: string;
  sealed: Uint8Array;
}
