/** `PRAGMA application_id`: "CYT1". A file without it is not a ledger. */
export const APPLICATION_ID = 0x43595431;
export const USER_VERSION = 2;

/**
 * One step per `user_version`, forward only; those that are due run in one transaction. docs/record.md §8
 *
 * Keys are chosen so that a settlement touches few pages, since every page touched is written whole:
 * - `settlements` is keyed by day: today's list is the end of the table, and only persons need an index.
 * - `print_jobs` is keyed by state: open jobs ('printing', 'waiting') are neighbours without an index.
 * - `carried` holds what was used in the ledger that this one was restored from; otherwise it is empty.
 * - `used` is keyed by holder first, so all buckets of one person share a page.
 * - `sold_codes` (since 2) is only added to: `settlements` tells whether a settlement was reversed.
 */
export const STEPS: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE records (
    seq INTEGER PRIMARY KEY,
    hash BLOB NOT NULL,
    kind TEXT NOT NULL,
    day TEXT,
    sealed BLOB NOT NULL
  ) STRICT;
  CREATE TABLE requests (request BLOB PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE used (
    holder BLOB NOT NULL,
    insutype TEXT NOT NULL,
    poolarea TEXT NOT NULL,
    bucket TEXT NOT NULL,
    period TEXT NOT NULL,
    unit TEXT NOT NULL,
    amount INTEGER NOT NULL,
    PRIMARY KEY (holder, insutype, poolarea, bucket, period)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE carried (
    holder BLOB NOT NULL,
    insutype TEXT NOT NULL,
    poolarea TEXT NOT NULL,
    bucket TEXT NOT NULL,
    period TEXT NOT NULL,
    unit TEXT NOT NULL,
    amount INTEGER NOT NULL,
    PRIMARY KEY (holder, insutype, poolarea, bucket, period)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE settlements (
    day TEXT NOT NULL,
    seq INTEGER NOT NULL,
    person BLOB,
    medfee INTEGER NOT NULL,
    fund INTEGER NOT NULL,
    psn INTEGER NOT NULL,
    cash INTEGER NOT NULL,
    reverses INTEGER,
    reversed_by INTEGER,
    PRIMARY KEY (day, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX settlements_person ON settlements (person, seq) WHERE person IS NOT NULL;
  CREATE TABLE print_jobs (
    state TEXT NOT NULL,
    seq INTEGER NOT NULL,
    copy INTEGER NOT NULL,
    code TEXT,
    unsure INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (state, seq, copy)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE datasets (
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    manifest TEXT NOT NULL,
    sealed BLOB NOT NULL,
    seq INTEGER NOT NULL,
    UNIQUE (name, version)
  ) STRICT;
  CREATE TABLE findings (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, sealed BLOB NOT NULL) STRICT;
  CREATE TABLE visits (id TEXT PRIMARY KEY, opened_at TEXT NOT NULL, sealed BLOB NOT NULL) STRICT;
  `,
  `
  CREATE TABLE sold_codes (code BLOB NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (code, seq)) STRICT, WITHOUT ROWID;
  INSERT INTO meta (key, value) VALUES ('additive', '2') ON CONFLICT DO UPDATE SET value = excluded.value;
  `,
];
