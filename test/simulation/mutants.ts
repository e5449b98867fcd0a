import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { PATCHES, type Patch, patched } from './patches.ts';

/**
 * `node test/simulation/mutants.ts [--only WORD] [--jobs N]`: breaks copies of the product; the simulation
 * has five minutes for each.
 */
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MINUTES_MAX = 5;
/** Many short lives rather than a few long ones: each seed has other faults. */
const LIFE = ['--hours', '120', '--clinics', '4', '--runs', '1000', '--minutes', String(MINUTES_MAX)];

const { values } = parseArgs({
  options: { only: { type: 'string', default: '' }, jobs: { type: 'string', default: '1' } },
});

function copyWith(patch: Patch): string {
  const copy = mkdtempSync(join(tmpdir(), 'cyt-mutant-'));
  for (const part of [
    'policy',
    'drivers',
    'sync',
    'firmware-bridge',
    'gateway',
    'test/simulation',
    'package.json',
  ])
    cpSync(join(ROOT, part), join(copy, part), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  const file = join(copy, patch.file);
  writeFileSync(file, patched(readFileSync(file, 'utf8'), patch));
  return copy;
}

interface Hunt {
  patch: Patch;
  seconds: number;
  /** What the simulation said; null when it kept quiet. */
  said: string | null;
}

async function hunt(patch: Patch, first: number): Promise<Hunt> {
  const copy = copyWith(patch);
  const began = performance.now();
  let out = '';
  const child = spawn(process.execPath, [
    join(copy, 'test/simulation/main.ts'),
    '--seed',
    String(first),
    ...LIFE,
  ]);
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes) => {
      out += bytes;
    });
  const timer = setTimeout(() => child.kill('SIGKILL'), MINUTES_MAX * 60_000);
  const code = await new Promise((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  rmSync(copy, { recursive: true });
  const red = out.split('\n').find((line) => line.startsWith('seed ') && !line.endsWith('kept'));
  if (code !== 0 && code !== null && red === undefined)
    throw new Error(`“${patch.name}” does not run: ${out.slice(-500)}`);
  const said = red ?? null;
  return { patch, seconds: (performance.now() - began) / 1000, said };
}

const queue = PATCHES.filter(({ name }) => name.includes(values.only));
const missed: string[] = [];
const SEED = 1;

async function work(): Promise<void> {
  for (let patch = queue.shift(); patch; patch = queue.shift()) {
    const { seconds, said } = await hunt(patch, SEED);
    if (said === null) missed.push(patch.name);
    console.log(
      `| ${patch.name} | ${said === null ? 'NOT FOUND' : `${seconds.toFixed(0)} s`} | ${said?.slice(0, 160) ?? ''} |`,
    );
  }
}

console.log('| mutant | found after | seed and what it said |\n|---|---|---|');
await Promise.all(Array.from({ length: Number(values.jobs) }, work));
console.log(
  `${missed.length} of ${PATCHES.length} mutants were not found${missed.length ? `: ${missed.join(', ')}` : ''}`,
);
process.exitCode = missed.length > 0 ? 1 : 0;
