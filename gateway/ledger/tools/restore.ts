import type { KeyFinder } from '../../../sync/record/jws.ts';
import { payloadOf } from '../../../sync/record/jws.ts';
import {
  checkChain,
  EMPTY_HEAD,
  type Head,
  openRecord,
  type SignedRecord,
} from '../../../sync/record/record.ts';
import { applyRecord } from '../apply.ts';
import { LedgerError } from '../errors.ts';
import type { Ledger } from '../interfaces.ts';
import { createLedger } from '../ledger.ts';
import type { LedgerParts } from '../parts.ts';
import { createSealer, type Sealer } from '../sealer.ts';
import { ModelDisk, ModelStore, type Store, type UsedRow } from '../store/index.ts';
import { handInAll } from './transfer.ts';
import { carriedDigest, verifyLedger } from './verify.ts';

export interface RestoreParts extends LedgerParts {
  /** Opened read-only, and what verifies the old box's signatures. Kept beside the new ledger for reprints and replay. */
  backup: { store: Store; keyOf: KeyFinder };
  /** The township's word: how far it holds the old ledger, and the hash there; null when it knows nothing of it. */
  held: Head | null;
  /** The receipt in which it says so, as it was signed. */
  word?: string;
  /** The township's copy of the old ledger from record 1: what the backup has lost of it counts for people's totals too. */
  theirs?: string[];
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
  const sealer = createSealer(keys.dataKey, random);
  if (store.meta('ledger') !== null) throw new LedgerError('ACT_INVALID', 'there is a ledger here already');
  if (backup.store.meta('clinic') !== parts.clinic)
    throw new LedgerError('LEDGER_FOREIGN', 'backup of another clinic');
  const { head, flaws } = verifyLedger(backup.store, sealer, backup.keyOf);
  if (flaws[0]) throw new LedgerError('BACKUP_BROKEN', `${flaws[0].code} ${flaws[0].detail}`);

  const township = standing(backup.store, head, held);
  const theirs = theirCopy(parts);
  const rows = usedThroughout(backup.store, lostUse(theirs, backup.store, sealer));
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
    const known = new Set(theirs.map(({ hash }) => hash));
    handedIn = handInAll({ ...backup, sealer, after: sharedThrough(backup.store, held) }, add, known);
  };
  const ledger = createLedger({ ...parts, opening: { ...parts.opening, facts, also } });
  takeOverDatasets(ledger, backup.store, sealer);
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

/** The township's copy, checked like the backup's own records: signed by that box, and a chain without a gap. Throws SyncError. */
function theirCopy({ theirs = [], backup }: RestoreParts): SignedRecord[] {
  let head = EMPTY_HEAD;
  return theirs.map((jws) => {
    const signed = openRecord(jws, backup.keyOf);
    checkChain(head, signed);
    if (signed.record.ledger !== backup.store.meta('ledger'))
      throw new LedgerError('LEDGER_FOREIGN', 'the township’s copy is of another ledger');
    head = { seq: signed.record.seq, hash: signed.hash };
    return signed;
  });
}

/** What people used by records that the township holds and the backup has not: all of its copy, less what both have. */
function lostUse(theirs: SignedRecord[], backup: Store, sealer: Sealer): UsedRow[] {
  const usedBy = (records: SignedRecord[]) => {
    const sums = new ModelStore(new ModelDisk());
    sums.transact(() => {
      for (const { record } of records) applyRecord(sums, sealer, record);
    });
    return [...sums.usedRows()];
  };
  const both = theirs.filter(({ record, hash }) => backup.record(record.seq)?.hash === hash);
  return [...usedBy(theirs), ...usedBy(both).map((row) => ({ ...row, amount: 0 - row.amount }))];
}

/** What the old ledger had used, what it had itself been given by the one before it, and what it has lost. */
function usedThroughout(backup: Store, lost: UsedRow[]): UsedRow[] {
  const sums = new ModelStore(new ModelDisk());
  sums.transact(() => {
    for (const rows of [backup.carriedRows(), backup.usedRows(), lost])
      for (const row of rows) sums.addUsed(row);
  });
  return [...sums.usedRows()];
}

/** So that the clinic can price without a network; older versions stay in the backup. */
function takeOverDatasets(ledger: Ledger, backup: Store, sealer: Sealer): void {
  for (const { name } of backup.datasets()) {
    const row = backup.dataset(name);
    if (row) ledger.install(row.manifest, sealer.open(row.sealed), payloadOf(row.manifest));
  }
}
