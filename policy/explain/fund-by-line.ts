/** What the funds paid of each line, so that the lines of a visit add up to its total, whoever paid. */

import { type Fen, formatFen, parseYuan, sum } from '../fen.ts';
import { share } from '../price/share.ts';
import type { PayableAnswer } from '../types.ts';

type AnswerItem = PayableAnswer['items'][number];

/** What is left of a line after the pool, in the order in which a layer takes it. */
const LEFT: ((item: AnswerItem) => Fen)[] = [
  (item) => Math.max(0, parseYuan(item.inscp_scp_amt) - parseYuan(item.pool_pay)),
  (item) => parseYuan(item.preselfpay_amt),
  (item) => parseYuan(item.overlmt_amt),
  (item) => parseYuan(item.fulamt_ownpay_amt),
];

/**
 * Yuan by `feedetl_sn`; the sum is `fund_pay_sumamt`. The pool pays line by line. A layer pays of the visit
 * as a whole: its share of a line is in proportion to what was left of it. What the clinic bears instead of
 * the pool comes off in proportion to what the pool would have paid.
 */
export function fundByLine({ setlinfo, items }: Pick<PayableAnswer, 'setlinfo' | 'items'>) {
  const paid = items.map(({ pool_pay }) => parseYuan(pool_pay));
  const more = parseYuan(setlinfo.fund_pay_sumamt) - sum(paid);
  if (more < 0) addShares(paid, -1, share(-more, paid, sum(paid), paid));
  let left = Math.max(0, more);
  for (const of of LEFT) {
    const parts = items.map(of);
    const whole = Math.min(left, sum(parts));
    if (whole > 0) addShares(paid, 1, share(whole, parts, sum(parts), parts));
    left -= whole;
  }
  return new Map(items.map(({ feedetl_sn }, i) => [feedetl_sn, formatFen(paid[i] as Fen)]));
}

function addShares(paid: Fen[], sign: 1 | -1, shares: Fen[]): void {
  for (const [i, fen] of shares.entries()) paid[i] = (paid[i] as Fen) + sign * fen;
}
