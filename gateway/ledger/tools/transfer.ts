import type { HandedInBody } from '../../../sync/contract/bodies/handed-in.ts';
import type { PublicJwk } from '../../../sync/contract/keys.ts';
import { isHandedIn, type RecordOf } from '../../../sync/contract/record.ts';
import { type KeyFinder, kidOf } from '../../../sync/record/jws.ts';
import { recordHash } from '../../../sync/record/record.ts';
import { transferBodies, transferredJws } from '../../../sync/record/transfer.ts';
import { LedgerError } from '../errors.ts';
import { openRow, recordRows } from '../rows.ts';
import type { Sealer } from '../sealer.ts';
import type { RecordRow, Store } from '../store/index.ts';

/** A ledger whose box is gone, or which takes no more. */
interface OldLedger {
  store: Store;
  sealer: Sealer;
  keyOf: KeyFinder;
  /** The township holds it through this seq. */
  after: number;
}

/**
 * Transfers every later record of an old ledger to another one, where `add` appends it as a record of kind
 * `handed-in`. What the old ledger had itself taken over goes on as it was first signed. Transferred records
 * move no totals here: a restore carries those on. `known`: hashes of records that are left out. Returns how
 * many were transferred.
 */
export function transferRecords(
  old: OldLedger,
  add: (kind: 'handed-in', body: HandedInBody) => void,
  known: ReadonlySet<string> = new Set(),
): number {
  let count = 0;
  for (const row of recordRows(old.store, old.after)) {
    const original = originalIn(old, row);
    if (original === null || known.has(recordHash(original.jws))) continue;
    for (const body of transferBodies(original.jws, original.key)) add('handed-in', body);
    count++;
  }
  return count;
}

/** Hashes of the records that a ledger has taken over. */
export function transferredHashes(store: Store, sealer: Sealer): Set<string> {
  const hashes = new Set<string>();
  for (const row of recordRows(store)) {
    const record = row.kind === 'handed-in' ? openRow(sealer, row) : null;
    const jws = isHandedIn(record) ? transferredIn(store, sealer, record) : null;
    if (jws !== null) hashes.add(recordHash(jws));
  }
  return hashes;
}

/** The record itself, or the one that it transfers; null for the first part of a long one. */
function originalIn(
  { store, sealer, keyOf }: OldLedger,
  row: RecordRow,
): { jws: string; key: PublicJwk } | null {
  const record = row.kind === 'handed-in' ? openRow(sealer, row) : null;
  if (isHandedIn(record)) {
    const jws = transferredIn(store, sealer, record);
    return jws === null || !('key' in record.body) ? null : { jws, key: record.body.key };
  }
  const jws = sealer.open(row.sealed);
  const key = keyOf(kidOf(jws));
  if (!key) throw new LedgerError('LEDGER_BROKEN', `record ${row.seq} is signed by an unknown key`);
  return { jws, key: key.jwk };
}

function transferredIn(store: Store, sealer: Sealer, { seq, body }: RecordOf<'handed-in'>): string | null {
  return transferredJws(body, () => {
    const row = store.record(seq - 1);
    const before = row && openRow(sealer, row);
    return isHandedIn(before) ? before.body : undefined;
  });
}
