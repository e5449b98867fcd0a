import { type Envelope, PERSONS_KINDS, PROCESS } from '../../contract/record.ts';
import type { TownshipTables } from '../store/port.ts';
import type { Objection } from './objection.ts';

/**
 * What there is against the operator of a record: nobody, the process itself for what only a person does, or
 * somebody in no version of the operators dataset that was published for the clinic. As long as there was
 * none (another office's boxes, a township restored from before it) a name is enough.
 */
export function objectionsToOperator(
  { datasets }: TownshipTables,
  { v, clinic, kind, operator }: Envelope,
): Objection[] {
  if (v !== 1) return []; // what a later version means by it is not known here
  const known =
    operator === PROCESS
      ? !PERSONS_KINDS.has(kind)
      : operator !== '' && datasets.hasOperator(clinic, operator) !== false;
  if (known) return [];
  const text =
    operator === '' ? `a ${kind} in the name of nobody` : `${operator} is no operator of this clinic`;
  return [{ code: 'OPERATOR_NOT_LISTED', text, subject: operator }];
}
