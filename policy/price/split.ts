/** Step 1: every line into own + over + pre + inscp, in fen. Source: docs/adjudication.md "Step 1". */

import type { ReadItems } from '../claim/items.ts';
import { BAD, type Fen, formatFen, MoneyError, mulDivHalfUp, ONE, readDecimal } from '../fen.ts';

export interface Split {
  own: Fen[];
  over: Fen[];
  pre: Fen[];
  inscp: Fen[];
}

/** A fen in units of cnt (10^-4) × pric (10^-6 yuan). */
const SCALE = 100_000_000;

/** The one rounding rule of step 1, half up to the fen: `cnt` in 10^-4, `pric` in 10^-6. */
const feeOf = (cnt: number, pric: number): Fen => mulDivHalfUp(cnt, pric, SCALE);

/**
 * The fee of a line in yuan: the `det_item_fee_sumamt` that a claim must have. `cnt` has at most 4 places,
 * `pric` at most 6. Throws MoneyError MONEY_INVALID on anything else, MONEY_OVERFLOW from 2^53 fen up.
 */
export function lineFee(cnt: string, pric: string): string {
  const [count, price] = [readDecimal(cnt, 4), readDecimal(pric, 6)];
  if (count === BAD || price === BAD) throw new MoneyError('MONEY_INVALID');
  const fen = feeOf(count, price);
  if (!Number.isSafeInteger(fen)) throw new MoneyError('MONEY_OVERFLOW');
  return formatFen(fen);
}

/** null when a line's amount is not round2(cnt × pric): ITEM_AMOUNT_MISMATCH. */
export function splitItems(items: ReadItems): Split | null {
  const split: Split = { own: [], over: [], pre: [], inscp: [] };
  for (let i = 0; i < items.count; i++) {
    const total = items.total[i] as number;
    const cnt = items.cnt[i] as number;
    const pric = items.pric[i] as number;
    if (feeOf(cnt, pric) !== total) return null;
    const selfPaid = items.chrgitm_lv[i] === '03';
    const uplmt = items.uplmt[i] as number;
    const ceiling = selfPaid ? 0 : uplmt < pric ? feeOf(cnt, uplmt) : total;
    const pre = mulDivHalfUp(ceiling, items.prop[i] as number, ONE);
    split.own.push(selfPaid ? total : 0);
    split.over.push(selfPaid ? 0 : total - ceiling);
    split.pre.push(pre);
    split.inscp.push(ceiling - pre);
  }
  return split;
}
