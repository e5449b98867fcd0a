/**
 * What settling costs, against the floor of the same run: one FULL commit of the same bytes and one native
 * signature.
 * `node test/bench/ledger.ts [acts] [pageSize]`. The last lines are `bench <name> <value>`.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { createLedger, createSealer, type Ledger, setlIdOf } from '../../gateway/ledger/index.ts';
import { openSqliteStore } from '../../gateway/ledger/store/index.ts';
import { bodyOf, CLINIC, KEYS, randomOf } from '../../gateway/ledger/testing/fixtures.ts';
import { verifyLedger } from '../../gateway/ledger/tools/index.ts';

const acts = Number(process.argv[2] ?? 2000);
const pageSize = Number(process.argv[3] ?? 4096);
const folder = mkdtempSync(join(process.env.CYT_BENCH_DIR ?? tmpdir(), 'cyt-bench-'));
const lines: string[] = [];
const say = (name: string, value: number) =>
  lines.push(`bench ledger.${name} ${Number(value.toPrecision(4))}`);

/** Bytes this process has handed to write calls, and those that made pages dirty. */
function written(): { calls: number; pages: number } {
  const text = readFileSync('/proc/self/io', 'utf8');
  const of = (name: string) => Number(new RegExp(`^${name}: (\\d+)`, 'm').exec(text)?.[1]);
  return { calls: of('wchar'), pages: of('write_bytes') };
}

function timed(work: () => void): number {
  const from = performance.now();
  work();
  return performance.now() - from;
}
const at = (sorted: number[], part: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
const sort = (times: number[]) => [...times].sort((a, b) => a - b);

/**
 * 300 villagers who come again and again, 60 visits a day. Made before the clock starts: the desk has the
 * body when it confirms.
 */
function actOf(ledger: Ledger, n: number): () => void {
  const day = new Date(Date.UTC(2026, 0, 1 + Math.floor(n / 60))).toISOString().slice(0, 10);
  const request = `request ${n}`;
  const made = bodyOf(ledger.ledger, 0, { request, psn_no: `P${(n * 7919) % 300}`, day });
  const body = (seq: number) => ({ ...made, setl_id: setlIdOf(CLINIC, ledger.ledger, seq) });
  return () => void ledger.settle({ operator: 'D140225000001', request, body });
}

function openFloor(file: string): { insert(bytes: Uint8Array): void; close(): void } {
  const db = new Database(file);
  db.pragma(`page_size = ${pageSize}`);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('wal_autocheckpoint = 4000'); // as the store
  db.exec('CREATE TABLE one (seq INTEGER PRIMARY KEY, bytes BLOB NOT NULL)');
  const insert = db.prepare('INSERT INTO one (bytes) VALUES (?)');
  return { insert: (bytes) => insert.run(bytes), close: () => db.close() };
}

function openLedger(name: string): Ledger {
  const store = openSqliteStore(join(folder, name), { pageSize });
  const parts = {
    keys: KEYS,
    clinic: CLINIC,
    clock: { now: () => Date.now() },
    random: (bytes: number) => randomBytes(bytes),
  };
  return createLedger({ store, ...parts, opening: { facts: {} } });
}

function speed(): void {
  const ledger = openLedger('speed.db');
  const floor = openFloor(join(folder, 'floor.db'));
  for (let n = 0; n < 200; n++) actOf(ledger, n)();
  const record = Buffer.from(ledger.read(ledger.head().seq - 1, 1, 1e9)[0] ?? '');
  for (let n = 0; n < 200; n++) floor.insert(record);
  const [ours, floors]: number[][] = [[], []];
  // In turns of 50, so that both see the same machine, and neither pays for what the other left in caches and
  // journal.
  for (let n = 200; n < 200 + acts; n += 50) {
    const turn = Array.from({ length: 50 }, (_, i) => n + i);
    for (const i of turn) ours?.push(timed(actOf(ledger, i)));
    // One act, as ours is: what is signed just after a disk was waited for costs more than what is signed in
    // a row.
    for (const _ of turn)
      floors?.push(
        timed(() => {
          KEYS.signing.sign(record);
          floor.insert(record);
        }),
      );
  }
  const both = sort(floors ?? []);
  const settle = sort(ours ?? []);
  say('record_bytes', record.length);
  say('floor_p50_ms', at(both, 0.5));
  say('floor_p99_ms', at(both, 0.99));
  say('settle_p50_ms', at(settle, 0.5));
  say('settle_p99_ms', at(settle, 0.99));
  say('settle_p50_ratio', at(settle, 0.5) / at(both, 0.5));
  say('settle_p99_ratio', at(settle, 0.99) / at(both, 0.99));
  ledger.close();
  floor.close();
}

function bytes(): void {
  const count = Math.min(acts, 2000);
  const ledger = openLedger('bytes.db');
  const record = Buffer.alloc(ledger.read(0, 1, 1e9)[0]?.length ?? 0);
  const before = written();
  for (let n = 0; n < count; n++) actOf(ledger, n)();
  const size = ledger.read(ledger.head().seq - 1, 1, 1e9)[0]?.length ?? record.length;
  ledger.close();
  const between = written();
  const floor = openFloor(join(folder, 'bytes-floor.db'));
  for (let n = 0; n < count; n++) floor.insert(Buffer.alloc(size, n));
  floor.close();
  const after = written();
  say('bytes_per_settlement', (between.calls - before.calls) / count);
  say('bytes_per_insert', (after.calls - between.calls) / count);
  say('bytes_ratio', (between.calls - before.calls) / (after.calls - between.calls));
  say('dirty_bytes_ratio', (between.pages - before.pages) / (after.pages - between.pages));
}

function verifying(): void {
  const store = openSqliteStore(join(folder, 'speed.db'), { readOnly: true });
  const sealer = createSealer(KEYS.dataKey, randomOf('verify'));
  let found = { records: 0, flaws: 0 };
  const ms = timed(() => {
    const verdict = verifyLedger(store, sealer, () => KEYS.signing);
    found = { records: verdict.records, flaws: verdict.flaws.length };
  });
  store.close();
  say('verify_flaws', found.flaws);
  say('verify_100000_s', ((ms / found.records) * 100_000) / 1000);
}

try {
  speed();
  bytes();
  verifying();
} finally {
  rmSync(folder, { recursive: true });
}
console.log(lines.join('\n'));
