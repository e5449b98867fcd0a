import { applyRecord } from '../apply.ts';
import { openRow, recordRows } from '../rows.ts';
import type { Sealer } from '../sealer.ts';
import type { Store } from '../store/index.ts';

/**
 * Makes the derived tables anew from the records, in one transaction: what was there before stays until all of it is right.
 * A settlement whose print job is gone gets one that counts as printed: nobody knows, and a second unmarked slip is worse than none.
 */
export function rebuildLedger(store: Store, sealer: Sealer): number {
  return store.transact(() => {
    let records = 0;
    store.clearDerived();
    for (const row of recordRows(store)) {
      applyRecord(store, sealer, openRow(sealer, row));
      if (row.kind === 'settlement' && store.printJobsOf(row.seq).length === 0)
        store.putPrintJob({ seq: row.seq, copy: 0, state: 'printed', code: null, unsure: 1 });
      records++;
    }
    return records;
  });
}
