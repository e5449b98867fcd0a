import type { ObjectionCode } from '../../objection-codes.ts';
import type { Place } from '../store/place.ts';

/** What the township has against a record or a ledger. It is held all the same. docs/wire.md §5 */
export interface Objection {
  code: ObjectionCode;
  text: string;
  /** What many records may share: stated once. */
  subject?: string;
}

/** An objection that is solved: what was said about this place with this code is taken back. */
export interface Withdrawal {
  code: ObjectionCode;
  /** Why. */
  text: string;
  withdraws: Place;
}

export type Judgement = Objection | Withdrawal;

export const isWithdrawal = (judgement: Judgement): judgement is Withdrawal => 'withdraws' in judgement;
