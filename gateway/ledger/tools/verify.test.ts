import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SYNC_ERRORS } from '../../../sync/errors.ts';
import { signDataset } from '../../../sync/record/dataset.ts';
import { payloadOf } from '../../../sync/record/jws.ts';
import { openRecord } from '../../../sync/record/record.ts';
import { LEDGER_ERRORS } from '../errors.ts';
import type { Ledger } from '../interfaces.ts';
import { createSealer } from '../sealer.ts';
import { openSqliteStore } from '../store/index.ts';
import { CLINIC, KEYS, ledgerOn, randomOf, settle } from '../testing/fixtures.ts';
import { exportLedger } from './export.ts';
import { rebuildLedger } from './rebuild.ts';
import { verifyLedger } from './verify.ts';

const KNOWN = { ...SYNC_ERRORS, ...LEDGER_ERRORS };
const sealer = createSealer(KEYS.dataKey, randomOf('verify'));
let folder = '';
let file = '';
let ledger: Ledger;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cyt-verify-'));
  file = join(folder, 'ledger.db');
  ledger = ledgerOn(openSqliteStore(file));
  for (const request of ['a', 'b', 'c', 'd']) settle(ledger, { request });
  const refund = [{ way: 'cash' as const, amount: '11.42' }];
  ledger.reverse({ operator: 'D', request: 'e', seq: 3, reason: 'r', day: '2026-11-22', refund });
  const content = '{"persons":[]}';
  const fields = { name: 'roster', version: 1, clinic: CLINIC, issued: '2026-11-22T00:00:00.000Z', content };
  const { manifest } = signDataset(fields, KEYS.signing);
  ledger.install(manifest, content, payloadOf(manifest));
});
afterEach(() => {
  ledger.close();
  rmSync(folder, { recursive: true });
});

function verify() {
  const store = openSqliteStore(file, { readOnly: true });
  try {
    return verifyLedger(store, sealer, (kid) => (kid === KEYS.signing.kid ? KEYS.signing : undefined));
  } finally {
    store.close();
  }
}
function tamper(sql: string, ...values: unknown[]): void {
  const db = new Database(file);
  expect(db.prepare(sql).run(...values).changes).toBeGreaterThan(0);
  db.close();
}
const codes = () => [...new Set(verify().flaws.map((flaw) => flaw.code))].sort();

