import type { LedgerRecord } from '../../sync/contract/record.ts';
import { payloadOf } from '../../sync/record/jws.ts';
import { envelopeOf } from '../../sync/record/record.ts';
import type { Sealer } from './sealer.ts';
import type { RecordRow, Store } from './store/index.ts';

const ROWS_AT_ONCE = 256;

/** The stored records after seq `after`, in order; `atOnce` rows are in memory at a time. */
export function* recordRows(store: Store, after = 0, atOnce = ROWS_AT_ONCE): Generator<RecordRow> {
  let last = after;
  for (;;) {
    const rows = store.records(last, atOnce);
    yield* rows;
    const end = rows.at(-1);
    if (!end) return;
    last = end.seq;
  }
}

/** What a stored record says. Its signature was made here: only `verify` checks it again. */
export function openRow(sealer: Sealer, row: RecordRow): LedgerRecord {
  return recordIn(sealer.open(row.sealed));
}

/** What a signed record says, when its signature needs no check. */
export const recordIn = (jws: string): LedgerRecord => envelopeOf(payloadOf(jws));

/** An instant in the payload of a JWS; NaN when there is none. */
export function instantIn(jws: string | null | undefined, member: string): number {
  try {
    return Date.parse(String(payloadOf(jws ?? '')[member]));
  } catch {
    return Number.NaN;
  }
}
