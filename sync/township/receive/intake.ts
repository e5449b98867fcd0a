import { openUp } from '../../contract/frame.ts';
import type { LedgerId, Seq } from '../../contract/ids.ts';
import type { Envelope } from '../../contract/record.ts';
import { SyncError } from '../../errors.ts';
import { compactOf, type JwsParts } from '../../record/jws.ts';
import {
  type CheckSignature,
  checkChain,
  checkRecord,
  type Head,
  openRecord,
  recordHash,
  type SignedRecord,
} from '../../record/record.ts';
import type { Judgement } from '../book/objection.ts';
import type { SignedObjections } from '../book/signed-objections.ts';
import { bookRecord } from '../book/totals.ts';
import type { LedgerRow, TownshipStore, TownshipTables } from '../store/port.ts';
import type { PairKeys } from './pair-keys.ts';
import { objectionsToTime } from './record-time.ts';

/** Records in order; `after`: seq before the first. */
interface Batch {
  after: number;
  records: JwsParts[];
}

/**
 * A batch whose signatures have been checked. `open` gives the record at an index, or throws why it is
 * refused.
 */
export interface CheckedBatch extends Batch {
  open(index: number): SignedRecord;
}

/** What a sealed message of a box holds. */
type Incoming = { t: 'hello'; hello: string } | { t: 'records'; batch: Promise<CheckedBatch> };

interface Taken {
  /** JWS of the objections that are new. */
  objections: string[];
  /** Why the rest of the batch was refused. */
  fault?: unknown;
}

/** Takes in what a box has sealed, however the bytes came: over MQTT, or in a file. */
export interface Intake {
  /**
   * Opens a message; `through`: how far its ledger is held. Throws SyncError when it cannot be opened.
   * Signatures are checked beside the thread, and `batch` never rejects.
   */
  read(sealed: Uint8Array, keys: PairKeys, through: number): Incoming;
  /**
   * Stores what of a batch joins on, with its totals and objections, in one transaction. What is held already
   * is left alone; what comes after a gap waits for the box to send again. `row`: the ledger as it is now.
   */
  store(row: LedgerRow, batch: CheckedBatch): Taken;
}

interface IntakeOptions {
  store: TownshipStore;
  objections: Pick<SignedObjections, 'judge'>;
  check: CheckSignature;
  /** ISO 8601. */
  now(): string;
}

export function createIntake({ store, objections, check, now }: IntakeOptions): Intake {
  async function checked(
    { after, records }: Batch,
    { keyOf }: PairKeys,
    through: number,
  ): Promise<CheckedBatch> {
    const held = Math.max(0, through - after); // of these only the hash is looked at
    const opens = await Promise.all(records.slice(held).map((parts) => checkRecord(parts, keyOf, check)));
    const open = (index: number) =>
      opens[index - held]?.() ?? openRecord(compactOf(records[index] as JwsParts), keyOf);
    return { after, records, open };
  }

  return {
    read(sealed, keys, through) {
      const message = openUp(keys.shared, sealed);
      if (message.t === 'hello') return { t: 'hello', hello: message.hello };
      return { t: 'records', batch: checked(message, keys, through) };
    },

    store: (row, batch) =>
      // One transaction with the objections: a record is booked once, so what is found then must not be lost.
      store.transact((tables) => {
        const taken = takeRecords(tables, row, batch, now());
        return { objections: objections.judge(tables, row, taken.judgements), fault: taken.fault };
      }),
  };
}

interface TakenRecords {
  judgements: (Judgement & { seq: Seq })[];
  fault?: unknown;
}

