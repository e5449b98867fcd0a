import { closeSync, existsSync, openSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { KeyFinder } from '../../../sync/record/jws.ts';
import type { Head } from '../../../sync/record/record.ts';
import { syncFolder } from '../../sync-folder.ts';
import { LedgerError } from '../errors.ts';
import type { Sealer } from '../sealer.ts';
import { copySqliteStore, openSqliteStore, type Store } from '../store/index.ts';
import { type Verdict, verifyLedger } from './verify.ts';

/**
 * Copies a ledger as it is at one moment to the file or folder `to`, beside a running gateway. The copy is
 * sealed like the original and is verified before it gets its name; in a folder it is named after the ledger.
 * Only an earlier copy of the same ledger is replaced, and only by a copy that is whole. Throws LedgerError
 * BACKUP_PLACE, BACKUP_BROKEN.
 */
export function backupLedger(
  file: string,
  to: string,
  sealer: Sealer,
  keyOf: KeyFinder,
): Verdict & { file: string } {
  const source = openSqliteStore(file, { readOnly: true });
  const target = atPlace(() => targetOf(to, source));
  const part = `${target}.part`;
  try {
    refuseOther(source, file, target);
    atPlace(() => {
      rmSync(part, { force: true });
      closeSync(openSync(part, 'wx', 0o600));
    });
    copyInto(file, part);
    const verdict = verifyCopy(part, sealer, keyOf);
    atPlace(() => {
      renameSync(part, target);
      syncFolder(dirname(target));
    });
    return { ...verdict, file: target };
  } catch (error) {
    drop(part);
    throw error;
  } finally {
    source.close();
  }
}

/** Removes what a failed copy has left; when the place is gone there is nothing to remove. */
function drop(part: string): void {
  try {
    rmSync(part, { force: true });
  } catch {}
}

/** Errors of the system about the place, as BACKUP_PLACE. */
function atPlace<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof LedgerError) throw error;
    throw new LedgerError('BACKUP_PLACE', error instanceof Error ? error.message : String(error), {
      cause: error,
    });
  }
}

function targetOf(to: string, source: Store): string {
  const folder = statSync(to, { throwIfNoEntry: false })?.isDirectory() ?? false;
  return folder ? join(to, `cunyitong-${source.meta('ledger')?.slice(0, 8)}.sqlite`) : to;
}

/** Refuses to replace another file or ledger, the ledger itself, or a copy with records this one lacks. */
function refuseOther(source: Store, file: string, target: string): void {
  if (!existsSync(target)) return;
  const other = (why: string) => new LedgerError('BACKUP_PLACE', `${target} ${why}`);
  if (realpathSync(target) === realpathSync(file)) throw other('is the ledger itself');
  const there = reading(target);
  if (!there) throw other('is no backup');
  if (there.ledger !== source.meta('ledger')) throw other('is of another ledger');
  if (there.head && source.record(there.head.seq)?.hash !== there.head.hash)
    throw other('has records that are not here');
}

/** The ledger and head of a file; null when it is no ledger. */
function reading(file: string): { ledger: string | null; head: Head | null } | null {
  try {
    const store = openSqliteStore(file, { readOnly: true });
    const found = { ledger: store.meta('ledger'), head: store.head() };
    store.close();
    return found;
  } catch {
    return null;
  }
}

/** A full disk or an I/O error is put down to the place: the source could be opened just before. */
function copyInto(file: string, part: string): void {
  try {
    copySqliteStore(file, part);
  } catch (error) {
    const ofPlace =
      error instanceof LedgerError && ['DISK_FULL', 'DISK_FAILED', 'DISK_NO_ACCESS'].includes(error.code);
    throw ofPlace ? new LedgerError('BACKUP_PLACE', error.message, { cause: error }) : error;
  }
}

function verifyCopy(part: string, sealer: Sealer, keyOf: KeyFinder): Verdict {
  const copy = atPlace(() => openSqliteStore(part, { readOnly: true }));
  try {
    const verdict = verifyLedger(copy, sealer, keyOf);
    const [first] = verdict.flaws;
    if (first) throw new LedgerError('BACKUP_BROKEN', `${first.code} ${first.detail}`);
    return verdict;
  } finally {
    copy.close();
  }
}
