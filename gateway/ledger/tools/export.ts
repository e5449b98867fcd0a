import { openRow, recordRows } from '../rows.ts';
import type { Sealer } from '../sealer.ts';
import type { Store } from '../store/index.ts';

/** Every record as one line of JSON: its hash, what it says, and the signed bytes that prove it. No line end. */
export function* exportLedger(store: Store, sealer: Sealer, after = 0): Generator<string> {
  for (const row of recordRows(store, after))
    yield JSON.stringify({ hash: row.hash, record: openRow(sealer, row), jws: sealer.open(row.sealed) });
}
