import type { LedgerId, Seq } from '../../contract/ids.ts';

/** Where something stands: a seq of a ledger. */
export interface Place {
  ledger: LedgerId;
  seq: Seq;
}
