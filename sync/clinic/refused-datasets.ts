import { HELLO_REFUSED_MAX, REFUSAL_CHARACTERS_MAX } from '../contract/limits.ts';
import type { RefusedDataset } from '../contract/messages.ts';

/** What the township has sent and the ledger would not take; a restart forgets it and is sent it again. */
export interface RefusedDatasets {
  /** False when it was noted before. */
  note(refused: RefusedDataset): boolean;
  /** Those that are still newer than what is in force. */
  newerThan(inForce: Record<string, number>): RefusedDataset[];
}

export function createRefusedDatasets(): RefusedDatasets {
  const byName = new Map<string, RefusedDataset>();
  return {
    note({ name, version, why }) {
      if (byName.get(name)?.version === version) return false;
      byName.set(name, { name, version, why: why.slice(0, REFUSAL_CHARACTERS_MAX) });
      return true;
    },
    newerThan: (inForce) =>
      [...byName.values()]
        .filter(({ name, version }) => version > (inForce[name] ?? 0))
        .slice(0, HELLO_REFUSED_MAX),
  };
}
