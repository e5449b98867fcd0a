import { readFileSync } from 'node:fs';
import type { KeyFinder } from '../../sync/record/jws.ts';
import { readDataKey } from '../../sync/record/key-file.ts';
import { importPublicKey, type PublicJwk } from '../../sync/record/keys.ts';
import { openRow } from '../ledger/chain.ts';
import { createVault, LedgerError, openSqliteStore, type Store, type Vault } from '../ledger/index.ts';
import { realRandom } from '../real.ts';

/** A ledger's file, opened for reading with the data key that its seals are under. */
export interface OpenedLedger {
  store: Store;
  vault: Vault;
  /** Of the box that wrote it, as its record 1 names it. */
  keyOf: KeyFinder;
  data: Uint8Array;
}

/** Opens `file` with the key file's data key: a box's keys.json, or what `township unwrap` wrote. Throws LedgerError BACKUP_LOCKED, BACKUP_BROKEN. */
export function openLedgerFile(file: string, keyFile: string): OpenedLedger {
  const data = readDataKey(readFileSync(keyFile, 'utf8'));
  const store = openSqliteStore(file, { readOnly: true });
  try {
    const vault = createVault(data, realRandom);
    return { store, vault, keyOf: keyOfBox(store, vault), data };
  } catch (error) {
    store.close();
    throw error;
  }
}

function keyOfBox(store: Store, vault: Vault): KeyFinder {
  const first = store.record(1);
  if (!first) throw new LedgerError('BACKUP_BROKEN', 'a ledger without records');
  const { box } = firstOf(vault, first).body as { box?: PublicJwk };
  if (!box) throw new LedgerError('BACKUP_BROKEN', 'record 1 names no box');
  const key = importPublicKey(box);
  return (kid) => (kid === key.kid ? key : undefined);
}

function firstOf(vault: Vault, first: NonNullable<ReturnType<Store['record']>>) {
  try {
    return openRow(vault, first);
  } catch {
    throw new LedgerError('BACKUP_LOCKED', 'the key does not open record 1');
  }
}
