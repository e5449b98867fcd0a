import { isDay } from '../../../policy/index.ts';
import type { Person } from '../../contract/datasets/roster.ts';
import { certnoForm, faultOfCertno } from '../../contract/identity-number.ts';
import type { Day } from '../../contract/ids.ts';
import { nameForm } from '../../contract/text-form.ts';
import { personCodeFaults } from './coded-values.ts';
import { type DatasetFault, type FaultCode, fault } from './faults.ts';
import type { Lexicon } from './lexicon.ts';

/** A row and its JSON pointer. */
export interface Row<T> {
  path: string;
  row: T;
}

const CERTNO = { form: 'CERTNO_FORM', check: 'CERTNO_CHECK', birth: 'CERTNO_BIRTH' } as const;
/** Nobody alive was born before it. */
const BORN_MIN = '1890-01-01';

/** What is wrong with the persons of a roster, each by himself and beside the others. */
export function rosterFaults(rows: Row<Person>[], today: Day, lexicon: Lexicon): DatasetFault[] {
  const each = (one: Row<Person>) => [
    ...personFaults(one, today),
    ...personCodeFaults(one.path, one.row, lexicon),
  ];
  return [...rows.flatMap(each), ...identityFaults(rows)];
}

function personFaults({ path, row }: Row<Person>, today: Day): DatasetFault[] {
  const { psn_cert_type, certno, brdy, paus_insu_date } = row;
  const birth = dayFaults(`${path}/brdy`, brdy);
  if (birth.length === 0 && (brdy > today || brdy < BORN_MIN))
    birth.push(fault(`${path}/brdy`, brdy > today ? 'DAY_AHEAD' : 'DAY_UNREAL'));
  const numbers = Object.entries({ certno, ...formerOf(row) });
  const wrong = numbers.flatMap(([place, number]) => {
    const found = birth.length > 0 ? null : faultOfCertno(psn_cert_type, certnoForm(number), brdy);
    return found ? [fault(`${path}/${place}`, CERTNO[found])] : [];
  });
  return [
    ...birth,
    ...wrong,
    ...dayFaults(`${path}/paus_insu_date`, paus_insu_date ?? null),
    ...row.psn_idet_type.flatMap(({ begntime, endtime }, i) =>
      spanFaults(`${path}/psn_idet_type/${i}`, { begntime }, { endtime }),
    ),
    ...row.chronic.flatMap(({ begndate, enddate }, i) =>
      spanFaults(`${path}/chronic/${i}`, { begndate }, { enddate }),
    ),
  ];
}

/** Numbers that a person had before, by their place in the row: `former_certno/0`. */
const formerOf = ({ former_certno = [] }: Person): Record<string, string> =>
  Object.fromEntries(former_certno.map((number, i) => [`former_certno/${i}`, number]));

const numbersOf = (row: Person): string[] => [row.certno, ...Object.values(formerOf(row))];

const dayFaults = (path: string, day: string | null): DatasetFault[] =>
  day === null || isDay(day) ? [] : [fault(path, 'DAY_UNREAL')];

/** Both days exist, and the second is not before the first. */
function spanFaults(
  path: string,
  from: Record<string, string>,
  to: Record<string, string | null>,
): DatasetFault[] {
  const days = Object.entries({ ...from, ...to });
  const unreal = days.flatMap(([name, day]) => dayFaults(`${path}/${name}`, day));
  const [first = ''] = Object.values(from);
  const [lastName = '', last = null] = Object.entries(to)[0] ?? [];
  if (unreal.length > 0 || last === null || last >= first) return unreal;
  return [fault(`${path}/${lastName}`, 'DAYS_REVERSED')];
}

/** Several rows may be several insurances of one person; whose they are must be beyond doubt. */
function identityFaults(rows: Row<Person>[]): DatasetFault[] {
  const byNumber = [...Map.groupBy(rows, ({ row }) => row.psn_no).values()];
  const documents = rows.flatMap((one) =>
    numbersOf(one.row).map((number) => ({ ...one, number: certnoForm(number) })),
  );
  const byDocument = [...Map.groupBy(documents, ({ number }) => number).values()];
  return [
    ...byNumber.flatMap((group) => pairs(group, samePerson, 'psn_no', 'PERSON_DIFFERS')),
    ...byDocument.flatMap((group) => pairs(group, sameName, 'certno', 'CERTNO_SHARED')),
    ...byDocument.flatMap((group) => pairs(group, otherInsurance, 'insutype', 'ROW_TWICE')),
    ...byDocument.flatMap((group) =>
      pairs(group.filter(isActive), sameOrOther, 'psn_insu_stas', 'TWO_ACTIVE'),
    ),
  ];
}

type Compare = (a: Person, b: Person) => boolean;

const sameName: Compare = (a, b) => nameForm(a.psn_name) === nameForm(b.psn_name);
const samePerson: Compare = (a, b) =>
  sameName(a, b) && certnoForm(a.certno) === certnoForm(b.certno) && a.brdy === b.brdy;
const otherInsurance: Compare = (a, b) => !sameName(a, b) || a.insutype !== b.insutype;
/** Two rows of one name and the same insutype are told as ROW_TWICE. */
const sameOrOther: Compare = (a, b) => !sameName(a, b) || a.insutype === b.insutype;
const isActive = ({ row }: Row<Person>) => row.psn_insu_stas === '1';

/** Each row that does not go with the first of its group, told at both. */
function pairs(group: Row<Person>[], fits: Compare, member: string, code: FaultCode): DatasetFault[] {
  const [one, ...others] = group;
  if (!one) return [];
  return others
    .filter(({ row }) => !fits(one.row, row))
    .flatMap(({ path }) => [
      fault(`${one.path}/${member}`, code, '', path),
      fault(`${path}/${member}`, code, '', one.path),
    ]);
}
