/**
 * Every cut of a run of 200 settlements: `node test/powercut/main.ts [settlements] [seed]`. Minutes.
 * The test beside it does a part of that, and the mutants.
 */
import { cutEverywhere, recordRun } from './cuts.ts';

const count = Number(process.argv[2] ?? 200);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000);
const from = performance.now();
const events = recordRun(count);
const report = cutEverywhere(events, ['lost', 'kept', 'torn'], seed, () => true);
for (const failure of report.failures) console.log(failure);
console.log(`powercut settlements ${count}`);
console.log(`powercut events ${report.events}`);
console.log(`powercut cuts ${report.cuts}`);
console.log(`powercut seed ${seed}`);
console.log(`powercut seconds ${Math.round((performance.now() - from) / 1000)}`);
console.log(`powercut failures ${report.failures.length}`);
process.exitCode = report.failures.length === 0 ? 0 : 1;
