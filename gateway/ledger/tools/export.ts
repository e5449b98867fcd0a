import { openRow } from '../chain.ts';
import type { Vault } from '../sealer.ts';
import type { Store } from '../store/port.ts';
import { allRecords } from './verify.ts';

/** Every record as one line of JSON: its hash, what it says, and the signed bytes that prove it. No line end. */
export function* exportLedger(store: Store, vault: Vault, after = 0): Generator<string> {
  for (const row of allRecords(store, after))
    yield JSON.stringify({ hash: row.hash, record: openRow(vault, row), jws: vault.open(row.sealed) });
}
