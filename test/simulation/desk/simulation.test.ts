import { describe, expect, test } from 'vitest';
import { simulate } from './run.ts';

const SECONDS = 60;
const HOURS = 12;

describe('clinics and a township, in one process and one seed', () => {
  test.each([[3, 24, 'a clock that had run ahead was never set right by receipts that agreed with it']])(
    'seed %i, %i hours: %s',
    async (seed, hours) => {
      expect((await simulate(seed, hours)).faults).toEqual([]);
    },
  );

  test(
    `fresh seeds for ${SECONDS} s: nothing acknowledged is lost or counted twice, and both sides agree in the end`,
    async () => {
      const first = Date.now() % 1_000_000_000;
      const end = performance.now() + SECONDS * 1000;
      let crashes = 0;
      for (let seed = first; performance.now() < end; seed++) {
        const report = await simulate(seed, HOURS);
        // npm run simulate -- --seed N --hours 12
        expect({ seed, hours: HOURS, faults: report.faults }).toEqual({ seed, hours: HOURS, faults: [] });
        crashes += report.crashes;
      }
      expect(crashes).toBeGreaterThan(10);
    },
    (SECONDS + 120) * 1000,
  );
});
