/** `npm run simulate -- --seed N --hours H [--runs R] [--minutes M]`: H hours of virtual time for each seed from N on. */
import { parseArgs } from 'node:util';
import { simulate } from './run.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    hours: { type: 'string', default: '24' },
    runs: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '60' },
  },
});
const first = Number(values.seed ?? Date.now() % 1_000_000_000);
const from = performance.now();
let [runs, days, settlements, crashes] = [0, 0, 0, 0];
while (runs < Number(values.runs) && performance.now() - from < Number(values.minutes) * 60_000) {
  const report = await simulate(first + runs++, Number(values.hours));
  days += report.clinic_days;
  settlements += report.settlements;
  crashes += report.crashes;
  if (report.faults.length === 0) continue;
  console.log(`seed ${report.seed} hours ${values.hours}:`);
  for (const fault of report.faults.slice(0, 20)) console.log(`  ${fault}`);
  process.exitCode = 1;
  break;
}
const minutes = (performance.now() - from) / 60_000;
console.log(`simulate seeds ${first}..${first + runs - 1}`);
console.log(`simulate settlements ${settlements}`);
console.log(`simulate crashes ${crashes}`);
console.log(`simulate clinic_days_per_minute ${Math.round(days / minutes)}`);
console.log(`simulate failures ${process.exitCode ? 1 : 0}`);
