import type { PublicJwk } from '../../../sync/contract/keys.ts';
import { handedInBodies, handedInText } from '../../../sync/record/handed-in.ts';
import type { KeyFinder } from '../../../sync/record/jws.ts';
import { kidOf } from '../../../sync/record/jws.ts';
import { recordHash } from '../../../sync/record/record.ts';
import { openRow } from '../chain.ts';
import { LedgerError } from '../errors.ts';
import type { Vault } from '../sealer.ts';
import type { RecordRow, Store } from '../store/port.ts';
import { allRecords } from './verify.ts';

/** A ledger whose box is gone, or which takes no more. */
export interface Old {
  store: Store;
  vault: Vault;
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
  for (const row of allRecords(old.store, old.after)) {
    const found = heldIn(old, row);
    if (found === null || known.has(recordHash(found.jws))) continue;
    for (const body of handedInBodies(found.jws, found.key)) add('handed-in', body);
    count++;
  }
  return count;
}

/** Hashes of the records that a ledger has handed in. */
export function handedInHashes(store: Store, vault: Vault): Set<string> {
  const hashes = new Set<string>();
  for (const row of allRecords(store)) {
    const text = row.kind === 'handed-in' ? textIn(store, vault, row) : null;
    if (text !== null) hashes.add(recordHash(text));
  }
  return hashes;
}

/** The record itself, or the one it hands in; null for the first part of a long one. */
function heldIn({ store, vault, keyOf }: Old, row: RecordRow): { jws: string; key: PublicJwk } | null {
  if (row.kind === 'handed-in') {
    const jws = textIn(store, vault, row);
    return jws === null ? null : { jws, key: openRow(vault, row).body.key as PublicJwk };
  }
  const jws = vault.open(row.sealed);
  const key = keyOf(kidOf(jws));
  if (!key) throw new LedgerError('LEDGER_BROKEN', `record ${row.seq} is signed by nobody known`);
  return { jws, key: key.jwk };
}

function textIn(store: Store, vault: Vault, row: RecordRow): string | null {
  return handedInText(openRow(vault, row).body, () => {
    const before = store.record(row.seq - 1);
    return before ? openRow(vault, before).body : undefined;
  });
}
