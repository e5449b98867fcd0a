import type { Objection } from '../contract/messages.ts';
import { payloadOf } from './jws.ts';
import { EMPTY_HEAD, recordHash } from './record.ts';

/**
 * Which objections are held, by the numbers signed in them. A township that lost data numbers anew: what has
 * a number again replaces the earlier one and all after it.
 */
export interface ObjectionsHeld {
  note(jws: string): void;
  /** The last one before the first gap, and its hash; 0 and 64 zeros when there is none. */
  held(): { n: number; hash: string };
}

export function createObjectionsHeld(): ObjectionsHeld {
  const hashes = new Map<number, string>();
  let through = 0;
  return {
    note(jws) {
      const { n } = payloadOf<Objection>(jws);
      if (n === undefined || !Number.isSafeInteger(n) || n < 1) return; // from a release without numbers
      const hash = recordHash(jws);
      const before = hashes.get(n);
      if (before !== undefined && before !== hash) {
        for (const later of hashes.keys()) if (later > n) hashes.delete(later);
        through = Math.min(through, n);
      }
      hashes.set(n, hash);
      while (hashes.has(through + 1)) through++;
    },
    held: () => ({ n: through, hash: hashes.get(through) ?? EMPTY_HEAD.hash }),
  };
}
