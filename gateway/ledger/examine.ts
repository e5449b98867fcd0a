import type { LedgerId } from '../../sync/contract/ids.ts';
import { checkedHead } from './chain.ts';
import { LedgerError } from './errors.ts';
import type { Sealer } from './sealer.ts';
import { openSqliteStore } from './store/index.ts';

/**
 * Looks at the file of a ledger before it is opened for writing, and changes nothing: whatever is wrong, what
 * is left of it stays as it is. Throws LedgerError LEDGER_MISSING when there are no records in it,
 * LEDGER_FOREIGN, LEDGER_BROKEN, LEDGER_NEWER, and SyncError SEAL_BROKEN.
 */
export function examineLedger(file: string, ledger: LedgerId, sealer: Sealer): void {
  const store = openSqliteStore(file, { readOnly: true });
  try {
    const there = store.meta('ledger');
    if (there === null) throw new LedgerError('LEDGER_MISSING', `${file} has no records`);
    if (there !== ledger) throw new LedgerError('LEDGER_FOREIGN', 'of another enrolment');
    checkedHead(store, sealer);
  } finally {
    store.close();
  }
}
