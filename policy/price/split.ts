/** Step 1: every line into own + over + pre + inscp, in fen. Source: spec "Step 1". */

import type { ReadItems } from '../claim/items.ts';
import { mulDivHalfUp, ONE } from '../fen.ts';

export interface Split {
  own: number[];
  over: number[];
  pre: number[];
  inscp: number[];
}

/** cnt in 10^-4 × price in 10^-6, in fen. */
const SCALE = 100_000_000;

/** null when a line's amount is not round2(cnt × pric): ITEM_AMOUNT_MISMATCH. */
export function splitItems(items: ReadItems): Split | null {
  const split: Split = { own: [], over: [], pre: [], inscp: [] };
  for (let i = 0; i < items.count; i++) {
    const total = items.total[i] as number;
    const cnt = items.cnt[i] as number;
    const pric = items.pric[i] as number;
    if (mulDivHalfUp(cnt, pric, SCALE) !== total) return null;
    const selfPaid = items.chrgitm_lv[i] === '03';
    const uplmt = items.uplmt[i] as number;
    const ceiling = selfPaid ? 0 : uplmt < pric ? mulDivHalfUp(cnt, uplmt, SCALE) : total;
    const pre = mulDivHalfUp(ceiling, items.prop[i] as number, ONE);
    split.own.push(selfPaid ? total : 0);
    split.over.push(selfPaid ? 0 : total - ceiling);
    split.pre.push(pre);
    split.inscp.push(ceiling - pre);
  }
  return split;
}
