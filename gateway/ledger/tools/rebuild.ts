import { applyRecord } from '../apply.ts';
import { openRow, recordRows } from '../rows.ts';
import type { Sealer } from '../sealer.ts';
import type { Store } from '../store/index.ts';

/**
 * Derives the totals again from the records, in one transaction: the old ones stay until all of it has
 * succeeded. A settlement without a print job gets one that counts as printed: a second unmarked slip would
 * be worse than none. Returns how many records there are.
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