function takeRecords(tables: TownshipTables, row: LedgerRow, batch: CheckedBatch, at: string): TakenRecords {
  if (row.fork !== null || row.successor !== null) return { judgements: [] };
  let fault: unknown;
  // Faults of the batch only: what the store throws undoes the transaction.
  function* joining() {
    try {
      yield* joiningOn(tables, row, batch);
    } catch (error) {
      fault = error;
    }
  }
  const judgements = append(tables, row.ledger, joining(), at);
  if (!(fault instanceof Fork)) return { judgements, fault };
  const { seq, other } = fault;
  tables.ledgers.addFork(row.ledger, seq, other, at);
  tables.ledgers.markFork(row.ledger, seq);
  const text = 'another record is held in this place: open a new ledger';
  return { judgements: [...judgements, { seq, code: 'RECORD_FORK', text }] };
}

/**
 * Stores records that join on, books them, and moves the ledger's mark. One by one: opened, a batch is a
 * megabyte.
 */
function append(
  tables: TownshipTables,
  ledger: LedgerId,
  records: Iterable<SignedRecord>,
  at: string,
): TakenRecords['judgements'] {
  const judgements: TakenRecords['judgements'] = [];
  let last: Head | undefined;
  for (const signed of records) {
    const { hash, jws, record } = signed;
    const { seq, kind, v } = record;
    last = { seq, hash };
    tables.records.add({ ledger, seq, hash, kind, v, jws }, at);
    if (seq === 1) judgements.push(...closeBefore(tables, record));
    for (const judgement of [...objectionsToTime(record, at), ...bookRecord(tables, signed)])
      judgements.push({ ...judgement, seq });
  }
  if (last) tables.ledgers.advance(ledger, last, at);
  return judgements;
}

/** What a new ledger solves. */
const SOLVED_BY_SUCCESSOR = ['RECORD_FORK', 'BOX_CLONED', 'LEDGER_SHORT'] as const;

/** A ledger whose record 1 says that it succeeds another closes that one. */
function closeBefore(
  { ledgers, objections }: TownshipTables,
  { ledger, clinic, kind, body, seq }: Envelope,
): TakenRecords['judgements'] {
  const of = (body.succeeds as { ledger?: unknown } | null | undefined)?.ledger;
  if (kind !== 'configuration' || typeof of !== 'string') return [];
  ledgers.close(clinic, of, ledger);
  if (ledgers.get(of)?.successor !== ledger) return [];
  const text = `the ledger ${ledger} has followed`;
  return objections
    .standing(SOLVED_BY_SUCCESSOR, of)
    .map(({ code, seq: of_seq }) => ({ seq, code, text, withdraws: { ledger: of, seq: of_seq } }));
}

/** Two records in one place. */
class Fork extends Error {
  readonly seq: Seq;
  readonly other: SignedRecord;
  constructor(seq: Seq, other: SignedRecord, options?: { cause: unknown }) {
    super('fork', options);
    this.seq = seq;
    this.other = other;
  }
}

function* joiningOn(
  { records }: TownshipTables,
  row: LedgerRow,
  batch: CheckedBatch,
): Generator<SignedRecord> {
  let head: Head = { seq: row.through, hash: row.hash };
  for (const [index, parts] of batch.records.entries()) {
    const seq = batch.after + 1 + index;
    if (seq <= row.through) {
      if (recordHash(compactOf(parts)) !== records.hashAt(row.ledger, seq))
        throw new Fork(seq, own(row, seq, batch.open(index)));
      continue;
    }
    if (seq > head.seq + 1) throw new SyncError('RECORD_GAP', `after seq ${head.seq} came ${seq}`);
    const signed = own(row, seq, batch.open(index));
    try {
      checkChain(head, signed);
    } catch (error) {
      throw new Fork(seq, signed, { cause: error });
    }
    head = { seq, hash: signed.hash };
    yield signed;
  }
}

/** A record that this box signed, for this ledger, at this seq. */
function own(row: LedgerRow, seq: Seq, signed: SignedRecord): SignedRecord {
  const { ledger, clinic, seq: stated } = signed.record;
  if (ledger !== row.ledger || clinic !== row.clinic || stated !== seq)
    throw new SyncError('RECORD_SHAPE', 'a record of another ledger, clinic or seq');
  return signed;
}
