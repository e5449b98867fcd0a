import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { KeyFinder } from '../../sync/record/jws.ts';
import { LedgerError } from './errors.ts';
import { openReader, withDiskErrors } from './sqlite-open.ts';
import { openSqliteStore } from './sqlite-store.ts';
import type { Vault } from './vault.ts';
import { type Verdict, verifyLedger } from './verify.ts';

/**
 * Copies a ledger to `target` as it stands at one moment, beside a running gateway, and verifies the copy before it gets its name.
 * What lies at `target` before is replaced only by a copy that is whole. Sealed like the original. Throws LedgerError
 * BACKUP_BROKEN, DISK_FULL, DISK_FAILED.
 */
export function backupLedger(file: string, target: string, vault: Vault, keyOf: KeyFinder): Verdict {
  const part = `${target}.part`;
  try {
    rmSync(part, { force: true });
    closeSync(openSync(part, 'wx', 0o600));
    copyInto(file, part);
    syncToDisk(part);
    const verdict = verifyCopy(part, vault, keyOf);
    renameSync(part, target);
    syncToDisk(dirname(target));
    return verdict;
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

/** VACUUM INTO gives one consistent file without a WAL, which opens on a stick that is mounted read-only too. */
function copyInto(file: string, part: string): void {
  const db = openReader(file);
  try {
    withDiskErrors(() => db.prepare('VACUUM INTO ?').run(part));
  } finally {
    db.close();
  }
}

function syncToDisk(path: string): void {
  const handle = openSync(path, 'r');
  try {
    withDiskErrors(() => fsyncSync(handle));
  } finally {
    closeSync(handle);
  }
}

function verifyCopy(part: string, vault: Vault, keyOf: KeyFinder): Verdict {
  const copy = openSqliteStore(part, { readOnly: true });
  try {
    const verdict = verifyLedger(copy, vault, keyOf);
    const [first] = verdict.flaws;
    if (first) throw new LedgerError('BACKUP_BROKEN', `${first.code} ${first.detail}`);
    return verdict;
  } finally {
    copy.close();
  }
}
