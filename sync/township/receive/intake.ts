import { SyncError } from '../../errors.ts';
import { compactOf, type JwsParts } from '../../record/jws.ts';
import { checkChain, type Head, recordHash, type SignedRecord } from '../../record/record.ts';
import type { Objection } from '../book/totals.ts';
import type { LedgerRow, TownshipStore } from '../store/store.ts';

/** Records in order; `after`: seq before the first. */
export interface Batch {
  after: number;
  records: JwsParts[];
}
/** Opens the record at a place of the batch, signature and all, or throws. */
export type OpenAt = (index: number) => SignedRecord;

/**
 * Stores what of a batch joins on, in one transaction. What is held already is left alone; what comes after a gap waits for the box to
 * send again. `fault` says why the rest was refused.
 */
export function takeRecords(
  store: TownshipStore,
  row: LedgerRow,
  batch: Batch,
  open: OpenAt,
  at: string,
): { objections: (Objection & { seq: number })[]; fault?: unknown } {
  if (row.fork !== null || row.successor !== null) return { objections: [] };
  let fault: unknown;
  // One record after another: a batch of them, opened, is a megabyte.
  function* fresh() {
    try {
      yield* joiningOn(store, row, batch, open);
    } catch (error) {
      fault = error;
    }
  }
  const objections = store.append(row.ledger, fresh(), at);
  if (!(fault instanceof Fork)) return { objections, fault };
  store.fork(row.ledger, fault.seq, fault.other, at);
  const text = 'another record is held in this place: open a new ledger';
  return { objections: [...objections, { seq: fault.seq, code: 'RECORD_FORK', text }] };
}

/** Two records in one place. */
class Fork extends Error {
  readonly seq: number;
  readonly other: SignedRecord;
  constructor(seq: number, other: SignedRecord) {
    super('fork');
    this.seq = seq;
    this.other = other;
  }
}

function* joiningOn(
  store: TownshipStore,
  row: LedgerRow,
  batch: Batch,
  open: OpenAt,
): Generator<SignedRecord> {
  let head: Head = { seq: row.through, hash: row.hash };
  for (const [index, parts] of batch.records.entries()) {
    const seq = batch.after + 1 + index;
    if (seq <= row.through) {
      if (recordHash(compactOf(parts)) !== store.hashAt(row.ledger, seq))
        throw new Fork(seq, own(row, seq, open(index)));
      continue;
    }
    if (seq > head.seq + 1) throw new SyncError('RECORD_GAP', `after seq ${head.seq} came ${seq}`);
    const signed = own(row, seq, open(index));
    try {
      checkChain(head, signed);
    } catch {
      throw new Fork(seq, signed);
    }
    head = { seq, hash: signed.hash };
    yield signed;
  }
}

/** A record that this box signed, for this ledger, at this seq. */
function own(row: LedgerRow, seq: number, signed: SignedRecord): SignedRecord {
  const { ledger, clinic, seq: says } = signed.record;
  if (ledger !== row.ledger || clinic !== row.clinic || says !== seq)
    throw new SyncError('RECORD_SHAPE', 'a record of another ledger, clinic or seq');
  return signed;
}
