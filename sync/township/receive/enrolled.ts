import type { ClinicCode, LedgerId } from '../../contract/ids.ts';
import { SyncError } from '../../errors.ts';
import type { LedgerRow, LedgerTable } from '../store/port.ts';

/**
 * A ledger whose box may be talked to. Throws SIGNATURE_KEY, and MESSAGE_REFUSED when it is another clinic's.
 */
export function enrolled(ledgers: LedgerTable, ledger: LedgerId, clinic?: ClinicCode): LedgerRow {
  const row = ledgers.get(ledger);
  if (!row || row.revoked_at !== null)
    throw new SyncError('SIGNATURE_KEY', 'a ledger that is not enrolled, or revoked');
  if (clinic !== undefined && row.clinic !== clinic)
    throw new SyncError('MESSAGE_REFUSED', 'under another clinic');
  return row;
}
