import type { Person } from '../../../sync/contract/datasets/roster.ts';
import { certnoForm } from '../../../sync/contract/identity-number.ts';
import { codeText, nameForm } from '../../../sync/contract/text-form.ts';

/** The persons of a roster, found by number, whatever form the numbers were written in. */
export interface RosterIndex {
  /** Each person once, by the row that counts. */
  persons: Person[];
  byNumber(psn_no: string): Person | undefined;
  /** Whom a document belongs to; the name decides where a roster gives one number to two persons. */
  byCertificate(certno: string, psn_name: string): Person | undefined;
  /** All of this name. */
  byName(psn_name: string): readonly Person[];
  /** Whether the roster gives this number to persons of different names. */
  isShared(certno: string): boolean;
}

/**
 * Several rows of one person are several insurances: the rows have one psn_no, or one number and one name.
 * Which of them counts does not depend on their order: a death first, then the insurance that is active, then
 * by insutype (310 employees before 390 residents).
 */
export function indexRoster(rows: readonly Person[]): RosterIndex {
  const byDocument = Map.groupBy(
    rows,
    ({ certno, psn_name }) => `${certnoForm(certno)} ${nameForm(psn_name)}`,
  );
  const byNumber = new Map<string, Person>();
  for (const group of byDocument.values()) {
    const numbers = group.map(({ psn_no }) => codeText(psn_no));
    const known = numbers.flatMap((number) => byNumber.get(number) ?? []);
    const counting = [...group, ...known].reduce(first);
    for (const number of numbers) byNumber.set(number, counting);
  }
  const byCertificate = new Map<string, Person[]>();
  for (const row of rows)
    for (const number of numbersOf(row))
      byCertificate.set(number, [...(byCertificate.get(number) ?? []), row]);
  /** The rows that count, of all who have this number. */
  const of = (certno: string) => {
    const all = byCertificate.get(certnoForm(certno)) ?? [];
    return [...new Set(all.flatMap(({ psn_no }) => byNumber.get(codeText(psn_no)) ?? []))];
  };
  const persons = [...new Set(byNumber.values())];
  const byName = Map.groupBy(persons, ({ psn_name }) => nameForm(psn_name));
  return {
    persons,
    byName: (psn_name) => byName.get(nameForm(psn_name)) ?? [],
    byNumber: (psn_no) => byNumber.get(codeText(psn_no)),
    byCertificate(certno, psn_name) {
      const [one, ...others] = of(certno);
      if (others.length === 0) return one;
      return of(certno).find((person) => nameForm(person.psn_name) === nameForm(psn_name));
    },
    isShared: (certno) => of(certno).length > 1,
  };
}

/** All identity numbers of a person in their one form: a foreigner's of 2017 is another than that of 2023. */
export const numbersOf = ({ certno, former_certno = [] }: Person): string[] =>
  [certno, ...former_certno].map(certnoForm);

/** The row of one person that counts. */
function first(a: Person, b: Person): Person {
  return orderOf(b) < orderOf(a) ? b : a;
}

function orderOf({ surv_stas, psn_insu_stas, insutype, psn_no }: Person): string {
  const alive = surv_stas === '2' ? '0' : '1';
  const insured = psn_insu_stas === '1' ? '0' : psn_insu_stas === '0' ? '2' : '1';
  return `${alive}${insured}${insutype} ${psn_no}`;
}
