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
  /** Those that were not withdrawn, the earliest first; one for each seq and code. */
  standing(): Objection[];
}

interface Held {
  hash: string;
  objection: Objection;
}

export function createObjectionsHeld(): ObjectionsHeld {
  const numbered = new Map<number, Held>();
  /** From a release without numbers, by hash. */
  const others = new Map<string, Objection>();
  let through = 0;

  function noteNumbered(n: number, one: Held): void {
    const before = numbered.get(n);
    if (before !== undefined && before.hash !== one.hash) {
      for (const later of numbered.keys()) if (later > n) numbered.delete(later);
      through = Math.min(through, n);
    }
    numbered.set(n, one);
    while (numbered.has(through + 1)) through++;
  }

  return {
    note(jws) {
      const objection = payloadOf<Objection>(jws);
      const { n } = objection;
      const hash = recordHash(jws);
      if (n === undefined || !Number.isSafeInteger(n) || n < 1) others.set(hash, objection);
      else noteNumbered(n, { hash, objection });
    },
    held: () => ({ n: through, hash: numbered.get(through)?.hash ?? EMPTY_HEAD.hash }),
    standing() {
      // By number, not as they came: a withdrawal may overtake what it withdraws.
      const inOrder = [...numbered].sort(([a], [b]) => a - b).map(([, { objection }]) => objection);
      const stands = new Map<string, Objection>();
      for (const objection of [...others.values(), ...inOrder]) {
        const about = `${objection.seq} ${objection.code}`;
        if (objection.withdrawn) stands.delete(about);
        else stands.set(about, objection);
      }
      return [...stands.values()];
    },
  };
}
