import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createJudge, STAGES } from './judge.ts';
import { makeScratch } from './scratch.ts';
import { drawn, productMutants } from './sites.ts';
import { codeMark, type Row, rowText, writeRows } from './table.ts';

/**
 * `npm run mutate -- --seed N --count C [--only 3,17] [--nearest]`: breaks a copy of the product in C places
 * that the seed draws, runs the tests against each, and writes what became of them to docs/mutation.md. A
 * mutant that does not compile is not counted. `--only` takes mutants of the draw by their numbers, after new
 * tests for them; `--nearest` leaves out the last and longest stage.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(randomInt(1_000_000)) },
    count: { type: 'string', default: '60' },
    only: { type: 'string' },
    nearest: { type: 'boolean', default: false },
  },
});
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const seed = Number(values.seed);
const mutants = drawn(productMutants(ROOT), seed);
const mark = codeMark(ROOT);
const numbers = values.only?.split(',').map(Number) ?? mutants.map((_, index) => index + 1);
const count = values.only === undefined ? Number(values.count) : numbers.length;
console.log(`seed ${seed}, code ${mark}: ${count} of ${mutants.length} mutants`);

const scratch = makeScratch(ROOT);
process.on('exit', () => scratch.remove());
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    console.log(`ended by ${signal}; what is judged so far is in the table`);
    process.exit(1);
  });
const { judge, redWithout } = createJudge(scratch, values.nearest ? ['near', 'related'] : STAGES);
const rows: Row[] = [];
for (const number of numbers) {
  const mutant = mutants[number - 1];
  if (rows.length === count || mutant === undefined) break;
  const began = performance.now();
  const verdict = await judge(mutant);
  const row = { draw: number, mutant, verdict };
  console.log(`${((performance.now() - began) / 1000).toFixed(0).padStart(5)} s ${rowText(row)}`);
  if (verdict.outcome === 'does not compile') continue;
  rows.push(row);
  writeRows(join(ROOT, 'docs/mutation.md'), seed, mark, rows);
}
const of = (outcome: string) => rows.filter(({ verdict }) => verdict.outcome === outcome).length;
console.log(`${of('killed')} killed, ${of('survived')} survived, ${of('timeout')} timeouts`);
for (const file of redWithout()) console.log(`red without a mutant, and not counted: ${file}`);
