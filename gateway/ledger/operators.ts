import type { Operators } from '../../sync/contract/datasets/operators.ts';
import { PERSONS_KINDS, PROCESS, type RecordKind } from '../../sync/contract/record.ts';
import type { Damage } from './damage.ts';
import { LedgerError } from './errors.ts';
import { datasetInForce } from './in-force.ts';
import type { Sealer } from './sealer.ts';
import type { Store } from './store/index.ts';

/** Throws OPERATOR_UNKNOWN unless a record of this kind may be added in this operator's name. */
type CheckOperator = (kind: RecordKind, operator: string) => void;

/**
 * The pages' servers check who is there; this is for whatever came past them. Who may act is in the
 * operators dataset in force. Before the first one has come there is nobody to compare with, and nobody can
 * log in.
 */
export function createOperatorCheck(store: Store, sealer: Sealer, damage: Damage): CheckOperator {
  let known: { version: number; names: ReadonlySet<string> } | null = null;
  const names = () => {
    const newest = store.dataset('operators')?.version;
    if (newest === undefined) return null;
    if (newest !== known?.version) {
      const content = datasetInForce({ store, sealer, damage }, 'operators')?.content ?? '{}';
      known = { version: newest, names: namesIn(content) };
    }
    return known.names;
  };
  return (kind, operator) => {
    const allowed =
      operator === PROCESS ? !PERSONS_KINDS.has(kind) : operator !== '' && (names()?.has(operator) ?? true);
    if (!allowed) throw new LedgerError('OPERATOR_UNKNOWN', `a ${kind} in the name of no operator`);
  };
}

const namesIn = (content: string): ReadonlySet<string> =>
  new Set((JSON.parse(content) as Partial<Operators>).operators?.map(({ opter }) => opter));
