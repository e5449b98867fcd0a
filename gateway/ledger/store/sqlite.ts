import type Database from 'better-sqlite3';
import { LedgerError } from '../errors.ts';
import type {
  DatasetRow,
  PrintRow,
  RecordRow,
  SettlementRow,
  SoldRow,
  Store,
  UsedKey,
  UsedRow,
  VisitRow,
} from './port.ts';
import {
  ledgerDiskError,
  openReader,
  openWriter,
  type SqliteOptions,
  withDiskErrors,
} from './sqlite-open.ts';

/**
 * Opens the store in `file`, and creates it when it is absent. Throws LedgerError LEDGER_NEWER,
 * LEDGER_FOREIGN, LEDGER_IN_USE, LEDGER_NOT_DURABLE, DISK_FULL, DISK_FAILED, and leaves the file as it was
 * when it does. docs/record.md §8
 */
export function openSqliteStore(file: string, options: SqliteOptions = {}): Store {
  if (!options.readOnly) {
    const { db, release } = openWriter(file, options);
    return new SqliteStore(db, release);
  }
  const db = openReader(file);
  return new SqliteStore(db, () => db.close());
}

const bucketOf = (table: string) =>
  `SELECT * FROM ${table} WHERE (holder, insutype, poolarea, bucket, period) = (?, ?, ?, ?, ?)`;
const addTo = (table: string) =>
  `INSERT INTO ${table} (holder, insutype, poolarea, bucket, period, unit, amount) VALUES (?, ?, ?, ?, ?, ?, ?)
   ON CONFLICT DO UPDATE SET amount = amount + excluded.amount`;
const [OF_USED, ADD_TO_USED] = [bucketOf('used'), addTo('used')];
const [OF_CARRIED, ADD_TO_CARRIED] = [bucketOf('carried'), addTo('carried')];

type HexRecord = Omit<RecordRow, 'hash'> & { hash: Buffer };
const recordOf = (row: HexRecord): RecordRow => ({ ...row, hash: row.hash.toString('hex') });

/** Every INSERT names its columns: a store of the next version may have more of them, with defaults. */
class SqliteStore implements Store {
  readonly #db: Database.Database;
  readonly #release: () => void;
  readonly #statements = new Map<string, Database.Statement>();
  /** The first I/O error: after a failed fsync nothing more may be written to this disk. */
  #failed: LedgerError | null = null;

  constructor(db: Database.Database, release: () => void) {
    this.#db = db;
    this.#release = release;
  }

