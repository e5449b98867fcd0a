/** Shares an amount over lines by weight, to the fen. Source: docs/adjudication.md "Step 2", 6. */
import { type Fen, mulDivFloor, mulMod } from '../fen.ts';

/**
 * `amount` fen in proportion to `weights` (their sum is `total`): floor to the fen, then the fen left over
 * one each by largest fraction, the earlier line on a tie; no line gets more than its `most`.
 */
export function share(amount: Fen, weights: number[], total: number, most: Fen[]): Fen[] {
  if (amount === 0) return weights.map(() => 0);
  if (weights.length === 1) return [amount];
  const shares: Fen[] = [];
  const fractions: number[] = [];
  const order: number[] = [];
  let left = amount;
  for (let i = 0; i < weights.length; i++) {
    const given = mulDivFloor(amount, weights[i] as number, total);
    shares.push(given);
    fractions.push(mulMod(amount, weights[i] as number, total));
    order.push(i);
    left -= given;
  }
  if (left === 0) return shares;
  order.sort((a, b) => (fractions[b] as number) - (fractions[a] as number) || a - b);
  // One round is enough unless a line was at its `most`; `amount` never exceeds the sum of `most`.
  while (left > 0) {
    for (const i of order) {
      if (left === 0 || (shares[i] as number) >= (most[i] as number)) continue;
      shares[i] = (shares[i] as number) + 1;
      left -= 1;
    }
  }
  return shares;
}
