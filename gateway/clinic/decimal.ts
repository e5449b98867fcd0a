import { Decimal } from 'decimal.js';

/**
 * Exact arithmetic on decimal texts for what is not a fee: quantities, doses, shares. Fees are rounded by
 * `lineFee` of policy and by nothing else.
 */
const Exact = Decimal.clone({ precision: 40 });
const DOSE_PLACES = 4;

/** Whether `low` < `text` < `high`. `text` is a decimal without a sign. */
export const isBetween = (text: string, low: number, high: number): boolean =>
  new Exact(text).gt(low) && new Exact(text).lt(high);

/** What is taken in a day, in the unit of `each`; rounded up, so that no limit is missed by a rounding. */
export const dailyDose = (each: string, cnt: string, days: number): string =>
  new Exact(each).times(cnt).div(days).toDecimalPlaces(DOSE_PLACES, Decimal.ROUND_UP).toFixed();

/** `'0.6000'` → `'60'`, without trailing zeros. */
export const inPercent = (ratio: string): string => new Exact(ratio).times(100).toFixed();
