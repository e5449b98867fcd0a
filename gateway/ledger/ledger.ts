import type { SigningKey } from '../../sync/record/keys.ts';
import type { Random } from '../../sync/record/seal.ts';
import type { Store } from './store.ts';
import type { Ledger } from './types.ts';

export type * from './types.ts';

export interface LedgerParts {
  store: Store;
  keys: { signing: SigningKey; dataKey: Uint8Array };
  /** fixmedins_code. */
  clinic: string;
  clock: { now(): number };
  random: Random;
  /** Used on an empty store only: the id the box enrolled under, and what record 1 says. */
  opening?: { ledger?: string; facts: Record<string, unknown> };
  /** Throws unless a dataset may come into force (shape, references). Runs before anything is written. */
  validate?: (name: string, content: string) => void;
}

/** Opens the ledger a store holds; an empty store gets its record 1. */
export declare function createLedger(parts: LedgerParts): Ledger;
