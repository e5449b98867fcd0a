import type { Objection } from '../contract/messages.ts';
import { payloadOf } from './jws.ts';
import { EMPTY_HEAD, recordHash } from './record.ts';

/**
 * Which objections are held, by the numbers signed in them. What a township that lost data numbers anew takes
 * the place of what bore the number before, and of all after it.
 */
export function createObjectionsHeld() {
  const hashes = new Map<number, string>();
  let through = 0;
  return {
    note(jws: string): void {
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
    /** The last one before the first gap. */
    held: () => ({ n: through, hash: hashes.get(through) ?? EMPTY_HEAD.hash }),
  };
}
