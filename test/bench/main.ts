/**
 * `npm run bench`: every measurement in a process of its own, started as the product is, one after the other;
 * the figures again at the end, one `bench NAME VALUE` a line. `npm run bench -- ledger` runs one. Ratios are
 * against a floor or a peer in the same run.
 */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { FLAGS } from '../flags.ts';

const folder = import.meta.dirname;
const [only] = process.argv.slice(2);
const benches = readdirSync(folder)
  .filter((name) => name.endsWith('.ts') && name !== 'main.ts')
  .map((name) => name.slice(0, -'.ts'.length))
  .filter((name) => only === undefined || name === only);

/**
 * They start the processes that they measure, with the product's flags; a gigabyte of records in a heap under
 * these would only be collected.
 */
const MEASURES_OTHERS = new Set(['drain', 'gateway', 'ledger-card']);

function run(name: string): Promise<string[]> {
  const child = spawn(
    process.execPath,
    [...(MEASURES_OTHERS.has(name) ? [] : FLAGS), join(folder, `${name}.ts`)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const figures: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    console.log(line);
    if (line.startsWith('bench ')) figures.push(line);
  });
  return new Promise((resolve, reject) => {
    child.once('close', (code) =>
      code === 0 ? resolve(figures) : reject(new Error(`${name} ended with ${code}`)),
    );
  });
}

const figures: string[] = [];
for (const name of benches) figures.push(...(await run(name)));
console.log(`\n${figures.join('\n')}`);
