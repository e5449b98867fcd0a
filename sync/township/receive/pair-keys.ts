import type { KeyFinder } from '../../record/jws.ts';
import { fromBase64url, importPublicKey } from '../../record/keys.ts';
import { type SealingKey, sharedKey } from '../../record/seal.ts';
import { jwkOf } from '../../record/suite.ts';
import type { LedgerRow } from '../store/port.ts';

/**
 * What it takes to read a box: the key of its signatures, and the one that seals between it and the township.
 */
export interface PairKeys {
  keyOf: KeyFinder;
  shared: Uint8Array;
}

/** Pairs kept open: to derive one takes longer than to open a message. */
const PAIRS_MAX = 20_000;

export function createPairKeys(sealing: SealingKey): (row: LedgerRow) => PairKeys {
  const pairs = new Map<string, PairKeys>();
  return ({ kid, x, sealing: theirs }) => {
    let pair = pairs.get(kid);
    if (!pair) {
      if (pairs.size >= PAIRS_MAX) pairs.clear();
      const key = importPublicKey(jwkOf(x));
      const keyOf: KeyFinder = (asked) => (asked === kid ? key : undefined);
      pair = { keyOf, shared: sharedKey(sealing, fromBase64url(theirs)) };
      pairs.set(kid, pair);
    }
    return pair;
  };
}
