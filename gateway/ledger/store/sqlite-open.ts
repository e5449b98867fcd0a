import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { type DiskFault, diskError, systemCode } from '../../../sync/disk-fault.ts';
import { keepPrivate } from '../../../sync/private-file.ts';
import { LedgerError, type LedgerErrorCode } from '../errors.ts';
import { APPLICATION_ID, STEPS, USER_VERSION } from './schema.ts';

export interface SqliteOptions {
  /** For `ledger verify` and `export` beside a running gateway. Never creates, migrates or writes. */
  readOnly?: boolean;
  /** Of a new store. */
  pageSize?: number;
  /** The file never grows beyond so many pages: DISK_FULL. */
  pagesMax?: number;
}

/**
 * One sector of a disk: smaller pages would be written with their neighbours, and larger ones make a
 * settlement write more. test/bench/ledger.ts measures any size.
 */
const PAGE_BYTES = 4096;

/** WAL pages (16 MB) before a commit checkpoints by itself. `tidy` does so in quiet moments long before. */
const CHECKPOINT_PAGES = 4000;
const READER_WAIT_MS = 5000;

/** A connection that only reads. */
export function openReader(file: string): Database.Database {
  return withDiskErrors(() => {
    const db = new Database(file, { readonly: true, fileMustExist: true, timeout: READER_WAIT_MS });
    try {
      checkVersion(db);
      addEmptyTables(db);
    } catch (error) {
      db.close();
      throw error;
    }
    return db;
  });
}

/** Tables that a store of an earlier release lacks, or an empty file, for this connection only. */
function addEmptyTables(db: Database.Database): void {
  const version = db.pragma('user_version', { simple: true }) as number;
  for (const step of STEPS.slice(version))
    for (const [table] of step.matchAll(/CREATE TABLE[^;]*;/g)) db.exec(table.replace('TABLE', 'TEMP TABLE'));
}

/** The one connection that writes; `release` closes it and gives up the lock. */
export function openWriter(file: string, options: SqliteOptions): { db: Database.Database; release(): void } {
  if (existsSync(file)) refuseUntouched(file);
  const lock = takeLock(`${file}.lock`);
  try {
    keepPrivate(file);
    const db = new Database(file, { timeout: READER_WAIT_MS });
    try {
      prepare(db, options);
    } catch (error) {
      db.close();
      throw error;
    }
    const release = () => {
      db.close();
      lock.close();
    };
    return { db, release };
  } catch (error) {
    lock.close();
    throw ledgerDiskError(error);
  }
}

/** A newer or foreign file is refused before anything is written to it. */
function refuseUntouched(file: string): void {
  try {
    openReader(file).close();
  } catch (error) {
    // Power was lost while the file was being created: only a writer can roll that back, and it checks again.
    if (!(error instanceof LedgerError) || error.code !== 'LEDGER_READ_ONLY') throw error;
  }
}

/** SQLite's own file lock on an empty file: the kernel drops it with the process, so it is never stale. */
function takeLock(file: string): Database.Database {
  keepPrivate(file);
  const lock = new Database(file, { timeout: 0 });
  try {
    lock.pragma('journal_mode = MEMORY');
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    if (systemCode(error).startsWith('SQLITE_BUSY'))
      throw new LedgerError('LEDGER_IN_USE', file, { cause: error });
    throw error;
  }
}

function prepare(db: Database.Database, { pageSize = PAGE_BYTES, pagesMax }: SqliteOptions): void {
  checkVersion(db);
  db.pragma(`page_size = ${pageSize}`);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  db.pragma('trusted_schema = OFF');
  if (pagesMax !== undefined) db.pragma(`max_page_count = ${pagesMax}`);
  migrate(db);
  assertDurable(db);
}

/** The first transaction of every opening: migrates the schema, and proves that the disk can be written. */
function migrate(db: Database.Database): void {
  db.transaction(() => {
    const from = db.pragma('user_version', { simple: true }) as number;
    for (const step of STEPS.slice(from)) db.exec(step);
    db.pragma(`application_id = ${APPLICATION_ID}`);
    if (from < USER_VERSION) db.pragma(`user_version = ${USER_VERSION}`);
    db.prepare('INSERT INTO meta (key, value) VALUES (?, 1) ON CONFLICT DO UPDATE SET value = value + 1').run(
      'openings',
    );
  }).immediate();
}

/**
 * To be called after a transaction: before the first one SQLite may report 2 and then use its WAL default, 1.
 */
export function assertDurable(db: Database.Database): void {
  const mode = db.pragma('journal_mode', { simple: true });
  const level = db.pragma('synchronous', { simple: true });
  if (mode !== 'wal' || level !== 2)
    throw new LedgerError('LEDGER_NOT_DURABLE', `journal_mode ${mode}, synchronous ${level}`);
}

function checkVersion(db: Database.Database): void {
  const id = db.pragma('application_id', { simple: true });
  const version = db.pragma('user_version', { simple: true }) as number;
  const empty = db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0;
  if (id !== APPLICATION_ID && !empty) throw new LedgerError('LEDGER_FOREIGN', 'not a ledger');
  if (version <= USER_VERSION) return;
  const additive = db.prepare('SELECT value FROM meta WHERE key = ?').pluck().get('additive');
  if (version > USER_VERSION + 1 || additive !== String(version))
    throw new LedgerError('LEDGER_NEWER', `user_version ${version}, this release knows ${USER_VERSION}`);
}

const DISK_CODES: Record<DiskFault, LedgerErrorCode> = {
  full: 'DISK_FULL',
  failed: 'DISK_FAILED',
  corrupt: 'LEDGER_BROKEN',
  'no-database': 'LEDGER_BROKEN',
  'read-only': 'LEDGER_READ_ONLY',
  moved: 'LEDGER_MISSING',
  'no-access': 'DISK_NO_ACCESS',
};

/** Disk errors of SQLite and the system as a LedgerError; any other error unchanged. */
export const ledgerDiskError = (error: unknown): unknown =>
  diskError(error, (fault, detail, options) => new LedgerError(DISK_CODES[fault], detail, options));

export function withDiskErrors<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw ledgerDiskError(error);
  }
}

/**
 * Writes one consistent file without a WAL, which also opens on a medium that is mounted read-only. SQLite
 * has fsynced it when this returns; test/powercut/whole-files.test.ts verifies that. LedgerError.
 */
export function copySqliteStore(file: string, target: string): void {
  const db = openReader(file);
  try {
    withDiskErrors(() => db.prepare('VACUUM INTO ?').run(target));
  } finally {
    db.close();
  }
}
