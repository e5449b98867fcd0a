import type { PublicJwk } from '../../../sync/contract/keys.ts';
import { handedInBodies, handedInText } from '../../../sync/record/handed-in.ts';
import type { KeyFinder } from '../../../sync/record/jws.ts';
import { kidOf } from '../../../sync/record/jws.ts';
import { recordHash } from '../../../sync/record/record.ts';
import { LedgerError } from '../errors.ts';
import { openRow, recordRows } from '../rows.ts';
import type { Sealer } from '../sealer.ts';
import type { RecordRow, Store } from '../store/index.ts';

/** A ledger whose box is gone, or which takes no more. */
export interface Old {
  store: Store;
  sealer: Sealer;
  keyOf: KeyFinder;
  /** The township holds it through here. */
  after: number;
}

/**
 * Hands every later record of an old ledger in, as `handed-in` records of another: `add` appends one. What the old one had itself handed
 * in goes on as it was signed. They move no totals here: a restore carries those on. Gives how many.
 */
export function handInAll(
  old: Old,
  add: (kind: string, body: object) => void,
  known: ReadonlySet<string> = new Set(),
): number {
  let count = 0;
  for (const row of recordRows(old.store, old.after)) {
    const found = heldIn(old, row);
    if (found === null || known.has(recordHash(found.jws))) continue;
    for (const body of handedInBodies(found.jws, found.key)) add('handed-in', body);
    count++;
  }
  return count;
}

/** Hashes of the records that a ledger has handed in. */
export function handedInHashes(store: Store, sealer: Sealer): Set<string> {
  const hashes = new Set<string>();
  for (const row of recordRows(store)) {
    const text = row.kind === 'handed-in' ? textIn(store, sealer, row) : null;
    if (text !== null) hashes.add(recordHash(text));
  }
  return hashes;
}

/** The record itself, or the one it hands in; null for the first part of a long one. */
function heldIn({ store, sealer, keyOf }: Old, row: RecordRow): { jws: string; key: PublicJwk } | null {
  if (row.kind === 'handed-in') {
    const jws = textIn(store, sealer, row);
    return jws === null ? null : { jws, key: openRow(sealer, row).body.key as PublicJwk };
  }
  const jws = sealer.open(row.sealed);
  const key = keyOf(kidOf(jws));
  if (!key) throw new LedgerError('LEDGER_BROKEN', `record ${row.seq} is signed by nobody known`);
  return { jws, key: key.jwk };
}

function textIn(store: Store, sealer: Sealer, row: RecordRow): string | null {
  return handedInText(openRow(sealer, row).body, () => {
    const before = store.record(row.seq - 1);
    return before ? openRow(sealer, before).body : undefined;
  });
}
