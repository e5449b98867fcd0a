import type { Bucket, Day, Fen } from '../../policy/index.ts';
import type { DayCloseBody } from '../../sync/contract/bodies/day-close.ts';
import type { DatasetRef, Paid, SettlementBody } from '../../sync/contract/bodies/settlement.ts';
import type { DatasetManifest } from '../../sync/contract/datasets/manifest.ts';
import type { Instant, Seq } from '../../sync/contract/ids.ts';

/** Where a record landed. */
export interface Appended {
  seq: Seq;
  hash: string;
}

export interface Settled extends Appended {
  body: SettlementBody;
}

export interface SettleAct {
  operator: string;
  /** The confirm's id, made by the page. */
  request: string;
  /**
   * The body, or how to make it once the seq is known (`setl_id` carries it). Runs inside the transaction.
   */
  body: SettlementBody | ((seq: Seq) => SettlementBody);
  /** The open visit that this settles: dropped in the same transaction. */
  visit?: string;
  /** Digest of the quote that is confirmed. A request id stands for one visit and one quote. */
  quote?: string;
}

export interface ReverseAct {
  operator: string;
  request: string;
  /** The settlement that is taken back. */
  seq: Seq;
  reason: string;
  /** How the money goes back to the person. */
  refund: Paid[];
  /** The day it is booked in: today, not the settlement's. */
  day: Day;
}

/** `stale`: something was booked on that day after it. */
export interface DayClose extends Appended {
  body: DayCloseBody;
  stale: boolean;
}

/** The part of a bundle's bucket that says where its use is kept. */
export type UsedBucket = Pick<Bucket, 'name' | 'period' | 'scope'>;

/**
 * One line of a day's list; amounts in fen. `record(seq)` has the rest. A reversal's amounts are negative.
 */
export interface SettlementSummary {
  seq: Seq;
  day: Day;
  medfee: Fen;
  fund: Fen;
  psn: Fen;
  cash: Fen;
  /** Seq of the settlement this line takes back; null for a settlement. */
  reverses: Seq | null;
  /** Seq of the reversal that took this settlement back. */
  reversedBy: Seq | null;
}

/** Sums of one day, in fen, reversals booked on it taken off. */
export interface DayTotals {
  visits: number;
  medfee: Fen;
  fund: Fen;
  cash: Fen;
}

/** `asked`: the printer did not say, twice, whether it came out; the doctor has to. */
export type PrintState = 'waiting' | 'printing' | 'printed' | 'asked';

/** Copy 0 is the original, the others are marked 补打. `unsure`: an earlier copy may be on paper already. */
export interface PrintJob {
  seq: Seq;
  copy: number;
  state: PrintState;
  code: string | null;
  unsure: boolean;
}

/** A visit that was begun and neither settled nor closed. */
export interface OpenVisit {
  id: string;
  opened_at: Instant;
  /** The caller's; it is sealed on disk. null: what is on disk is damaged. */
  json: string | null;
}

export interface StoredDataset {
  ref: DatasetRef;
  manifest: DatasetManifest;
  content: string;
}
