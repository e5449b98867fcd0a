import type { SigningKey } from '../../sync/record/keys.ts';
import type { Random } from '../../sync/record/seal.ts';
import type { Room } from './disk.ts';
import type { Store } from './store/index.ts';

/** What a ledger is opened with. */
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
