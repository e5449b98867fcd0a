import { existsSync } from 'node:fs';
import type { PublicJwk } from '../../sync/contract/keys.ts';
import type { KeyFinder } from '../../sync/record/jws.ts';
import { readDataKey } from '../../sync/record/key-file.ts';
import { importPublicKey } from '../../sync/record/keys.ts';
import { createSealer, type HeadMark, LedgerError, openRow, type Sealer } from '../ledger/index.ts';
import { openSqliteStore, type Store } from '../ledger/store/index.ts';
import type { HeldRecord } from '../ledger/tools/index.ts';
import { realRandom } from '../real.ts';
import { readNamed, UsageError, type Values } from './command.ts';

/** A ledger's file, opened for reading with the data key that its seals are under. */
export interface OpenedLedger {
  store: Store;
  sealer: Sealer;
  /** Of the box that wrote it, as its record 1 names it. */
  keyOf: KeyFinder;
  data: Uint8Array;
  /** How far it went, as the box remembers it outside the file; absent for a file alone. */
  mark?: HeadMark;
}

/** Opens a ledger's file without changing it. LEDGER_FOREIGN when there is none. */
export function openStoreFile(file: string): Store {
  if (!existsSync(file)) throw new LedgerError('LEDGER_FOREIGN', `no such file: ${file}`);
  return openSqliteStore(file, { readOnly: true });
}

/**
 * Opens `file` with the data key in a key file's text: a box's keys.json, or what `township unwrap` wrote.
 * Throws LedgerError BACKUP_LOCKED, BACKUP_BROKEN.
 */
export function openLedgerFile(file: string, keys: string): OpenedLedger {
  const data = readDataKey(keys);
  const store = openStoreFile(file);
  try {
    const sealer = createSealer(data, realRandom);
    return { store, sealer, keyOf: keyOfBox(store, sealer), data };
  } catch (error) {
    store.close();
    throw error;
  }
}

function keyOfBox(store: Store, sealer: Sealer): KeyFinder {
  const first = store.record(1);
  if (!first) throw new LedgerError('BACKUP_BROKEN', 'a ledger without records');
  const { box } = firstOf(sealer, first).body as { box?: PublicJwk };
  if (!box) throw new LedgerError('BACKUP_BROKEN', 'record 1 names no box');
  const key = importPublicKey(box);
  return (kid) => (kid === key.kid ? key : undefined);
}

function firstOf(sealer: Sealer, first: NonNullable<ReturnType<Store['record']>>) {
  try {
    return openRow(sealer, first);
  } catch (error) {
    throw new LedgerError('BACKUP_LOCKED', 'the key does not open record 1', { cause: error });
  }
}

/** The records in a file that `ledger export` or `township export` wrote. UsageError when it is none. */
export function readExport(values: Values, option: string): (HeldRecord & { jws: string })[] {
  const lines = readNamed(values, option).split('\n');
  try {
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
  } catch {
    throw new UsageError(`--${option} is no file from \`township export\` or \`ledger export\``);
  }
}
