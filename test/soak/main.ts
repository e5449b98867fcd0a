import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { install, missing } from '../../scripts/debian.ts';
import { soak } from './run.ts';

/**
 * `npm run soak -- [--visits N] [--pages N] [--seed N]`: a day at the doctor's page in Chromium, in bad
 * conditions. About half an hour for 600 visits on four pages. Needs root (a small disk is mounted),
 * Chromium, Mosquitto and libfaketime.
 */
const { values } = parseArgs({
  options: {
    visits: { type: 'string', default: '600' },
    pages: { type: 'string', default: '4' },
    seed: { type: 'string' },
  },
});
const seed = values.seed === undefined ? randomInt(2 ** 32) : Number(values.seed);
const [visits, pages] = [Number(values.visits), Number(values.pages)];

install(missing());
const began = performance.now();
console.log(`soak seed ${seed}`);
try {
  await soak({ seed, visits, pages, tell: console.log });
} catch (error) {
  console.log(error);
  console.log(`again (the draws, not the moments): npm run soak -- --visits ${visits} --seed ${seed}`);
  process.exitCode = 1;
}
console.log(`soak seconds ${Math.round((performance.now() - began) / 1000)}`);
