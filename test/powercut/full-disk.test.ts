import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSealer } from '../../gateway/ledger/index.ts';
import { openSqliteStore } from '../../gateway/ledger/store/index.ts';
import { KEYS, ledgerOn, randomOf, settle } from '../../gateway/ledger/testing/fixtures.ts';
import { verifyLedger } from '../../gateway/ledger/tools/index.ts';

/** A file system of 2 MB can be made by root only. */
const root = process.getuid?.() === 0;
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cyt-full-'));
  expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder]).status).toBe(0);
});
afterEach(() => {
  spawnSync('umount', [folder]);
  rmSync(folder, { recursive: true });
});

/** Settles until it is refused; gives how many were acknowledged. */
function fill(ledger: ReturnType<typeof ledgerOn>, name: string): number {
  for (let n = 0; n < 1000; n++) {
    try {
      settle(ledger, { request: `${name} ${n}` });
    } catch (error) {
      expect(String(error)).toContain('DISK_FULL');
      return n;
    }
  }
  return 1000;
}

describe.skipIf(!root)('a small file system (run as root)', () => {
  test('fills up: each act is whole or never was, and room makes it go on, without a restart', () => {
    writeFileSync(join(folder, 'ballast'), Buffer.alloc(1024 * 1024));
    const store = openSqliteStore(join(folder, 'ledger.db'));
    const ledger = ledgerOn(store);
    const first = fill(ledger, 'a');
    expect(first).toBeGreaterThan(3);
    for (let n = 0; n < 20; n++) expect(() => settle(ledger, { request: 'refused' })).toThrow('DISK_FULL');
    expect(ledger.todayTotals('2026-11-22').visits).toBe(first);
    expect(settle(ledger, { request: 'a 0' }).repeated).toBe(true);
    rmSync(join(folder, 'ballast'));
    expect(settle(ledger, { request: 'refused' }).repeated).toBe(false);
    const more = fill(ledger, 'b');
    expect(more).toBeGreaterThan(3);
    ledger.close();

    const again = openSqliteStore(join(folder, 'ledger.db'), { readOnly: true });
    const { records, flaws } = verifyLedger(
      again,
      createSealer(KEYS.dataKey, randomOf('v')),
      () => KEYS.signing,
    );
    expect({ records, flaws }).toEqual({ records: 1 + first + 1 + more, flaws: [] });
    again.close();
  });
});
