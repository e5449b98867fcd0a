import Database from 'better-sqlite3';
import { keepPrivate } from '../../../private-file.ts';

/**
 * The township's database, and how it is opened. `user_version` rises by one per step; each step is one
 * transaction.
 */
const STEPS = [
  `
  CREATE TABLE boxes (
    kid TEXT PRIMARY KEY, x TEXT NOT NULL, sealing TEXT NOT NULL, enrolled_at TEXT NOT NULL, revoked_at TEXT
  ) STRICT;
  CREATE TABLE ledgers (
    ledger TEXT PRIMARY KEY, clinic TEXT NOT NULL, kid TEXT NOT NULL REFERENCES boxes(kid), password TEXT NOT NULL,
    through INTEGER NOT NULL DEFAULT 0, hash TEXT NOT NULL, fork INTEGER, cloned_at TEXT,
    boot TEXT, n INTEGER, head INTEGER NOT NULL DEFAULT 0, datasets TEXT NOT NULL DEFAULT '{}',
    heard_at TEXT, connected INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE boots (
    ledger TEXT NOT NULL, boot TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (ledger, boot)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE clinics (clinic TEXT PRIMARY KEY, facts TEXT NOT NULL) STRICT;
  CREATE TABLE records (
    ledger TEXT NOT NULL, seq INTEGER NOT NULL, hash TEXT NOT NULL, kind TEXT NOT NULL, v INTEGER NOT NULL,
    received_at TEXT NOT NULL, jws TEXT NOT NULL, PRIMARY KEY (ledger, seq)
  ) STRICT;
  CREATE TABLE forks (
    ledger TEXT NOT NULL, seq INTEGER NOT NULL, hash TEXT NOT NULL, received_at TEXT NOT NULL, jws TEXT NOT NULL,
    PRIMARY KEY (ledger, seq, hash)
  ) STRICT;
  CREATE TABLE used (
    ledger TEXT NOT NULL, person TEXT NOT NULL, insutype TEXT NOT NULL, poolarea TEXT NOT NULL, bucket TEXT NOT NULL,
    period TEXT NOT NULL, unit TEXT NOT NULL, amount INTEGER NOT NULL,
    PRIMARY KEY (person, insutype, poolarea, bucket, period, unit, ledger)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE postings (
    ledger TEXT NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL, day TEXT NOT NULL, person TEXT NOT NULL, setl_id TEXT NOT NULL,
    medfee INTEGER NOT NULL, fund INTEGER NOT NULL, hosp INTEGER NOT NULL, part INTEGER NOT NULL, reversed_by INTEGER,
    PRIMARY KEY (ledger, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE invites (
    topic TEXT PRIMARY KEY, key BLOB NOT NULL, clinic TEXT NOT NULL, expires_at TEXT NOT NULL, kid TEXT, ledger TEXT, used_at TEXT
  ) STRICT;
  CREATE TABLE datasets (
    name TEXT NOT NULL, version INTEGER NOT NULL, clinic TEXT NOT NULL, manifest TEXT NOT NULL, content TEXT NOT NULL,
    PRIMARY KEY (name, version, clinic)
  ) STRICT;
  CREATE TABLE findings (
    id INTEGER PRIMARY KEY, ledger TEXT NOT NULL, seq INTEGER NOT NULL, code TEXT NOT NULL, at TEXT NOT NULL, jws TEXT NOT NULL,
    told INTEGER NOT NULL DEFAULT 0, UNIQUE (ledger, seq, code)
  ) STRICT;
  `,
  // One objection about a thing that many records share (an unknown bundle), not one for each of them.
  `
  ALTER TABLE findings ADD COLUMN subject TEXT;
  CREATE UNIQUE INDEX findings_subject ON findings (ledger, code, subject) WHERE subject IS NOT NULL;
  `,
  // A box's password is derived from the township's keys and its name: a township restored from an older copy
  // still knows it.
  'ALTER TABLE ledgers DROP COLUMN password',
  // The ledger that followed this one; and by its hash each record that was handed in, with the place where
  // its money is booked.
  `
  ALTER TABLE ledgers ADD COLUMN successor TEXT;
  CREATE TABLE handed_in (
    hash TEXT PRIMARY KEY, of_ledger TEXT NOT NULL, fork INTEGER NOT NULL, ledger TEXT NOT NULL, seq INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX handed_in_fork ON handed_in (of_ledger) WHERE fork = 1;
  `,
  // A finding's number within its ledger, signed with it: a box says through which it holds them. Those from
  // before have none.
  `
  ALTER TABLE findings ADD COLUMN n INTEGER;
  CREATE UNIQUE INDEX findings_n ON findings (ledger, n) WHERE n IS NOT NULL;
  `,
  // Datasets that a box would not take, by its last hello.
  "ALTER TABLE ledgers ADD COLUMN refused TEXT NOT NULL DEFAULT '[]'",
  // A finding can be withdrawn, by one with a number of its own, and be raised again: of those that stand
  // there is one for each seq and code.
  `
  CREATE TABLE findings_anew (
    id INTEGER PRIMARY KEY, ledger TEXT NOT NULL, seq INTEGER NOT NULL, code TEXT NOT NULL, at TEXT NOT NULL, jws TEXT NOT NULL,
    told INTEGER NOT NULL DEFAULT 0, subject TEXT, n INTEGER,
    withdraws INTEGER NOT NULL DEFAULT 0, withdrawn_at TEXT
  ) STRICT;
  INSERT INTO findings_anew (id, ledger, seq, code, at, jws, told, subject, n)
    SELECT id, ledger, seq, code, at, jws, told, subject, n FROM findings;
  DROP TABLE findings;
  ALTER TABLE findings_anew RENAME TO findings;
  CREATE UNIQUE INDEX findings_n ON findings (ledger, n) WHERE n IS NOT NULL;
  CREATE UNIQUE INDEX findings_standing ON findings (ledger, seq, code)
    WHERE withdraws = 0 AND withdrawn_at IS NULL;
  CREATE UNIQUE INDEX findings_subject ON findings (ledger, code, subject)
    WHERE subject IS NOT NULL AND withdraws = 0 AND withdrawn_at IS NULL;
  `,
  // The head that a box's presence names, newer than its last hello; and how it says it is.
  `
  ALTER TABLE ledgers ADD COLUMN seen_head INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE ledgers ADD COLUMN status TEXT NOT NULL DEFAULT '{}';
  `,
];

