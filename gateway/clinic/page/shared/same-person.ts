import type { PersonView } from '../../api/views/types.ts';

type Known = Pick<PersonView, 'psn_no' | 'psn_name' | 'certno_masked'>;

/** Whether two views are of one person: by number; by name alone only where neither has a number. */
export function samePerson(a: Known, b: Known): boolean {
  if (a.psn_no !== null || b.psn_no !== null) return a.psn_no === b.psn_no;
  if (a.certno_masked !== b.certno_masked) return false;
  return a.certno_masked !== '' || a.psn_name === b.psn_name;
}
