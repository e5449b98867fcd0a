import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSealer } from '../sealer.ts';
import { KEYS, ledgerOn, randomOf, settle } from '../testing/fixtures.ts';
import { verifyLedger } from '../tools/verify.ts';
import { USER_VERSION } from './schema.ts';
import { openSqliteStore } from './sqlite.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cyt-migrate-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const versions = Array.from({ length: USER_VERSION }, (_, i) => i + 1);

describe.each(versions)('a store of schema version %i', (version) => {
  test('is opened, verified and gone on with by this release', () => {
    const file = join(folder, 'ledger.db');
    cpSync(new URL(`./testing/store-v${version}.db`, import.meta.url), file);
    const ledger = ledgerOn(openSqliteStore(file));
    expect(ledger.head().seq).toBe(8);
    expect(settle(ledger, { request: 'a' })).toMatchObject({ seq: 3, repeated: true });
    const person = { psn_no: 'P0001', insutype: '390', poolarea: '440882' };
    const buckets = [{ name: 'outpatient-year', period: 'year', scope: 'person' }] as const;
    expect(ledger.used(person, '2026-11-22', [...buckets])).toEqual({ 'outpatient-year': '29.84' });
    expect(ledger.dayClose('2026-11-22')).toMatchObject({ seq: 7, stale: false, body: { visits: 3 } });
    expect(ledger.dataset('roster')?.content).toBe('{"persons":[]}');
    expect([ledger.deliveredThrough(), ledger.objections(), ledger.visit('v')?.json]).toEqual([
      8,
      ['h.finding.s'],
      '{"draft":1}',
    ]);
    expect(ledger.printJobs().map((job) => job.seq)).toEqual([4, 5]);
    expect(settle(ledger, { request: 'new' }).seq).toBe(9);
    ledger.close();

    const store = openSqliteStore(file, { readOnly: true });
    expect(verifyLedger(store, createSealer(KEYS.dataKey, randomOf('v')), () => KEYS.signing).flaws).toEqual(
      [],
    );
    store.close();
    const db = new Database(file);
    expect(db.pragma('user_version', { simple: true })).toBe(USER_VERSION);
    db.close();
  });
});
