import type { Person } from '../../../sync/contract/datasets/roster.ts';
import { certnoForm } from '../../../sync/contract/identity-number.ts';
import { nameForm, searchText } from '../../../sync/contract/text-form.ts';
import { numbersOf } from './roster-index.ts';
import { HITS_MAX, search } from './search.ts';

/** An identity number, or the end of one, as it is read off a card: four characters or more. */
const NUMBER = /\d[\d ]{2,}[\dX]/;

/**
 * Persons by what a doctor has of them: a name (blanks and dots do not count) or its initials, the number at
 * the insurer, and the identity number, which is printed on a card that cannot be read: whole, or its last
 * four and more, alone or beside a name.
 */
export function searchPersons(persons: readonly Person[], typed: string): Person[] {
  const whole = certnoForm(typed);
  const exact = whole === '' ? [] : persons.filter((person) => numbersOf(person).includes(whole));
  if (exact.length > 0) return exact.slice(0, HITS_MAX);
  const text = searchText(typed);
  const [number] = NUMBER.exec(text) ?? [];
  if (number === undefined) return byName(persons, text);
  const end = certnoForm(number);
  const having = persons.filter((person) => numbersOf(person).some((one) => one.endsWith(end)));
  const name = text.replace(number, '');
  if (nameForm(name) !== '') return byName(having, name);
  return [...new Set([...having, ...byName(persons, text)])].slice(0, HITS_MAX);
}

function byName(persons: readonly Person[], typed: string): Person[] {
  const query = nameForm(typed);
  if (query === '') return [];
  const texts = ({ psn_no, psn_name, pym = '' }: Person) => ({ code: psn_no, name: nameForm(psn_name), pym });
  return search(persons, texts, query, () => 0);
}
