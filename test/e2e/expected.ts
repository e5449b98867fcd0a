/**
 * What the 浑源 policy must give for 刘建国, worked out a second time by hand: no caps reached, hypertension
 * registered, not signed.
 * Straight lines of whole numbers only, so that it shares nothing with policy/.
 */
import type { CatalogueItem } from '../../sync/contract/datasets/catalogue.ts';
export interface Expected {
  total: string;
  fund: string;
  person: string;
}

const RATE_PER_CENT = 60n;

/** Decimal text as a whole number of 10^-places. */
function scaled(text: string, places: number): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(places, '0'));
}

const divHalfUp = (n: bigint, d: bigint): bigint => (2n * n + d) / (2n * d);
const yuan = (fen: bigint): string => `${fen / 100n}.${String(fen % 100n).padStart(2, '0')}`;

/** A man of fifty: what is only for women or for children is his to pay. */
function deniedToLiu({ gend, age_to }: CatalogueItem): boolean {
  return gend === '2' || (typeof age_to === 'number' && age_to < 50);
}

/** In scope of one line, in fen: ceiling less what is paid first. */
function inScope(item: CatalogueItem, cnt: bigint): { total: bigint; inscp: bigint } {
  const pric = scaled(item.pric, 6);
  const total = divHalfUp(cnt * pric, 10_000n);
  if (item.chrgitm_lv === '03' || deniedToLiu(item)) return { total, inscp: 0n };
  const limit = item.pric_uplmt_amt === undefined ? pric : scaled(item.pric_uplmt_amt, 6);
  const ceiling = divHalfUp(cnt * (limit < pric ? limit : pric), 10_000n);
  const pre = divHalfUp(ceiling * scaled(item.selfpay_prop ?? '0', 4), 10_000n);
  return { total, inscp: ceiling - pre };
}

export function expectedForLiu(lines: { item: CatalogueItem; cnt: number }[]): Expected {
  let total = 0n;
  const bases = { hypertension: 0n, general: 0n };
  for (const { item, cnt } of lines) {
    const line = inScope(item, BigInt(cnt));
    total += line.total;
    bases[item.tags.includes('hypertension') ? 'hypertension' : 'general'] += line.inscp;
  }
  const fund =
    divHalfUp(bases.hypertension * RATE_PER_CENT, 100n) + divHalfUp(bases.general * RATE_PER_CENT, 100n);
  return { total: yuan(total), fund: yuan(fund), person: yuan(total - fund) };
}
