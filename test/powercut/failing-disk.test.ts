import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSealer } from '../../gateway/ledger/index.ts';
import { openSqliteStore } from '../../gateway/ledger/store/index.ts';
import { KEYS, ledgerOn, randomOf } from '../../gateway/ledger/testing/fixtures.ts';
import { verifyLedger } from '../../gateway/ledger/tools/index.ts';

const strace = spawnSync('strace', ['-V']).status === 0;
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cyt-fail-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/**
 * Runs the desk with calls that strace makes fail; gives what it said, and the calls that reached the disk.
 */
function run(count: number, inject: string): { said: string[]; calls: string[] } {
  const log = join(folder, 'calls.log');
  const desk = new URL('./stubborn.ts', import.meta.url).pathname;
  const traced = [
    '-e',
    'trace=pwrite64,fsync,fdatasync,write',
    '-e',
    `inject=${inject}`,
    '-s',
    '0',
    '-o',
    log,
  ];
  const done = spawnSync(
    'strace',
    [...traced, process.execPath, desk, join(folder, 'ledger.db'), String(count)],
    {
      encoding: 'utf8',
    },
  );
  expect(done.stderr).toBe('');
  return { said: done.stdout.trim().split('\n'), calls: readFileSync(log, 'utf8').split('\n') };
}

/** What a restart finds: every request that was said to be settled, and nothing broken. */
function afterRestart(said: string[]): void {
  const store = openSqliteStore(join(folder, 'ledger.db'));
  const ledger = ledgerOn(store, { clock: { now: () => Date.now() } });
  for (const line of said.filter((text) => /^r\d+ .*settled$/.test(text)))
    expect([line, ledger.settledBy(line.split(' ')[0] ?? '') !== null]).toEqual([line, true]);
  expect(verifyLedger(store, createSealer(KEYS.dataKey, randomOf('v')), () => KEYS.signing).flaws).toEqual(
    [],
  );
  ledger.close();
}

describe.skipIf(!strace)('a disk that fails (apt-get install strace)', () => {
  test.each(['fsync', 'fdatasync'])(
    'an %s that fails stops settling for good; it is never tried again',
    (call) => {
      const { said, calls } = run(12, `${call}:error=EIO:when=9`);
      if (!calls.some((line) => line.includes('INJECTED'))) return; // this build syncs with the other call
      const failed = said.findIndex((line) => line.includes('DISK_FAILED'));
      expect(said[failed]).toMatch(/DISK_FAILED DISK_FAILED DISK_FAILED$/);
      for (const line of said.slice(failed, 12)) expect(line).toMatch(/DISK_FAILED/);
      expect(said.slice(12)).toEqual([`state DISK_FAILED visits ${failed}`, 'flaws 0']);
      const after = calls.slice(calls.findIndex((line) => line.includes('INJECTED')) + 1);
      // Until the process ends: then SQLite closes by copying what had been synced before once more, which
      // loses nothing.
      const end = after.findLastIndex((line) => line.startsWith('write(1,'));
      expect(after.slice(0, end).filter((line) => /^(fsync|fdatasync|pwrite64)/.test(line))).toEqual([]);
      expect(end).toBeGreaterThan(9);
      afterRestart(said);
    },
  );

  test('a write that fails stops settling, reading goes on', () => {
    const { said } = run(12, 'pwrite64:error=EIO:when=150');
    expect(said.filter((line) => line.endsWith('settled')).length).toBeGreaterThan(2);
    expect(said[11]).toBe('r11 DISK_FAILED DISK_FAILED DISK_FAILED');
    expect(said.at(-1)).toBe('flaws 0');
    afterRestart(said);
  });

  test('a full disk refuses, and goes on by itself when there is room', () => {
    const { said } = run(12, 'pwrite64:error=ENOSPC:when=150..151');
    expect(said.filter((line) => line.includes('DISK_FULL'))).toHaveLength(1);
    for (const line of said.slice(0, 12)) expect(line).toMatch(/settled$/);
    expect(said.slice(12)).toEqual(['state null visits 12', 'flaws 0']);
    afterRestart(said);
  });
});
