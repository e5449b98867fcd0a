import type { Succession } from '../../../sync/contract/bodies/configuration.ts';
import { type KeyFinder, payloadOf } from '../../../sync/record/jws.ts';
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
import { carriedDigest } from './carried.ts';
import { transferRecords } from './transfer.ts';
import { verifyLedger } from './verify.ts';

interface RestoreParts extends LedgerParts {
  /** The old store, opened read-only, and the old box's key. Kept afterwards for reprints and replay. */
  backup: { store: Store; keyOf: KeyFinder };
  /**
   * How far the township holds the old ledger, and the hash there; null when it does not know that ledger.
   */
  held: Head | null;
  /** The signed receipt that says so. */
  receipt?: string;
  /** The township's copy of the old ledger from record 1: what the backup lacks of it counts in totals. */
  townshipCopy?: string[];
}

interface Restored {
  ledger: Ledger;
  /** Where the township stands, seen from the backup. `ahead`: it holds records that this box has lost. */
  township: Succession['township'];
  /** How many records were transferred because the township may not hold them. */
  transferred: number;
}

/**
 * Opens a new ledger in `store`, which must be empty, as the successor of the one in a backup, under the same
 * data key (the township has it, wrapped, since enrolment). The old ledger takes no more: another box may
 * hold a later copy of it. Record 1 names it, its head and the township's receipt. The same transaction
 * carries on what people had used, and transfers every record that the township may not hold, the losing
 * branch of a fork included. docs/decisions/0008
 *
 * Throws LedgerError ACT_INVALID when the store is not empty, LEDGER_FOREIGN, BACKUP_BROKEN.
 */
export function restoreLedger(parts: RestoreParts): Restored {
  const { backup, held, store, keys, random } = parts;
  const sealer = createSealer(keys.dataKey, random);
  if (store.meta('ledger') !== null) throw new LedgerError('ACT_INVALID', 'there is a ledger here already');
  if (backup.store.meta('clinic') !== parts.clinic)
    throw new LedgerError('LEDGER_FOREIGN', 'backup of another clinic');
  const { head, flaws } = verifyLedger(backup.store, sealer, backup.keyOf);
  if (flaws[0]) throw new LedgerError('BACKUP_BROKEN', `${flaws[0].code} ${flaws[0].detail}`);

  const township = standingOf(backup.store, head, held);
  const copy = checkedCopy(parts);
  const rows = totalUse(backup.store, lostUse(copy, backup.store, sealer));
  const succeeds: Succession = {
    ledger: backup.store.meta('ledger') ?? '',
    ...head,
    held,
    ...(parts.receipt === undefined ? {} : { word: parts.receipt }),
    township,
    carried: carriedDigest(rows),
  };
  const facts = { ...parts.opening?.facts, succeeds };
  let transferred = 0;
  const also: NonNullable<LedgerParts['opening']>['also'] = (add) => {
    for (const row of rows) store.addCarried(row);
    const known = new Set(copy.map(({ hash }) => hash));
    const after = sharedThrough(backup.store, held);
    transferred = transferRecords({ ...backup, sealer, after }, add, known);
  };
  const ledger = createLedger({ ...parts, opening: { ...parts.opening, facts, also } });
  copyDatasets(ledger, backup.store, sealer);
  return { ledger, township, transferred };
}

/**
 * Through which seq the township has the old ledger's own records: by its receipt when that is on this
 * branch, else through the last receipt that reached the old box. It ignores what it is given twice.
 */
export function sharedThrough(backup: Store, held: Head | null): number {
  if (held === null || held.seq === 0) return 0;
  return backup.record(held.seq)?.hash === held.hash ? held.seq : Number(backup.meta('held') ?? 0);
}

function standingOf(backup: Store, head: Head, held: Head | null): Restored['township'] {
  if (!held) return 'unknown';
  if (held.seq > head.seq) return backup.meta('fork') === null ? 'ahead' : 'differs';
  if (held.seq > 0 && backup.record(held.seq)?.hash !== held.hash) return 'differs';
  return held.seq === head.seq ? 'level' : 'behind';
}

/** The township's copy, checked like the backup's own records: signature and chain. Throws SyncError. */
function checkedCopy({ townshipCopy = [], backup }: RestoreParts): SignedRecord[] {
  let head = EMPTY_HEAD;
  return townshipCopy.map((jws) => {
    const signed = openRecord(jws, backup.keyOf);
    checkChain(head, signed);
    if (signed.record.ledger !== backup.store.meta('ledger'))
      throw new LedgerError('LEDGER_FOREIGN', 'the township’s copy is of another ledger');
    head = { seq: signed.record.seq, hash: signed.hash };
    return signed;
  });
}

/**
 * What people used by records that only the township holds: all of its copy, less what the backup has too.
 */
function lostUse(copy: SignedRecord[], backup: Store, sealer: Sealer): UsedRow[] {
  const usedBy = (records: SignedRecord[]) => {
    const sums = new ModelStore(new ModelDisk());
    sums.transact(() => {
      for (const { record } of records) applyRecord(sums, sealer, record);
    });
    return [...sums.usedRows()];
  };
  const both = copy.filter(({ record, hash }) => backup.record(record.seq)?.hash === hash);
  return [...usedBy(copy), ...usedBy(both).map((row) => ({ ...row, amount: 0 - row.amount }))];
}

/** What the old ledger had used, what it had carried on from the one before it, and what the backup lacks. */
function totalUse(backup: Store, lost: UsedRow[]): UsedRow[] {
  const sums = new ModelStore(new ModelDisk());
  sums.transact(() => {
    for (const rows of [backup.carriedRows(), backup.usedRows(), lost])
      for (const row of rows) sums.addUsed(row);
  });
  return [...sums.usedRows()];
}

/** So that the clinic can price without a network; older versions stay in the backup. */
function copyDatasets(ledger: Ledger, backup: Store, sealer: Sealer): void {
  for (const { name } of backup.datasets()) {
    const row = backup.dataset(name);
    if (row) ledger.install(row.manifest, sealer.open(row.sealed), payloadOf(row.manifest));
  }
}
