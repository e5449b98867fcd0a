import type { Operators } from '../../sync/contract/datasets/operators.ts';
import { PERSONS_KINDS, PROCESS, type RecordKind } from '../../sync/contract/record.ts';
import { LedgerError } from './errors.ts';
import type { Sealer } from './sealer.ts';
import type { Store } from './store/index.ts';

/** Throws OPERATOR_UNKNOWN unless a record of this kind may be added in this operator's name. */
type CheckOperator = (kind: RecordKind, operator: string) => void;

/**
 * The pages' servers check who is there; this is for whatever came past them. Who may act is in the
 * operators dataset in force. Before the first one has come there is nobody to compare with, and nobody can
 * log in.
 */
export function createOperatorCheck(store: Store, sealer: Sealer): CheckOperator {
  let known: { version: number; names: ReadonlySet<string> } | null = null;
  const names = () => {
    const row = store.dataset('operators');
    if (!row) return null;
    if (row.version !== known?.version)
      known = { version: row.version, names: namesIn(sealer.open(row.sealed)) };
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
