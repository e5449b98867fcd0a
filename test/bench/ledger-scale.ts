/**
 * Does a settlement cost the same in a ledger that has run for years? `node test/bench/ledger-scale.ts
 * [records] [acts]`: settles into a small ledger and into one of that many records, in turns. The rows of the
 * big one are of the right sizes and keys, but nothing is signed.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { createLedger, createSealer, type Ledger, setlIdOf } from '../../gateway/ledger/index.ts';
import { openSqliteStore } from '../../gateway/ledger/store/index.ts';
import { bodyOf, CLINIC, KEYS } from '../../gateway/ledger/testing/fixtures.ts';
import { EMPTY_HEAD, signRecord } from '../../sync/record/record.ts';

const records = Number(process.argv[2] ?? 100_000);
const acts = Number(process.argv[3] ?? 1000);
const folder = mkdtempSync(join(process.env.CYT_BENCH_DIR ?? tmpdir(), 'cyt-scale-'));
const random = (bytes: number) => randomBytes(bytes);
const parts = { keys: KEYS, clinic: CLINIC, clock: { now: () => Date.now() }, random };

/** 60 visits a day of 2 000 people, as if they had been made. */
function fill(file: string, count: number): void {
  openSqliteStore(file).close();
  const db = new Database(file);
  db.pragma('journal_mode = OFF'); // nothing here has to outlive the bench
  db.pragma('synchronous = OFF');
  db.exec(`
    CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count - 1}) SELECT i FROM n;
    INSERT INTO records SELECT i, randomblob(32), 'settlement', date('2020-01-01', (i / 60) || ' days'), randomblob(5900) FROM n;
    INSERT INTO requests SELECT randomblob(16), i FROM n ORDER BY 1;
    INSERT INTO settlements SELECT date('2020-01-01', (i / 60) || ' days'), i, CAST(printf('%016d', i * 7919 % 2000) AS BLOB), 1, 1, 1, 1, NULL, NULL FROM n;
    INSERT INTO used SELECT CAST(printf('%016d', i % 2000) AS BLOB), '390', '440882', 'b', 2020 + i / 2000, 'fen', 1 FROM n WHERE i < 60000;
    INSERT INTO sold_codes SELECT randomblob(16), i FROM n ORDER BY 1;
    INSERT INTO print_jobs SELECT 'printed', i, 0, NULL, 0 FROM n;
    INSERT INTO meta VALUES ('ledger', '${'a'.repeat(32)}'), ('clinic', '${CLINIC}'), ('data_key', 'wrapped');
  `);
  const fields = { ledger: 'a'.repeat(32), clinic: CLINIC, at: '2026-01-01T00:00:00.000Z', kind: 'incident' };
  const head = { ...EMPTY_HEAD, seq: count - 1 };
  const last = signRecord(head, { ...fields, operator: 'gateway', body: {} }, KEYS.signing);
  const sealed = createSealer(KEYS.dataKey, random).seal(last.jws);
  db.prepare('INSERT INTO records VALUES (?, ?, ?, NULL, ?)').run(
    count,
    Buffer.from(last.hash, 'hex'),
    'incident',
    sealed,
  );
  db.close();
}

function act(ledger: Ledger, n: number): number {
  const request = `request ${n}`;
  const made = bodyOf(ledger.ledger, 0, { request, psn_no: `P${(n * 7919) % 2000}` });
  const body = (seq: number) => ({ ...made, setl_id: setlIdOf(CLINIC, ledger.ledger, seq) });
  const from = performance.now();
  ledger.settle({ operator: 'D', request, body });
  return performance.now() - from;
}

const median = (times: number[]) => [...times].sort((a, b) => a - b)[times.length >> 1] ?? 0;

try {
  const [small, big] = [1000, records].map((count) => {
    const file = join(folder, `${count}.db`);
    fill(file, count);
    return { ledger: createLedger({ ...parts, store: openSqliteStore(file) }), times: [] as number[] };
  });
  for (let n = 0; n < acts; n += 50)
    for (const it of [small, big]) for (let i = 0; i < 50; i++) it?.times.push(act(it.ledger, n + i));
  console.log(`bench ledger.records ${records}`);
  console.log(`bench ledger.settle_p50_at_1000_ms ${median(small?.times ?? []).toPrecision(4)}`);
  console.log(`bench ledger.settle_p50_at_records_ms ${median(big?.times ?? []).toPrecision(4)}`);
  console.log(
    `bench ledger.scale_ratio ${(median(big?.times ?? []) / median(small?.times ?? [])).toPrecision(4)}`,
  );
  small?.ledger.close();
  big?.ledger.close();
} finally {
  rmSync(folder, { recursive: true });
}
