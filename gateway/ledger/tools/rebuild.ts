import { applyRecord } from '../apply.ts';
import { openRow } from '../chain.ts';
import type { Vault } from '../sealer.ts';
import type { Store } from '../store/port.ts';
import { allRecords } from './verify.ts';

/**
 * Makes the derived tables anew from the records, in one transaction: what was there before stays until all of it is right.
 * A settlement whose print job is gone gets one that counts as printed: nobody knows, and a second unmarked slip is worse than none.
 */
export function rebuildLedger(store: Store, vault: Vault): number {
  return store.transact(() => {
    let records = 0;
    store.clearDerived();
    for (const row of allRecords(store)) {
      applyRecord(store, vault, openRow(vault, row));
      if (row.kind === 'settlement' && store.printJobsOf(row.seq).length === 0)
        store.putPrintJob({ seq: row.seq, copy: 0, state: 'printed', code: null, unsure: 1 });
      records++;
    }
    return records;
  });
}