export type Db = Database.Database;

const BUSY_MS_MAX = 5_000;
/** Pages kept in this process; the system keeps the rest. */
const CACHE_KIB = 2_048;

/** Opens the township's store for its one writer. Refuses a newer one, or one that would not fsync. */
export function openTownshipDb(path: string): Db {
  if (path !== ':memory:') keepPrivate(path);
  const db = new Database(path, { timeout: BUSY_MS_MAX });
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    db.pragma(`cache_size = -${CACHE_KIB}`);
    migrate(db);
    // SQLite may report FULL before the first transaction and NORMAL after it.
    const level = db.pragma('synchronous', { simple: true });
    if (level !== 2) throw new Error(`synchronous is ${level}, not FULL`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * Opens it beside the writer, for reports. A store that an older release left, and no writer has opened
 * since, is brought to this release first.
 */
export function openTownshipDbReadonly(path: string): Db {
  const open = () => new Database(path, { readonly: true, fileMustExist: true, timeout: BUSY_MS_MAX });
  const db = open();
  if (versionOf(db) >= STEPS.length) return db;
  db.close();
  openTownshipDb(path).close();
  return open();
}

const versionOf = (db: Db) => db.pragma('user_version', { simple: true }) as number;

function migrate(db: Db): void {
  const version = versionOf(db);
  if (version > STEPS.length)
    throw new Error(`the store is of version ${version}, this software knows ${STEPS.length}`);
  for (let step = version; step < STEPS.length; step += 1)
    db.transaction(() => {
      db.exec(STEPS[step] as string);
      db.pragma(`user_version = ${step + 1}`);
    })();
}
