import type { Period } from '../../policy/index.ts';
import type { RecordSource } from '../../sync/clinic/ports.ts';
import type { DatasetRef, Paid, Put, SettlementBody } from '../../sync/contract/settlement.ts';
import type { DatasetManifest } from '../../sync/record/dataset.ts';
import type { LedgerRecord, RecordKind } from '../../sync/record/record.ts';
import type { LedgerTime } from './clock.ts';
import type { DiskState } from './disk.ts';

export type { DiskState, LedgerTime };

/** Where a record landed. */
export interface Appended {
  seq: number;
  hash: string;
}

export interface Settled extends Appended {
  body: SettlementBody;
}

export interface SettleAct {
  operator: string;
  /** The confirm's id, made by the page. */
  request: string;
  /** The body, or how to make it once the seq is known (`setl_id` carries it). Runs inside the transaction. */
  body: SettlementBody | ((seq: number) => SettlementBody);
  /** The visit at the desk that this settles: dropped in the same transaction. */
  visit?: string;
}

export interface ReverseAct {
  operator: string;
  request: string;
  /** The settlement that is taken back. */
  seq: number;
  reason: string;
  /** How the money goes back to the person. */
  refund: Paid[];
  /** The day it is booked in: today, not the settlement's. */
  day: string;
}

/** Body of a `reversal`. docs/record.md §2 */
export interface ReversalBody {
  setl_id: string;
  request: string;
  of: Appended;
  reason: string;
  /** The day it is booked in. */
  day: string;
  /** The settlement's own day. */
  setl_date: string;
  put: Put[];
  refund: Paid[];
}

/** Body of a `day-close`: net of the reversals booked that day, so an amount may be negative. docs/record.md §2 */
export interface DayCloseBody {
  day: string;
  /** Seq of the first and last settlement or reversal booked that day. */
  first: number | null;
  last: number | null;
  visits: number;
  reversals: number;
  medfee_sumamt: string;
  fund_pay_sumamt: string;
  psn_part_amt: string;
  funds: { fund_pay_type: string; fund_payamt: string }[];
  paid: { way: string; amount: string }[];
}

/** `stale`: something was booked on that day after it. */
export interface DayClose extends Appended {
  body: DayCloseBody;
  stale: boolean;
}

export interface Bucket {
  name: string;
  period: Period;
  scope: 'person' | 'clinic';
}

/** One line of a day's list; amounts in fen. `record(seq)` has the rest. A reversal's amounts are negative. */
export interface SettlementSummary {
  seq: number;
  day: string;
  medfee: number;
  fund: number;
  psn: number;
  cash: number;
  /** Seq of the settlement this line takes back; null for a settlement. */
  reverses: number | null;
  /** Seq of the reversal that took this settlement back. */
  reversedBy: number | null;
}

/** Sums of one day, in fen, reversals booked on it taken off. */
export interface DayTotals {
  visits: number;
  medfee: number;
  fund: number;
  cash: number;
}

export type PrintState = 'waiting' | 'printing' | 'printed';

/** Copy 0 is the original; every other one is marked 补打. `unsure`: an earlier copy may have come out before a crash. */
export interface PrintJob {
  seq: number;
  copy: number;
  state: PrintState;
  code: string | null;
  unsure: boolean;
}

export interface DeskVisit {
  id: string;
  openedAt: string;
  json: string;
}

export interface StoredDataset {
  ref: DatasetRef;
  manifest: DatasetManifest;
  content: string;
}

export interface Ledger extends RecordSource {
  /** Everything of one act in one transaction: record, totals, print job. The same request gives the first answer again and changes nothing. */
  settle(act: SettleAct): Settled & { repeated: boolean };
  settledBy(request: string): Settled | null;
  /** Takes back what a settlement put, in its own periods. REVERSAL_REFUSED when that has been done by another request. */
  reverse(act: ReverseAct): Appended & { body: ReversalBody; repeated: boolean };
  /** What each bucket holds in the period of `day`, as a claim's `used`: yuan with two places, a count as a whole number; empty ones absent. */
  used(
    person: { psn_no: string; insutype: string; poolarea: string },
    day: string,
    buckets: Bucket[],
  ): Record<string, string>;
  record(seq: number): LedgerRecord | null;
  settlements(day: string): SettlementSummary[];
  /** A person's, newest first, at most `count`; those taken back are left out. `record(seq)` has the rest. */
  settlementsOf(psn_no: string, count: number): SettlementSummary[];
  /** Which of these trace codes a settlement that was not taken back has sold. */
  soldCodes(drug_trac_codg: string[]): string[];
  todayTotals(day: string): DayTotals;
  /** Signs what the day came to. Again only when something was booked since. */
  closeDay(day: string, operator: string): DayClose & { repeated: boolean };
  /** The last one of a day. */
  dayClose(day: string): DayClose | null;

  /** What to take for now and today, and whether the doctor has to confirm the date first. */
  time(): LedgerTime;
  /** The doctor says what day it is (PIN checked by the caller). CLOCK_DAY_REFUSED outside the bounds. */
  confirmDay(day: string, operator: string): void;
  disk(): DiskState;
  /** Looks at disk and clock, writes an `incident` for what is new, and tidies the store. For the composition to call, once a minute. */
  watch(): void;

  /** A record that moves no totals: configuration, incident, service, stock. */
  append(kind: RecordKind, body: Record<string, unknown>, operator: string): Appended;

  /** Those not printed yet, in order. */
  printJobs(): PrintJob[];
  /** The latest copy of a settlement's slip. */
  printState(seq: number): PrintJob | null;
  setPrintState(seq: number, copy: number, state: PrintState, code?: string | null): void;
  /** Part of this copy may be on paper: it is done with, and a marked one is queued, in one transaction. */
  unsurePrint(seq: number, copy: number, code: string): void;
  /** Queues a marked copy; gives its number. */
  addReprint(seq: number): number;

  /** Who is at the desk and what was typed so far; sealed, and no money. */
  putVisit(id: string, openedAt: string, json: string): void;
  visit(id: string): DeskVisit | null;
  visits(): DeskVisit[];
  dropVisit(id: string): void;

  /** The version in force, or one that was. */
  dataset(name: string, version?: number): StoredDataset | null;
  datasetNames(): string[];
  /** What the township objects to, as it was signed, oldest first. */
  objections(): string[];
  /** Why this ledger takes no more, or null. */
  forked(): string | null;
  close(): void;
}
