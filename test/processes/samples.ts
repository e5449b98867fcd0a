import { readFileSync } from 'node:fs';
import type { Person } from '../../sync/contract/datasets/roster.ts';

export const demoData = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../gateway/demo/data/${name}.json`, import.meta.url), 'utf8'));

/** Every name and identity number of the roster: what no log may hold. */
export const privateWords = (): string[] =>
  (demoData('roster').persons as Person[]).flatMap(({ psn_name, certno }) => [psn_name, certno]);

/** Somebody insured, and what they are prescribed, where neither matters. */
export const PSN_NO = String((demoData('roster').persons as Person[])[0]?.psn_no);
export const DRAFT = {
  diagnoses: [{ diag_code: 'I10.x00x002' }],
  items: [{ med_list_codg: 'XC08CAM031A001010203456', cnt: '1', prd_days: 14 }],
};

export interface SeededRandom {
  /** From 0 to below 1. */
  next(): number;
  below(n: number): number;
  pick<T>(list: readonly T[]): T;
}

/** Mulberry32: small, and the same everywhere for a seed. */
export function randomFrom(seed: number): SeededRandom {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  const below = (n: number) => Math.floor(next() * n);
  return {
    next,
    below,
    pick(list) {
      const found = list[below(list.length)];
      if (found === undefined) throw new Error('nothing to pick from');
      return found;
    },
  };
}
