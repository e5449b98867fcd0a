import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ledgerOn, settle } from '../testing/fixtures.ts';
import { USER_VERSION } from './schema.ts';
import { openSqliteStore } from './sqlite.ts';
import { assertDurable } from './sqlite-open.ts';

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cyt-sqlite-'));
  file = join(folder, 'ledger.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

const digest = () => createHash('sha256').update(readFileSync(file)).digest('hex');
const files = () => readdirSync(folder).sort();
/** A closed ledger that another release has been at. */
function changedBy(sql: string): void {
  const ledger = ledgerOn(openSqliteStore(file));
  settle(ledger, { request: 'a' });
  ledger.close();
  const db = new Database(file);
  db.exec(sql);
  db.close();
}

describe('opening', () => {
  test('is durable, and reads that back after a transaction', () => {
    const store = openSqliteStore(file);
    store.close();
    const db = new Database(file);
    db.pragma('synchronous = FULL');
    db.exec("INSERT INTO meta VALUES ('x', '1')");
    expect(() => assertDurable(db)).not.toThrow();
    for (const level of ['NORMAL', 'OFF', 'EXTRA']) {
      db.pragma(`synchronous = ${level}`);
      expect(() => assertDurable(db)).toThrow('LEDGER_NOT_DURABLE');
    }
    db.pragma('synchronous = FULL');
    db.pragma('journal_mode = DELETE');
    expect(() => assertDurable(db)).toThrow('LEDGER_NOT_DURABLE');
    db.close();
  });

  test('lets one writer in, and any number of readers', () => {
    const ledger = ledgerOn(openSqliteStore(file));
    expect(() => openSqliteStore(file)).toThrow('LEDGER_IN_USE');
    const readers = [1, 2, 3].map(() => openSqliteStore(file, { readOnly: true }));
    settle(ledger, { request: 'a' });
    for (const reader of readers) {
      expect(reader.head()?.seq).toBe(2);
      expect(() => reader.transact(() => reader.setMeta('x', 'y'))).toThrow('LEDGER_READ_ONLY');
      reader.close();
    }
    ledger.close();
    openSqliteStore(file).close();
  });

  test('keeps another process out, and lets it in when this one has gone', () => {
    const store = openSqliteStore(file);
    const door = new URL('./sqlite.ts', import.meta.url).href;
    const code = `import(${JSON.stringify(door)}).then((it) => it.openSqliteStore(${JSON.stringify(file)}).close())`;
    const other = () => spawnSync(process.execPath, ['-e', code], { encoding: 'utf8' }).stderr;
    expect(other()).toContain('LEDGER_IN_USE');
    expect(() => openSqliteStore(file)).toThrow('LEDGER_IN_USE');
    expect(other()).toContain('LEDGER_IN_USE');
    store.close();
    expect(other()).toBe('');
  });

  test('reads a ledger that nobody has open', () => {
    ledgerOn(openSqliteStore(file)).close();
    const reader = openSqliteStore(file, { readOnly: true });
    expect(reader.head()?.seq).toBe(1);
    reader.close();
    expect(() => openSqliteStore(join(folder, 'none.db'), { readOnly: true })).toThrow();
    expect(files()).not.toContain('none.db');
  });

  test('tidies the WAL away in a quiet moment, beside a reader too', () => {
    const ledger = ledgerOn(openSqliteStore(file));
    for (let n = 0; n < 20; n++) settle(ledger, { request: `r${n}` });
    const before = statSync(file).size;
    const reader = openSqliteStore(file, { readOnly: true });
    reader.snapshot(() => ledger.maintain());
    ledger.maintain();
    expect(statSync(file).size).toBeGreaterThan(before);
    expect(reader.head()?.seq).toBe(21);
    reader.close();
    ledger.close();
  });

  test('keeps others from reading the files', () => {
    const ledger = ledgerOn(openSqliteStore(file));
    for (const name of files())
      expect([name, statSync(join(folder, name)).mode & 0o777]).toEqual([name, 0o600]);
    ledger.close();
  });

  const AHEAD = USER_VERSION + 1;
  const additive = (version: number) => `UPDATE meta SET value = '${version}' WHERE key = 'additive'`;

  test.each([
    ['two versions ahead', `PRAGMA user_version = ${AHEAD + 1}; ${additive(AHEAD + 1)}`],
    [
      'one ahead, and not said to be additive',
      `PRAGMA user_version = ${AHEAD}; DELETE FROM meta WHERE key = 'additive'`,
    ],
    ['one ahead, and an older step additive', `PRAGMA user_version = ${AHEAD}`],
  ])('refuses a newer store untouched: %s', (_, sql) => {
    changedBy(sql);
    const before = digest();
    for (const readOnly of [false, true])
      expect(() => openSqliteStore(file, { readOnly })).toThrow('LEDGER_NEWER');
    expect(digest()).toBe(before);
  });

  test('opens a store one version ahead that only added, and writes to it', () => {
    const added = 'ALTER TABLE settlements ADD COLUMN later TEXT DEFAULT 1; CREATE TABLE later (x)';
    changedBy(`PRAGMA user_version = ${AHEAD}; ${additive(AHEAD)}; ${added}`);
    const ledger = ledgerOn(openSqliteStore(file));
    expect(settle(ledger, { request: 'b' }).seq).toBe(3);
    ledger.close();
    const db = new Database(file);
    expect(db.pragma('user_version', { simple: true })).toBe(AHEAD);
    db.close();
  });

  test('refuses what is no ledger, untouched', () => {
    const db = new Database(file);
    db.exec('CREATE TABLE other (x)');
    db.close();
    const before = digest();
    expect(() => openSqliteStore(file)).toThrow('LEDGER_FOREIGN');
    expect(digest()).toBe(before);
    writeFileSync(file, 'not a database at all, but looked at as one. '.repeat(99));
    expect(() => openSqliteStore(file)).toThrow('LEDGER_BROKEN');
  });
});

describe('a disk in trouble', () => {
  test('full: the act is gone, what was there stays, and it goes on when there is room', () => {
    const small = ledgerOn(openSqliteStore(file, { pagesMax: 60 }));
    const settled: number[] = [];
    expect(() => {
      for (let n = 0; n < 50; n++) settled.push(settle(small, { request: `r${n}` }).seq);
    }).toThrow('DISK_FULL');
    expect(settled.length).toBeGreaterThan(5);
    expect(() => settle(small, { request: 'again' })).toThrow('DISK_FULL');
    expect([small.head().seq, small.todayTotals('2026-11-22').visits]).toEqual([
      settled.at(-1),
      settled.length,
    ]);
    expect(settle(small, { request: 'r0' }).repeated).toBe(true);
    small.close();
    const roomy = ledgerOn(openSqliteStore(file));
    expect(settle(roomy, { request: 'again' }).seq).toBe(settled.length + 2);
    roomy.close();
  });
});
