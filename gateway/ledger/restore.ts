import type { KeyFinder } from '../../sync/record/jws.ts';
import type { Head } from '../../sync/record/record.ts';
import { manifestOf } from './datasets.ts';
import { LedgerError } from './errors.ts';
import { createLedger, type LedgerParts } from './ledger.ts';
import { ModelDisk, ModelStore } from './model-store.ts';
import type { Store, UsedRow } from './store.ts';
import type { Ledger } from './types.ts';
import { createVault, type Vault } from './vault.ts';
import { allRecords, carriedDigest, verifyLedger } from './verify.ts';

export interface RestoreParts extends LedgerParts {
  /** Opened read-only, and what verifies the old box's signatures. Kept beside the new ledger for reprints and replay. */
  backup: { store: Store; keyOf: KeyFinder };
  /** The township's word: how far it holds the old ledger, and the hash there; null when it could not be asked. */
  held: Head | null;
}

export interface Restored {
  ledger: Ledger;
  /** Where the township stands, seen from the backup. `ahead`: it holds records that this box has lost. */
  township: 'ahead' | 'level' | 'behind' | 'differs' | 'unknown';
  /** Records of the old ledger that the township may not hold: JWS in order, to be handed in under the old name. */
  unsent: string[];
}

/**
 * Opens a new ledger in `store`, which must be empty, that goes on where a backup ends, under the same data key (the township has
 * it, wrapped, since enrolment). The old ledger takes no more: another box may hold a later copy of it. Record 1 names it, its head and
 * the township's word, in one transaction with what its people had used.
 */
export function restoreLedger(parts: RestoreParts): Restored {
  const { backup, held, store, keys, random } = parts;
  const vault = createVault(keys.dataKey, random);
  if (store.meta('ledger') !== null) throw new LedgerError('ACT_INVALID', 'there is a ledger here already');
  if (backup.store.meta('clinic') !== parts.clinic)
    throw new LedgerError('LEDGER_FOREIGN', 'backup of another clinic');
  const { head, flaws } = verifyLedger(backup.store, vault, backup.keyOf);
  if (flaws[0]) throw new LedgerError('BACKUP_BROKEN', `${flaws[0].code} ${flaws[0].detail}`);

  const township = standing(backup.store, head, held);
  const rows = usedThroughout(backup.store);
  const succeeds = {
    ledger: backup.store.meta('ledger'),
    ...head,
    held,
    township,
    carried: carriedDigest(rows),
  };
  const facts = { ...parts.opening?.facts, succeeds };
  const also = () => {
    for (const row of rows) store.addCarried(row);
  };
  const ledger = createLedger({ ...parts, opening: { ...parts.opening, facts, also } });
  takeOverDatasets(ledger, backup.store, vault);
  return { ledger, township, unsent: unsentOf(parts, vault, township) };
}

function standing(backup: Store, head: Head, held: Head | null): Restored['township'] {
  if (!held) return 'unknown';
  if (held.seq > head.seq) return 'ahead';
  if (held.seq > 0 && backup.record(held.seq)?.hash !== held.hash) return 'differs';
  return held.seq === head.seq ? 'level' : 'behind';
}

/** What the old ledger had used, and what it had itself been given by the one before it. */
function usedThroughout(backup: Store): UsedRow[] {
  const sums = new ModelStore(new ModelDisk());
  sums.transact(() => {
    for (const rows of [backup.carriedRows(), backup.usedRows()]) for (const row of rows) sums.addUsed(row);
  });
  return [...sums.usedRows()];
}

/** So that the clinic can price without a network; older versions stay in the backup. */
function takeOverDatasets(ledger: Ledger, backup: Store, vault: Vault): void {
  for (const { name } of backup.datasets()) {
    const row = backup.dataset(name);
    if (row) ledger.install(row.manifest, vault.open(row.sealed), manifestOf(row.manifest));
  }
}

/** When the township holds another record somewhere, it must see all of this branch. */
function unsentOf({ backup, held }: RestoreParts, vault: Vault, township: Restored['township']): string[] {
  if (township === 'ahead' || township === 'level') return [];
  const after = township === 'behind' ? (held?.seq ?? 0) : 0;
  return [...allRecords(backup.store, after)].map((row) => vault.open(row.sealed));
}
