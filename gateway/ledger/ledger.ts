import type { SigningKey } from '../../sync/record/keys.ts';
import type { Random } from '../../sync/record/seal.ts';
import { createChain } from './chain.ts';
import { createDatasets } from './datasets.ts';
import { createDayClose } from './day-close.ts';
import { createDelivery } from './deliveries.ts';
import type { Room } from './disk.ts';
import { createWatch } from './guards.ts';
import { createDesk } from './open-visits.ts';
import { createPrinting } from './print-queue.ts';
import { createVault } from './sealer.ts';
import { createActs } from './settle.ts';
import type { Store } from './store/port.ts';
import { createTotals } from './totals.ts';
import type { Ledger } from './types.ts';

export type * from './types.ts';

export interface LedgerParts {
  store: Store;
  keys: { signing: SigningKey; dataKey: Uint8Array };
  /** fixmedins_code. */
  clinic: string;
  clock: { now(): number };
  random: Random;
  /** Used on an empty store only: the id the box enrolled under, what record 1 says, and what else its transaction writes after it. */
  opening?: {
    ledger?: string;
    facts: Record<string, unknown>;
    also?: (add: (kind: string, body: object) => void) => void;
  };
  /** Room on the file system of the store; asked before every act. */
  disk?: () => Room;
  /** Throws unless a dataset may come into force (shape, references). Runs before anything is written. */
  validate?: (name: string, content: string) => void;
}

/** Opens the ledger a store holds; an empty store gets its record 1. */
export function createLedger(parts: LedgerParts): Ledger {
  const { store, keys, clinic, random } = parts;
  const vault = createVault(keys.dataKey, random);
  const chain = createChain({ ...parts, vault });
  const { mayAct, ...watch } = createWatch(chain, parts);
  return {
    ledger: chain.ledger,
    clinic,
    head: chain.head,
    record: chain.record,
    onAppend: chain.onAppend,
    forked: chain.forked,
    append: (kind, body, operator) => chain.act(() => chain.add(kind, operator, body)),
    ...watch,
    ...createActs(chain, store, vault, mayAct),
    ...createDayClose(chain, store),
    ...createTotals(chain, store, vault),
    ...createPrinting(store),
    ...createDesk(store, vault),
    ...createDatasets(chain, store, vault, parts.validate),
    ...createDelivery(chain, store, vault),
    close: () => store.close(),
  };
}

/** `setl_id` of a settlement. docs/record.md §3 */
export function setlIdOf(clinic: string, ledger: string, seq: number): string {
  return clinic + ledger.slice(0, 8) + String(seq).padStart(10, '0');
}
