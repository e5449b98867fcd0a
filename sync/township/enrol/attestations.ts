import type { ClinicCode, LedgerId } from '../../contract/ids.ts';
import type { Receipt } from '../../contract/messages.ts';
import { signJws } from '../../record/jws.ts';
import type { TownshipKeys } from '../../record/key-file.ts';
import type { LedgerTable } from '../store/port.ts';

/** So many fit into an answer; a clinic has seldom had more. */
const LEDGERS_MAX = 4;

/**
 * How far the township holds each ledger that a clinic has had besides `ledger`, the newest first: signed
 * receipts of no session (`cyt-receipt+jws`), for a restore.
 */
export function attestHeld(
  ledgers: LedgerTable,
  keys: TownshipKeys,
  { clinic, ledger: but }: { clinic: ClinicCode; ledger: LedgerId },
  at: string,
): string[] {
  return ledgers
    .heads(clinic, but, LEDGERS_MAX)
    .map(({ ledger, through, hash }) =>
      signJws('cyt-receipt+jws', { v: 1, ledger, clinic, through, hash, at } satisfies Receipt, keys.signing),
    );
}
