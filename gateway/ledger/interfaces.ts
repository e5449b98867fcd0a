import type { Day } from '../../policy/index.ts';
import type { RecordSource } from '../../sync/clinic/ports.ts';
import type { ReversalBody } from '../../sync/contract/bodies/reversal.ts';
import type { DatasetRef } from '../../sync/contract/bodies/settlement.ts';
import type { ClinicCode, LedgerId, Seq } from '../../sync/contract/ids.ts';
import type { Objection } from '../../sync/contract/messages.ts';
import type { BodyOf, LedgerRecord, RecordKind } from '../../sync/contract/record.ts';
import type { Head } from '../../sync/record/record.ts';
import type { LedgerTime } from './clock.ts';
import type { DamageFound } from './damage.ts';
import type { DiskState } from './disk.ts';
import type { LostRecords } from './mark.ts';
import type {
  Appended,
  DayClose,
  DayTotals,
  OpenVisit,
  PrintJob,
  PrintState,
  ReverseAct,
  SettleAct,
  Settled,
  SettlementSummary,
  StoredDataset,
  UsedBucket,
} from './types.ts';

/** What is in the ledger. Amounts in fen unless stated otherwise. */
export interface LedgerReader {
  /** Id of this ledger: 32 hex digits. */
  readonly ledger: LedgerId;
  /** fixmedins_code. */
  readonly clinic: ClinicCode;
  head(): Head;
  /** RECORD_DAMAGED when what is stored cannot be read. */
  record(seq: Seq): LedgerRecord | null;
  /** For whoever can do without: null too when it cannot be read; that is noted in `damage`. */
  readableRecord(seq: Seq): LedgerRecord | null;
  /** The settlement that a request made. REQUEST_REUSED when it is not the one that is `asked` for. */
  settledBy(request: string, asked?: Pick<SettleAct, 'visit' | 'quote'>): Settled | null;
  /**
   * What each bucket holds in the period of `day`, as a claim's `used`: yuan with two places, a count as a
   * whole number; empty ones are absent.
   */
  used(
    person: { psn_no: string; insutype: string; poolarea: string },
    day: Day,
    buckets: UsedBucket[],
  ): Record<string, string>;
  settlements(day: Day): SettlementSummary[];
  /** One line of a day's list; null when there is no settlement or reversal at this seq. */
  settlementAt(seq: Seq): SettlementSummary | null;
  /** A person's, newest first, at most `count`; those taken back are left out. `record(seq)` has the rest. */
  settlementsOf(psn_no: string, count: number): SettlementSummary[];
  /** The settlements that sold under a trace code and were not taken back, oldest first. */
  soldIn(drug_trac_codg: string): Seq[];
  todayTotals(day: Day): DayTotals;
  /** The last settlement of a day, taken back or not. */
  lastSettlement(day: Day): Seq | null;
  /** The last close of a day. */
  dayClose(day: Day): DayClose | null;
  /** The township holds everything through this seq. */
  deliveredThrough(): Seq;
}

/**
 * What adds a record, each in one transaction with all that follows from it. Every method throws LedgerError:
 * LEDGER_FORKED, RECORDS_MISSING, LEDGER_UNCONFIRMED, OPERATOR_UNKNOWN, DISK_FULL, DISK_FAILED; those that
 * book money also CLOCK_BACKWARD and CLOCK_FORWARD.
 */
export interface LedgerWriter {
  /**
   * Record, totals and print job. The same request gives the first answer again and changes nothing;
   * REQUEST_REUSED when the request id belongs to another visit, another price or another kind of act.
   */
  settle(act: SettleAct): Settled & { repeated: boolean };
  /**
   * Takes back what a settlement put, in its own periods, and queues a slip that says so. The same request
   * gives the first answer again; REVERSAL_REFUSED when another request has done it, REQUEST_REUSED when the
   * request id did something else.
   */
  reverse(act: ReverseAct): Appended & { body: ReversalBody; repeated: boolean };
  /** Signs the sums of a day. Repeated without a new record when nothing was booked on it since. */
  closeDay(day: Day, operator: string): DayClose & { repeated: boolean };
  /** A record that moves no totals: configuration, incident, service, stock. */
  append<Kind extends Exclude<RecordKind, 'settlement' | 'reversal' | 'day-close'>>(
    kind: Kind,
    body: BodyOf<Kind>,
    operator: string,
  ): Appended;
}

