/**
 * Reads the JSON of a bundle and collects every problem instead of stopping at the first. Each method returns
 * a value of the right type even when the JSON has none, so that the caller can go on. `undefined` is a key
 * that is absent, which `object` has reported if it is required.
 */
import { type Day, isDay } from '../calendar.ts';
import { BAD, type Fen, ONE, type Rate, readDecimal, readMoney } from '../fen.ts';
import { has, isObject, type Json } from '../json.ts';
import { MONEY_WORD, type Problem, type ProblemCode, problem, RATE_WORD, type Word } from './problems.ts';

const MAX_PROBLEMS = 200;
/** Entries of any list: more than a policy needs, and a bound on the time a price takes. */
const MAX_ENTRIES = 10_000;
/** Texts that any object but a condition or a test may have. */
const NOTES = ['title', 'source'];

export class Reader {
  readonly problems: Problem[] = [];

  add(path: string, code: ProblemCode, word: Word = ''): void {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push(problem(path, code, word));
    else if (this.problems.length === MAX_PROBLEMS) this.problems.push(problem(path, 'TOO_MANY', ''));
  }

  /** An object with no other keys than these and `title`, `source`; null when it is no object. */
  object(path: string, value: unknown, required: string[], optional: string[] = []): Json | null {
    if (!isObject(value)) {
      this.add(path, 'WRONG_TYPE', ['an object', '对象']);
      return null;
    }
    for (const key of Object.keys(value)) {
      if (NOTES.includes(key)) this.text(at(path, key), value[key]);
      else if (!required.includes(key) && !optional.includes(key))
        this.add(at(path, key), 'UNKNOWN_KEY', key);
    }
    for (const key of required) {
      if (!has(value, key)) this.add(path, 'MISSING_KEY', key);
    }
    return value;
  }

  list(path: string, value: unknown): unknown[] {
    if (Array.isArray(value) && value.length > MAX_ENTRIES) {
      this.add(path, 'OUT_OF_RANGE', [`at most ${MAX_ENTRIES} entries`, `不超过 ${MAX_ENTRIES} 项`]);
      return [];
    }
    if (Array.isArray(value) && !value.includes(undefined)) return value;
    if (value !== undefined) this.add(path, 'WRONG_TYPE', ['a list', '列表']);
    return [];
  }

  text(path: string, value: unknown): string {
    if (typeof value === 'string') return value;
    if (value !== undefined) this.add(path, 'WRONG_TYPE', ['a text in quotes', '加引号的文字']);
    return '';
  }

  texts(path: string, value: unknown): string[] {
    return this.list(path, value).map((entry, i) => this.text(`${path}[${i}]`, entry));
  }

  oneOf<T extends string>(path: string, value: unknown, words: readonly T[]): T {
    const found = words.find((word) => word === value);
    if (found === undefined && value !== undefined) this.add(path, 'UNKNOWN_WORD', words.join(', '));
    return found ?? (words[0] as T);
  }

  /** A list of words, none twice. */
  words<T extends string>(path: string, value: unknown, words: readonly T[]): T[] {
    const found = this.list(path, value).map((entry, i) => this.oneOf(`${path}[${i}]`, entry, words));
    found.forEach((word, i) => {
      if (found.indexOf(word) < i) this.add(`${path}[${i}]`, 'DUPLICATE', word);
    });
    return found;
  }

  whole(path: string, value: unknown, least: number): number {
    if (Number.isSafeInteger(value) && (value as number) >= least) return value as number;
    if (value !== undefined)
      this.add(path, 'OUT_OF_RANGE', [`a whole number from ${least}`, `不小于 ${least} 的整数`]);
    return least;
  }

  day(path: string, value: unknown): Day {
    if (isDay(value)) return value;
    if (value !== undefined) this.add(path, 'BAD_DATE');
    return '2000-01-01';
  }

  money(path: string, value: unknown): Fen {
    const fen = readMoney(value);
    if (fen === BAD && value !== undefined) this.add(path, 'NOT_DECIMAL', MONEY_WORD);
    return Math.max(0, fen);
  }

  /** From 0 to 1. */
  rate(path: string, value: unknown): Rate {
    const rate = readDecimal(value, 4);
    if (rate === BAD && value !== undefined) this.add(path, 'NOT_DECIMAL', RATE_WORD);
    if (rate > ONE) this.add(path, 'OUT_OF_RANGE', ['from 0 to 1', '0 到 1']);
    return Math.max(0, rate);
  }

  /** A decimal text of at most `places` places, in 10^-places. */
  decimal(path: string, value: unknown, places: number, name: Word): number {
    const number = readDecimal(value, places);
    if (number === BAD && value !== undefined) this.add(path, 'NOT_DECIMAL', name);
    return Math.max(0, number);
  }
}

export function at(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
