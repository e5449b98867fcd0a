/**
 * Money as whole fen, and the exact decimals that multiply it. No float ever holds a fraction here: every
 * number is an integer below 2^53, and a product beyond that range is computed with bigint.
 *
 * Limits: one claim, and what a bucket holds before it, at most MAX_CLAIM_FEN. Caps, prices and rates read
 * larger than 2^53 units are held at 2^53 − 1 (SATURATED): as bounds they never bind, as they should not.
 */

/**
 * A kind of value that must not stand where another kind is wanted. Literals and plain values of type T are
 * accepted; a value with another brand is not.
 */
export type Branded<T, B extends string> = T & { readonly __brand?: B };

/** An amount in whole fen, 0.01 yuan. */
export type Fen = Branded<number, 'Fen'>;
/** A rate in whole ten-thousandths. */
export type Rate = Branded<number, 'Rate'>;

/**
 * 4 500 000 000.00 yuan: twice as much (used before + this claim) × a rate in ten-thousandths is below 2^53.
 */
export const MAX_CLAIM_FEN: Fen = 450_000_000_000;
/** What a well-formed decimal too large for 2^53 reads as. */
export const SATURATED = Number.MAX_SAFE_INTEGER;
/** What anything that is no such decimal reads as. */
export const BAD = -1;
/** The rate 1, and the scale of quantities (`cnt`). */
export const ONE = 10_000;

export class MoneyError extends Error {
  readonly code: 'MONEY_INVALID' | 'MONEY_OVERFLOW';
  constructor(code: 'MONEY_INVALID' | 'MONEY_OVERFLOW') {
    super(code);
    this.name = 'MoneyError';
    this.code = code;
  }
}

const ZERO = 48;
const DOT = 46;

/**
 * A decimal text of at most `places` places as a whole number of 10^-places, BAD when it is none.
 * No sign, exponent, blank, leading zero or full-width digit (docs/adjudication.md, before "Input").
 */
export function readDecimal(text: unknown, places: number): number {
  if (typeof text !== 'string' || text.length === 0) return BAD;
  const point = pointIn(text, places);
  const whole = point < 0 ? text.length : point;
  if (whole > 1 && text.charCodeAt(0) === ZERO) return BAD;
  let value = digitsOf(text, point);
  if (value === BAD) return BAD;
  const given = point < 0 ? 0 : text.length - point - 1;
  for (let i = given; i < places; i++) value *= 10;
  return Math.min(value, SATURATED);
}

/**
 * The decimal point before the last 1 to `places` digits, -1 when there is none; one elsewhere is no digit.
 */
function pointIn(text: string, places: number): number {
  const first = Math.max(1, text.length - 1 - places);
  for (let i = text.length - 2; i >= first; i--) if (text.charCodeAt(i) === DOT) return i;
  return -1;
}

/** The digits of a text as one number, leaving out the character at `skip`; BAD when one is no digit. */
function digitsOf(text: string, skip: number): number {
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    if (i === skip) continue;
    const digit = text.charCodeAt(i) - ZERO;
    if (digit < 0 || digit > 9) return BAD;
    value = value * 10 + digit;
  }
  return value;
}

/** Yuan with exactly two places as fen, BAD when it is none. */
export function readMoney(text: unknown): Fen {
  if (typeof text !== 'string' || text.charCodeAt(text.length - 3) !== DOT) return BAD;
  return readDecimal(text, 2);
}

/** A whole number such as "2" (a count, never a money value), BAD when it is none. */
export function readWhole(text: unknown): number {
  return readDecimal(text, 0);
}

/** `'26.34'` → `2634`. Throws MoneyError MONEY_INVALID on anything else, MONEY_OVERFLOW from 2^53 fen up. */
export function parseYuan(text: unknown): Fen {
  const fen = readMoney(text);
  if (fen === BAD) throw new MoneyError('MONEY_INVALID');
  if (fen === SATURATED) throw new MoneyError('MONEY_OVERFLOW');
  return fen;
}

/** Sum of fen that stay within a claim's limits: no check. */
export function sum(amounts: readonly Fen[]): Fen {
  let total = 0;
  for (const amount of amounts) total += amount;
  return total;
}

const CENTS = Array.from({ length: 100 }, (_, n) => `.${String(n).padStart(2, '0')}`);

/**
 * Texts of amounts below 100 yuan, kept once they were formatted: most amounts of a village clinic are that
 * small, and formatting is most of the time an answer takes.
 */
const SMALL = new Array<string | undefined>(10_000).fill(undefined);

/** `2634` → `'26.34'`. Whole fen; a sign only for differences. */
export function formatFen(fen: Fen): string {
  const known = SMALL[fen];
  if (known !== undefined) return known;
  if (fen < 0) return `-${formatFen(-fen)}`;
  const yuan = Math.floor(fen / 100);
  const text = yuan + (CENTS[fen - yuan * 100] as string);
  if (fen < SMALL.length) SMALL[fen] = text;
  return text;
}

const RATES = new Array<string | undefined>(ONE + 1).fill(undefined);

/** With four places: `6000` → `'0.6000'`. From 0 to ONE; texts are kept, since few rates are in use. */
export function formatRate(rate: Rate): string {
  const known = RATES[rate];
  if (known !== undefined) return known;
  const text = `${Math.floor(rate / ONE)}.${String(rate % ONE).padStart(4, '0')}`;
  RATES[rate] = text;
  return text;
}

/** floor(a × b / divisor), exact. Whole numbers from 0; divisor above 0. */
export function mulDivFloor(a: number, b: number, divisor: number): number {
  const product = a * b;
  // Below 2^53 the rounded quotient of two integers never reaches the next integer, so floor is exact.
  if (product <= Number.MAX_SAFE_INTEGER) return Math.floor(product / divisor);
  return Number((BigInt(a) * BigInt(b)) / BigInt(divisor));
}

/** (a × b) mod divisor, exact. */
export function mulMod(a: number, b: number, divisor: number): number {
  const product = a * b;
  if (product <= Number.MAX_SAFE_INTEGER) return product - Math.floor(product / divisor) * divisor;
  return Number((BigInt(a) * BigInt(b)) % BigInt(divisor));
}

/** a × b / divisor, half up: round2 of docs/adjudication.md when the quotient is in fen. */
export function mulDivHalfUp(a: number, b: number, divisor: number): number {
  const floor = mulDivFloor(a, b, divisor);
  return mulMod(a, b, divisor) * 2 >= divisor ? floor + 1 : floor;
}
