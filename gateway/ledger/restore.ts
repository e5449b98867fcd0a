import type { KeyFinder } from '../../sync/record/jws.ts';
import type { Head } from '../../sync/record/record.ts';
import { manifestOf } from './datasets.ts';
import { LedgerError } from './errors.ts';
import { handInAll } from './hand-in.ts';
import { createLedger, type LedgerParts } from './ledger.ts';
import { ModelDisk, ModelStore } from './model-store.ts';
import type { Store, UsedRow } from './store.ts';
import type { Ledger } from './types.ts';
import { createVault, type Vault } from './vault.ts';
import { carriedDigest, verifyLedger } from './verify.ts';

export interface RestoreParts extends LedgerParts {
  /** Opened read-only, and what verifies the old box's signatures. Kept beside the new ledger for reprints and replay. */
  backup: { store: Store; keyOf: KeyFinder };
  /** The township's word: how far it holds the old ledger, and the hash there; null when it knows nothing of it. */
  held: Head | null;
  /** The receipt in which it says so, as it was signed. */
  word?: string;
}

export interface Restored {
  ledger: Ledger;
  /** Where the township stands, seen from the backup. `ahead`: it holds records that this box has lost. */
  township: 'ahead' | 'level' | 'behind' | 'differs' | 'unknown';
  /** Records of the old ledger that the new one hands in, because the township may not hold them. */
  handedIn: number;
}

/**
 * Opens a new ledger in `store`, which must be empty, that goes on where a backup ends, under the same data key (the township has
 * it, wrapped, since enrolment). The old ledger takes no more: another box may hold a later copy of it. Record 1 names it, its head and
 * the township's word, in one transaction with what its people had used and with every record that the township may not hold,
 * the losing branch of a fork too. docs/decisions/0008
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
    ...(parts.word === undefined ? {} : { word: parts.word }),
    township,
    carried: carriedDigest(rows),
  };
  const facts = { ...parts.opening?.facts, succeeds };
  let handedIn = 0;
  const also: NonNullable<LedgerParts['opening']>['also'] = (add) => {
    for (const row of rows) store.addCarried(row);
    handedIn = handInAll({ ...backup, vault, after: sharedThrough(backup.store, held) }, add);
  };
  const ledger = createLedger({ ...parts, opening: { ...parts.opening, facts, also } });
  takeOverDatasets(ledger, backup.store, vault);
  return { ledger, township, handedIn };
}

/**
 * Through which seq the township has the old ledger's own records: by its word when that is on this branch, else through the last
 * receipt that came to it. What of the rest it holds all the same, it leaves alone.
 */
export function sharedThrough(backup: Store, held: Head | null): number {
  if (held === null || held.seq === 0) return 0;
  return backup.record(held.seq)?.hash === held.hash ? held.seq : Number(backup.meta('held') ?? 0);
}

function standing(backup: Store, head: Head, held: Head | null): Restored['township'] {
  if (!held) return 'unknown';
  if (held.seq > head.seq) return backup.meta('fork') === null ? 'ahead' : 'differs';
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