/** Every dataset that was ever in force. */
export interface LedgerDatasets extends Pick<RecordSource, 'datasets' | 'install'> {
  /**
   * The version in force, or one that was. When the newest cannot be read, the one before it is in force
   * until the township has sent it again; DATASET_DAMAGED when there is none.
   */
  dataset(name: string, version?: number): StoredDataset | null;
  /** Of the version in force; of the newest when none can be read. Null: it has never come. */
  datasetRef(name: string): DatasetRef | null;
  datasetNames(): string[];
  /** Called after a dataset has come into force. */
  onDataset(listener: (name: string) => void): void;
}

/** What has been delivered, and what the township answered. */
export interface LedgerDeliveries
  extends Pick<
    RecordSource,
    'deliveredThrough' | 'read' | 'hashAt' | 'acknowledge' | 'addObjection' | 'objectionsHeld' | 'fork'
  > {
  /** What the township objects to, as it was signed, oldest first. */
  objections(): string[];
  /** Those that were not withdrawn, the earliest first. */
  standingObjections(): readonly Objection[];
}

export interface LedgerClock {
  /** What to take for now and today, and whether the doctor has to confirm the date first. */
  time(): LedgerTime;
  /** The doctor says what day it is (PIN checked by the caller). CLOCK_DAY_REFUSED outside the bounds. */
  confirmDay(day: Day, operator: string): void;
}

export interface LedgerHealth {
  disk(): DiskState;
  /** Why this ledger takes no more: it has forked. Null when it has not. */
  forked(): string | null;
  /** Why nothing may be written: records that were here are not. Null when none are missing. */
  lost(): LostRecords | null;
  /** What was found damaged in the store since the start. */
  damage(): DamageFound[];
  /** Writes an `incident` for a new disk or clock fault, and tidies the store. To be called once a minute. */
  maintain(): void;
}

/**
 * The queue of slips, of settlements and of reversals. One without the mark 补打 comes out at most once,
 * whatever happens; what may be on paper is repeated by itself at most once.
 */
export interface PrintQueue {
  /** Those to be printed, in order. */
  printJobs(): PrintJob[];
  /** Those of which only the doctor can say whether they came out, in order: `asked`. */
  printQuestions(): PrintJob[];
  /** The latest copy of a record's slip. */
  printState(seq: Seq): PrintJob | null;
  /** PRINT_JOB_UNKNOWN when there is no such job, or when it cannot come from the state it is in. */
  setPrintState(seq: Seq, copy: number, state: PrintState, code?: string | null): void;
  /**
   * For a copy of which part may be on paper: a marked copy takes its place; when it is that copy already,
   * the doctor is asked, and nothing is printed until `answerPrint`.
   */
  printUnsure(seq: Seq, copy: number, code: string): void;
  /** The doctor's answer: it came out, or one more marked copy. Does nothing to a job that is not asked. */
  answerPrint(seq: Seq, copy: number, isPrinted: boolean): void;
  /** Queues a marked copy, in place of one that is asked; gives its number. */
  addReprint(seq: Seq): number;
}

/** Visits that were begun, kept over a reload or a power cut. They move no money. */
export interface OpenVisits {
  /** Takes the place of the one with the same id. */
  putVisit(visit: OpenVisit & { json: string }): void;
  visit(id: string): OpenVisit | null;
  /** Oldest first. */
  visits(): OpenVisit[];
  dropVisit(id: string): void;
}

/**
 * Small texts that outlive the process and are in no record: who is logged in, how often a PIN was wrong.
 * They are sealed.
 */
export interface Kept {
  kept(name: string): string | null;
  /** Takes the place of the one with the same name. A disk that takes nothing is no error: it is not kept. */
  keep(name: string, text: string): void;
}

/** All of it. Only the composition holds one; everything else takes the interfaces it uses. */
export interface Ledger
  extends LedgerReader,
    LedgerWriter,
    RecordSource,
    LedgerDatasets,
    LedgerDeliveries,
    LedgerClock,
    LedgerHealth,
    PrintQueue,
    OpenVisits,
    Kept {
  close(): void;
}
