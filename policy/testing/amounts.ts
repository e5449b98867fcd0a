/** For tests: amounts of an answer as whole numbers. */
import { parseYuan } from '../fen.ts';

/** Bucket texts: money has two places, a count none. */
export function toNumber(text: string): number {
  return text.includes('.') ? parseYuan(text) : Number(text);
}

/** Every text in an answer that looks like an amount, as fen. */
export function amountsIn(answer: unknown): number[] {
  const found: number[] = [];
  JSON.stringify(answer, (_key, value) => {
    if (typeof value === 'string' && /^-?[\d.]+$/.test(value)) found.push(Number(value));
    return value;
  });
  return found;
}
