import type { LedgerOpened } from '../../sync/contract/bodies/configuration.ts';
import type { ClinicCode, LedgerId } from '../../sync/contract/ids.ts';
import type { BodyOf, RecordKind } from '../../sync/contract/record.ts';
import type { SigningKey } from '../../sync/record/keys.ts';
import type { Random } from '../../sync/record/seal.ts';
import type { ClockState } from './clock-state.ts';
import type { Room } from './disk.ts';
import type { HeadMark } from './mark.ts';
import type { Store } from './store/index.ts';

/** What record 1 says. */
type LedgerFacts = Omit<LedgerOpened, 'event'> & { [fact: string]: unknown };

/** Adds a record that no person made. */
type AddRecord = <Kind extends RecordKind>(kind: Kind, body: BodyOf<Kind>) => void;

/** What a ledger is opened with. */
export interface LedgerParts {
  store: Store;
  keys: { signing: SigningKey; dataKey: Uint8Array };
  /** fixmedins_code. */
  clinic: ClinicCode;
  clock: { now(): number };
  /** Absent: a clock that is right and runs evenly. */
  clockState?: ClockState;
  random: Random;
  /** For an empty store: the id the box enrolled under, the body of record 1, what is added with it. */
  opening?: {
    ledger?: LedgerId;
    facts: LedgerFacts;
    also?: (add: AddRecord) => void;
  };
  /** Remembers outside the store how far it went: a part of it that is lost shows at the next start. */
  mark?: HeadMark;
  /** Space on the file system of the store; read before every act. */
  disk?: () => Room;
  /** Throws unless a dataset may come into force (shape, references). Runs before anything is written. */
  validate?: (name: string, content: string) => void;
}