  #sql(text: string): Database.Statement {
    const known = this.#statements.get(text);
    if (known) return known;
    const statement = this.#db.prepare(text);
    this.#statements.set(text, statement);
    return statement;
  }
  #run(text: string, ...values: unknown[]): void {
    this.#sql(text).run(...values);
  }
  #row<T>(text: string, ...values: unknown[]): T | null {
    return withDiskErrors(() => (this.#sql(text).get(...values) as T | undefined) ?? null);
  }
  #rows<T>(text: string, ...values: unknown[]): T[] {
    return withDiskErrors(() => this.#sql(text).all(...values) as T[]);
  }
  #each<T>(text: string): Iterable<T> {
    return this.#db.prepare(text).iterate() as Iterable<T>;
  }

  transact<T>(work: () => T): T {
    if (this.#failed) throw this.#failed;
    if (this.#db.inTransaction) throw new LedgerError('ACT_INVALID', 'a transaction inside a transaction');
    try {
      this.#run('BEGIN IMMEDIATE');
      const result = work();
      this.#run('COMMIT');
      return result;
    } catch (error) {
      throw this.#undo(error);
    }
  }

  #undo(error: unknown): unknown {
    const known = ledgerDiskError(error);
    if (known instanceof LedgerError && known.code === 'DISK_FAILED') this.#failed = known;
    // SQLite may have rolled back by itself on a full disk, and may be unable to on a failed one: nothing is
    // committed.
    try {
      if (this.#db.inTransaction) this.#run('ROLLBACK');
    } catch (again) {
      this.#failed ??= new LedgerError('DISK_FAILED', `rollback: ${again}`, { cause: again });
    }
    return known;
  }

  snapshot<T>(work: () => T): T {
    this.#run('BEGIN');
    try {
      return work();
    } finally {
      // Nothing was written, and a COMMIT fails on a damaged image.
      if (this.#db.inTransaction) this.#run('ROLLBACK');
    }
  }

  meta(key: string): string | null {
    return this.#row<{ value: string }>('SELECT value FROM meta WHERE key = ?', key)?.value ?? null;
  }
  setMeta(key: string, value: string): void {
    this.#run(
      'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
      key,
      value,
    );
  }

  head(): RecordRow | null {
    const row = this.#row<HexRecord>('SELECT * FROM records ORDER BY seq DESC LIMIT 1');
    return row && recordOf(row);
  }
  record(seq: number): RecordRow | null {
    const row = this.#row<HexRecord>('SELECT * FROM records WHERE seq = ?', seq);
    return row && recordOf(row);
  }
  dayOf(seq: number): string | null {
    return this.#row<{ day: string | null }>('SELECT day FROM records WHERE seq = ?', seq)?.day ?? null;
  }
  records(after: number, count: number): RecordRow[] {
    const sql = 'SELECT * FROM records WHERE seq > ? ORDER BY seq LIMIT ?';
    return this.#rows<HexRecord>(sql, after, count).map(recordOf);
  }
  addRecord({ seq, hash, kind, day, sealed }: RecordRow): void {
    const sql = 'INSERT INTO records (seq, hash, kind, day, sealed) VALUES (?, ?, ?, ?, ?)';
    this.#run(sql, seq, Buffer.from(hash, 'hex'), kind, day, sealed);
  }

  request(key: Uint8Array): number | null {
    return this.#row<{ seq: number }>('SELECT seq FROM requests WHERE request = ?', key)?.seq ?? null;
  }
  addRequest(key: Uint8Array, seq: number): void {
    this.#run('INSERT INTO requests (request, seq) VALUES (?, ?)', key, seq);
  }

  #bucket(sql: string, { holder, insutype, poolarea, bucket, period }: UsedKey): UsedRow | null {
    return this.#row(sql, holder, insutype, poolarea, bucket, period);
  }
  #addTo(sql: string, { holder, insutype, poolarea, bucket, period, unit, amount }: UsedRow): void {
    this.#run(sql, holder, insutype, poolarea, bucket, period, unit, amount);
  }
  used(key: UsedKey): UsedRow | null {
    return this.#bucket(OF_USED, key);
  }
  addUsed(row: UsedRow): void {
    this.#addTo(ADD_TO_USED, row);
  }
  carried(key: UsedKey): UsedRow | null {
    return this.#bucket(OF_CARRIED, key);
  }
  addCarried(row: UsedRow): void {
    this.#addTo(ADD_TO_CARRIED, row);
  }

  settlement(day: string, seq: number): SettlementRow | null {
    return this.#row('SELECT * FROM settlements WHERE day = ? AND seq = ?', day, seq);
  }
  settlementsOn(day: string, after = 0): SettlementRow[] {
    return this.#rows('SELECT * FROM settlements WHERE day = ? AND seq > ? ORDER BY seq', day, after);
  }
  lastOn(day: string): SettlementRow | null {
    return this.#row('SELECT * FROM settlements WHERE day = ? ORDER BY seq DESC LIMIT 1', day);
  }
  settlementsOf(person: Uint8Array, count: number): SettlementRow[] {
    return this.#rows('SELECT * FROM settlements WHERE person = ? ORDER BY seq DESC LIMIT ?', person, count);
  }
  addSettlement(row: SettlementRow): void {
    const { day, seq, person, medfee, fund, psn, cash, reverses, reversed_by } = row;
    const sql = `INSERT INTO settlements (day, seq, person, medfee, fund, psn, cash, reverses, reversed_by)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`;
    this.#run(sql, day, seq, person, medfee, fund, psn, cash, reverses, reversed_by);
  }
  soldIn(code: Uint8Array): number[] {
    return this.#rows<SoldRow>('SELECT * FROM sold_codes WHERE code = ?', code).map(({ seq }) => seq);
  }
  addSold({ code, seq }: SoldRow): void {
    this.#run('INSERT INTO sold_codes (code, seq) VALUES (?, ?)', code, seq);
  }
  setReversed(day: string, seq: number, by: number): void {
    this.#run('UPDATE settlements SET reversed_by = ? WHERE day = ? AND seq = ?', by, day, seq);
  }

  openPrintJobs(): PrintRow[] {
    return this.#rows("SELECT * FROM print_jobs WHERE state IN ('printing', 'waiting') ORDER BY seq, copy");
  }
  printJobsOf(seq: number): PrintRow[] {
    const sql =
      "SELECT * FROM print_jobs WHERE state IN ('printing', 'waiting', 'printed') AND seq = ? ORDER BY copy";
    return this.#rows(sql, seq);
  }
  addPrintJob({ seq, copy, state, code, unsure }: PrintRow): void {
    const sql = 'INSERT INTO print_jobs (state, seq, copy, code, unsure) VALUES (?, ?, ?, ?, ?)';
    this.#run(sql, state, seq, copy, code, unsure);
  }
  putPrintJob(row: PrintRow): void {
    this.dropPrintJob(row.seq, row.copy);
    this.addPrintJob(row);
  }
  dropPrintJob(seq: number, copy: number): void {
    const sql =
      "DELETE FROM print_jobs WHERE state IN ('printing', 'waiting', 'printed') AND seq = ? AND copy = ?";
    this.#run(sql, seq, copy);
  }

  dataset(name: string, version?: number): DatasetRow | null {
    if (version !== undefined)
      return this.#row('SELECT * FROM datasets WHERE name = ? AND version = ?', name, version);
    return this.#row('SELECT * FROM datasets WHERE name = ? ORDER BY version DESC LIMIT 1', name);
  }
  datasets(): { name: string; version: number }[] {
    return this.#rows('SELECT name, max(version) AS version FROM datasets GROUP BY name ORDER BY name');
  }
  addDataset({ name, version, sha256, manifest, sealed, seq }: DatasetRow): void {
    const sql =
      'INSERT INTO datasets (name, version, sha256, manifest, sealed, seq) VALUES (?, ?, ?, ?, ?, ?)';
    this.#run(sql, name, version, sha256, manifest, sealed, seq);
  }

  mendDataset(name: string, version: number, sealed: Uint8Array): void {
    this.#run('UPDATE datasets SET sealed = ? WHERE name = ? AND version = ?', sealed, name, version);
  }
  addObjection(hash: Uint8Array, sealed: Uint8Array): void {
    const again = 'ON CONFLICT (hash) DO UPDATE SET sealed = excluded.sealed';
    this.#run(`INSERT INTO findings (hash, sealed) VALUES (?, ?) ${again}`, hash, sealed);
  }
  objections(): Uint8Array[] {
    return this.#rows<{ sealed: Uint8Array }>('SELECT sealed FROM findings ORDER BY id').map(
      (row) => row.sealed,
    );
  }

  visit(id: string): VisitRow | null {
    return this.#row('SELECT * FROM visits WHERE id = ?', id);
  }
  visits(): VisitRow[] {
    return this.#rows('SELECT * FROM visits ORDER BY opened_at, id');
  }
  putVisit({ id, opened_at, sealed }: VisitRow): void {
    const sql = 'INSERT OR REPLACE INTO visits (id, opened_at, sealed) VALUES (?, ?, ?)';
    this.#run(sql, id, opened_at, sealed);
  }
  dropVisit(id: string): void {
    this.#run('DELETE FROM visits WHERE id = ?', id);
  }

  requestRows(): Iterable<{ request: Uint8Array; seq: number }> {
    return this.#each('SELECT * FROM requests ORDER BY request');
  }
  usedRows(): Iterable<UsedRow> {
    return this.#each('SELECT * FROM used ORDER BY holder, insutype, poolarea, bucket, period');
  }
  carriedRows(): Iterable<UsedRow> {
    return this.#each('SELECT * FROM carried ORDER BY holder, insutype, poolarea, bucket, period');
  }
  settlementRows(): Iterable<SettlementRow> {
    return this.#each('SELECT * FROM settlements ORDER BY day, seq');
  }
  soldRows(): Iterable<SoldRow> {
    return this.#each('SELECT * FROM sold_codes ORDER BY code, seq');
  }
  clearDerived(): void {
    for (const table of ['requests', 'used', 'settlements', 'sold_codes']) this.#run(`DELETE FROM ${table}`);
  }

  /** Checkpoints the WAL, so that no settlement has to. */
  tidy(): void {
    if (this.#failed) return;
    try {
      this.#db.pragma('wal_checkpoint(PASSIVE)');
    } catch (error) {
      throw this.#undo(error);
    }
  }
  failed(): LedgerError | null {
    return this.#failed;
  }
  close(): void {
    this.#release();
  }
}