describe('verify', () => {
  test('finds nothing wrong beside the running gateway, which goes on', () => {
    expect(verify()).toEqual({ records: 7, head: ledger.head(), flaws: [] });
    settle(ledger, { request: 'f' });
    expect(verify()).toMatchObject({ records: 8, flaws: [] });
  });

  test('sees one state while the gateway writes', () => {
    const store = openSqliteStore(file, { readOnly: true });
    const seen = store.snapshot(() => {
      const before = store.head()?.seq;
      settle(ledger, { request: 'f' });
      return [before, store.head()?.seq];
    });
    store.close();
    expect(seen).toEqual([7, 7]);
  });

  test('finds a flipped bit in any sealed record', () => {
    for (let seq = 1; seq <= 7; seq++) {
      const sealed = openSqliteStore(file, { readOnly: true });
      const row = sealed.record(seq);
      sealed.close();
      const bytes = Buffer.from(row?.sealed ?? []);
      const flipped = Buffer.from(bytes);
      flipped[seq * 31] = (flipped[seq * 31] ?? 0) ^ 1;
      tamper('UPDATE records SET sealed = ? WHERE seq = ?', flipped, seq);
      expect(verify().flaws[0]).toMatchObject({ code: 'SEAL_BROKEN', seq });
      tamper('UPDATE records SET sealed = ? WHERE seq = ?', bytes, seq);
    }
    expect(verify().flaws).toEqual([]);
  });

  test('finds a deleted record, at the end too when the township receipted it', () => {
    tamper('DELETE FROM records WHERE seq = 4');
    expect(codes()).toEqual(['RECORD_GAP', 'TOTALS_DIFFER']);
    const receipt = { through: 7, hash: ledger.head().hash };
    ledger.acknowledge(`h.${Buffer.from(JSON.stringify(receipt)).toString('base64url')}.s`, 7);
    tamper('DELETE FROM records WHERE seq = 7');
    expect(codes()).toContain('RECORDS_MISSING');
  });

  test.each([2, 3, 5])(
    'names what lies on half-zeroed pages, every %sth of the file, and reads the rest',
    (nth) => {
      for (let n = 0; n < 60; n++) settle(ledger, { request: `more-${n}` });
      ledger.close();
      const image = readFileSync(file);
      for (let page = 2; page < image.length / 4096; page += 1)
        if (page % nth === 0) image.fill(0, page * 4096 + 2048, (page + 1) * 4096);
      writeFileSync(file, image);
      const { flaws } = verify();
      expect(flaws.length).toBeGreaterThan(0);
      const codes = new Set(flaws.map(({ code }) => code));
      expect([...codes].filter((code) => !Object.hasOwn(KNOWN, code))).toEqual([]);
      expect(codes).toContain('LEDGER_BROKEN');
      ledger = ledgerOn(openSqliteStore(join(folder, 'other.db'))); // for the end of the test
    },
  );

  test('finds a ledger without a record, and one behind what was remembered of it', () => {
    const empty = openSqliteStore(join(folder, 'empty.db'));
    expect(verifyLedger(empty, sealer, () => KEYS.signing).flaws).toMatchObject([{ code: 'LEDGER_MISSING' }]);
    empty.close();
    const store = openSqliteStore(file, { readOnly: true });
    const { seq, hash } = ledger.head();
    for (const [marked, code] of [
      [{ seq, hash }, undefined],
      [{ seq: seq + 1, hash }, 'RECORDS_MISSING'],
      [{ seq: seq - 1, hash }, 'RECORDS_MISSING'],
      ['unreadable', 'LEDGER_UNCONFIRMED'],
    ] as const) {
      const mark = { read: () => marked, keep: () => {} };
      expect(verifyLedger(store, sealer, () => KEYS.signing, mark).flaws[0]?.code).toBe(code);
    }
    store.close();
  });

  test('finds a record that another key signed, however well it chains', () => {
    const strange = verifyStrangeKey();
    expect(strange).toContain('SIGNATURE_KEY');
  });

  test.each([
    ['an edited total', 'UPDATE used SET amount = amount - 1 WHERE rowid IS NOT NULL OR 1', 'TOTALS_DIFFER'],
    [
      'a total too many',
      "INSERT INTO used VALUES (x'00', '390', '440882', 'b', '2026', 'fen', 1)",
      'TOTALS_DIFFER',
    ],
    ['a total too few', "DELETE FROM used WHERE bucket = 'visits-day'", 'TOTALS_DIFFER'],
    ['an edited settlement', 'UPDATE settlements SET fund = fund + 1 WHERE seq = 2', 'TOTALS_DIFFER'],
    ['a reversal struck out', 'UPDATE settlements SET reversed_by = NULL WHERE seq = 3', 'TOTALS_DIFFER'],
    ['a settlement taken off the list', 'DELETE FROM settlements WHERE seq = 2', 'TOTALS_DIFFER'],
    ['a request forgotten', 'DELETE FROM requests WHERE seq = 2', 'TOTALS_DIFFER'],
    ['a request pointed elsewhere', 'UPDATE requests SET seq = 4 WHERE seq = 2', 'TOTALS_DIFFER'],
    ['another hash', "UPDATE records SET hash = x'00' WHERE seq = 7", 'RECORD_ROW_DIFFERS'],
    ['another day', "UPDATE records SET day = '2026-11-21' WHERE seq = 2", 'RECORD_ROW_DIFFERS'],
    ['another kind', "UPDATE records SET kind = 'incident' WHERE seq = 2", 'RECORD_ROW_DIFFERS'],
    ['a slip that was never queued', 'DELETE FROM print_jobs WHERE seq = 2', 'RECORD_ROW_DIFFERS'],
    ['a dataset swapped', "UPDATE datasets SET sha256 = 'x'", 'DATASET_DIFFERS'],
    ['a dataset lost', 'DELETE FROM datasets', 'DATASET_DIFFERS'],
    ['another clinic', "UPDATE meta SET value = 'H00000000000' WHERE key = 'clinic'", 'RECORD_ROW_DIFFERS'],
  ])('finds %s', (_, sql, code) => {
    tamper(sql.replace(' WHERE rowid IS NOT NULL OR 1', " WHERE bucket = 'outpatient-year'"));
    expect(codes()).toContain(code);
  });
});

function verifyStrangeKey(): string[] {
  const store = openSqliteStore(file, { readOnly: true });
  const { flaws } = verifyLedger(store, sealer, () => undefined);
  store.close();
  return flaws.map((flaw) => flaw.code);
}

describe('rebuild', () => {
  test('makes the derived tables anew from the records', () => {
    for (const table of ['requests', 'used', 'settlements']) tamper(`DELETE FROM ${table}`);
    tamper('DELETE FROM print_jobs WHERE seq = 2');
    ledger.close();
    const store = openSqliteStore(file);
    expect(rebuildLedger(store, sealer)).toBe(7);
    store.close();
    expect(verify().flaws).toEqual([]);
    ledger = ledgerOn(openSqliteStore(file));
    expect(settle(ledger, { request: 'a' }).repeated).toBe(true);
    expect(ledger.printState(2)).toMatchObject({ state: 'printed', unsure: true });
  });

  test('changes nothing when a record does not open', () => {
    tamper("UPDATE records SET sealed = x'00' WHERE seq = 5");
    tamper('DELETE FROM requests WHERE seq = 2');
    ledger.close();
    const store = openSqliteStore(file);
    expect(() => rebuildLedger(store, sealer)).toThrow('SEAL_BROKEN');
    expect([...store.requestRows()]).toHaveLength(4);
    store.close();
  });
});

test('export gives every record with the bytes that prove it', () => {
  const store = openSqliteStore(file, { readOnly: true });
  const lines = [...exportLedger(store, sealer)].map((line) => JSON.parse(line));
  const rest = [...exportLedger(store, sealer, 5)];
  store.close();
  expect(lines.map((line) => line.record.seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  for (const { jws, hash, record } of lines)
    expect(openRecord(jws, () => KEYS.signing)).toEqual({ jws, hash, record });
  expect(rest).toHaveLength(2);
});
