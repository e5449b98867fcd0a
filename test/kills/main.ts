import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { killRun } from './run.ts';

/**
 * `npm run kills -- [--kills N] [--seed N]`: settlements, while gateway, township and Mosquitto are killed N
 * times in all. About 20 minutes for 500.
 */
const { values } = parseArgs({
  options: { kills: { type: 'string', default: '500' }, seed: { type: 'string' } },
});
const kills = Number(values.kills);
const seed = values.seed === undefined ? randomInt(2 ** 32) : Number(values.seed);

const began = performance.now();
console.log(`kills seed ${seed}`);
try {
  const counts = await killRun({ seed, kills, check_every: 50, tell: console.log });
  for (const [name, count] of Object.entries(counts)) console.log(`kills ${name} ${count}`);
} catch (error) {
  console.log(error);
  console.log(`again (the draws, not the moments): npm run kills -- --kills ${kills} --seed ${seed}`);
  process.exitCode = 1;
}
console.log(`kills seconds ${Math.round((performance.now() - began) / 1000)}`);
