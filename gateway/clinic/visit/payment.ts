import type { Paid, PaidWay } from '../../../sync/contract/bodies/settlement.ts';
import { Refusal } from '../../errors.ts';

/** How the person paid, or got back, what did not come out of an account. */
export interface Payment {
  way: PaidWay;
  amount: string;
}

/** What passes between the doctor and the person; nothing of it for a visit that costs the person nothing. */
export const paymentsOf = (paid: Paid[]): Payment[] =>
  paid.flatMap(({ way, amount }) => (way === 'account' || !/[1-9]/.test(amount) ? [] : [{ way, amount }]));

/**
 * How it goes back: what came out of an account to the account, what was owed as owed, since nobody had paid
 * it; the rest as the doctor says. Refusal REFUND_OWED: what was paid is not owed back.
 */
export function refundOf(paid: Paid[], way: PaidWay): Paid[] {
  return paid.map((part) => {
    if (part.way === 'account' || part.way === 'owed') return part;
    if (way === 'owed') throw new Refusal('REFUND_OWED');
    return { ...part, way };
  });
}
