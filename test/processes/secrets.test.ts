import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand, type Started, startDemo } from '../clinic.ts';
import { type Pieces, startPieces } from './pieces.ts';

/** Nobody else on the machine reads what the processes keep, or what they were started with. */

let umask: number;
let pieces: Pieces;
let gateway: Started;
beforeAll(async () => {
  umask = process.umask(0);
  pieces = await startPieces();
  gateway = await pieces.startGateway();
}, 120_000);
afterAll(async () => {
  await gateway?.stop();
  await pieces?.stop();
  process.umask(umask);
});

/** Files below a folder that others may read or write. */
const openFilesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => (statSync(file).mode & 0o077) !== 0);

test('every file that a process keeps is its owner’s alone, whatever the umask', async () => {
  const to = join(pieces.clinic, 'backup.sqlite');
  expect(await runCommand(['ledger', 'backup', '--state', pieces.clinic, '--to', to])).toMatchObject({
    code: 0,
  });
  for (const folder of [pieces.clinic, pieces.township]) {
    expect(readdirSync(folder).length).toBeGreaterThan(3);
    expect(openFilesIn(folder)).toEqual([]);
  }
}, 60_000);

test('no process has a code among its arguments, and none takes one', async () => {
  const code = readFileSync(pieces.codeFile, 'utf8').trim();
  expect(code.length).toBeGreaterThan(25);
  const seen = readdirSync('/proc').flatMap((name) => {
    try {
      return /^\d+$/.test(name) ? [readFileSync(`/proc/${name}/cmdline`, 'utf8')] : [];
    } catch {
      return [];
    }
  });
  expect(seen.filter((line) => line.includes(code))).toEqual([]);
  for (const words of [['gateway'], ['ledger', 'restore']]) {
    const { code: ended, err } = await runCommand([...words, '--state', pieces.clinic, '--code', code]);
    expect([ended, err]).toEqual([2, expect.stringContaining('--code-file FILE')]);
    expect(err).not.toContain(code);
  }
}, 60_000);

test('the demo’s code is gone once it is used, and is not missed at the next start', async () => {
  const demo = await startDemo();
  expect(readdirSync(demo.clinic)).not.toContain('code');
  expect(openFilesIn(demo.state)).toEqual([]);
  await demo.stop();
}, 120_000);
