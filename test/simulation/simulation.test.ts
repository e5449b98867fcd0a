import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FOUND } from './found.ts';
import { PATCHES, patched } from './patches.ts';
import { type Report, run } from './run.ts';

const SECONDS = 1_000;
/** A fresh seed’s length: some seven clinic-days, which is five seconds on a quiet machine. */
const FRESH = { hours: 24 * 14, steps_max: 30_000, clinics: 4 };

/** What a failure has to say: the seed and the last things that happened. */
function wellOr({ failure, seed, hours, clinics, trace }: Report): string {
  if (!failure) return 'all promises kept';
  const again = `node test/simulation/main.ts --seed ${seed} --hours ${Math.ceil(hours)} --clinics ${clinics}`;
  return [failure, again, ...trace.slice(-20)].join('\n');
}

describe('clinics and a township, simulated from a seed', () => {
  test.each([1, 2, 3])(
    'a fresh seed keeps every promise (%i)',
    async () => {
      const report = await run({ seed: randomInt(2 ** 31), ...FRESH });
      expect(wellOr(report)).toBe('all promises kept');
      expect(report.acts).toBeGreaterThan(100);
    },
    180 * SECONDS,
  );

  test.each(FOUND)(
    'seed $seed: $was',
    async ({ seed, hours, clinics }) => {
      expect(wellOr(await run({ seed, hours, clinics }))).toBe('all promises kept');
    },
    180 * SECONDS,
  );

  test(
    'the same seed lives the same life, and another seed another',
    async () => {
      const life = async (seed: number) => (await run({ seed, hours: 14, clinics: 2 })).hash;
      const first = await life(7);
      expect(await life(7)).toBe(first);
      expect(await life(8)).not.toBe(first);
    },
    180 * SECONDS,
  );
});

test.each(PATCHES)('the mutant “$name” still fits the code', (patch) => {
  const text = readFileSync(new URL(`../../${patch.file}`, import.meta.url), 'utf8');
  expect(patched(text, patch)).not.toBe(text);
});
