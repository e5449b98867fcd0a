import { Ajv, type ValidateFunction } from 'ajv';
import type { CatalogueItem } from '../../contract/datasets/catalogue.ts';
import type { Clinic } from '../../contract/datasets/clinic.ts';
import { DATASET_CONTENTS } from '../../contract/datasets/contents.ts';
import type { DiagnosisItem } from '../../contract/datasets/diagnoses.ts';
import type { Operator } from '../../contract/datasets/operators.ts';
import type { Day } from '../../contract/ids.ts';
import { clinicFactFaults, itemCodeFaults } from './coded-values.ts';
import { type DatasetFault, fault, faultOfShape } from './faults.ts';
import { type Lexicon, NO_BUNDLES } from './lexicon.ts';
import { memberFaults } from './members.ts';
import { type Row, rosterFaults } from './roster-rows.ts';
import { inForm, textFaults } from './text-members.ts';

/** Datasets whose content has a shape; a `bundle/…` is checked by policy/author. */
export type CheckedName = keyof typeof DATASET_CONTENTS;
export const isChecked = (name: string): name is CheckedName => Object.hasOwn(DATASET_CONTENTS, name);

/** The member that holds the rows, and what a row is called. `clinic` is one thing and has none. */
const LISTS: Record<string, { list: string; title: string }> = {
  roster: { list: 'persons', title: 'psn_name' },
  catalogue: { list: 'items', title: 'hilist_name' },
  diagnoses: { list: 'diagnoses', title: 'diag_name' },
  operators: { list: 'operators', title: 'opter_name' },
};

interface DatasetCheck {
  /** What may be signed when there are no faults: every text in its form. */
  value: unknown;
  /** How many texts were brought into their form. */
  mended: number;
  /** Everything that is wrong, in the order of the rows. */
  faults: DatasetFault[];
}

const ajv = new Ajv({ strict: true, unicodeRegExp: true, allErrors: true });
const validators = new Map<CheckedName, ValidateFunction>();

/**
 * Checks what a person has written, all of it: its texts, its shape, its codes, and whether its rows go
 * together. `lexicon`: of the bundles in force.
 */
export function checkDataset(
  name: CheckedName,
  written: unknown,
  today: Day,
  lexicon: Lexicon = NO_BUNDLES,
): DatasetCheck {
  const { value, mended } = inForm(written);
  const validate = validators.get(name) ?? ajv.compile(DATASET_CONTENTS[name]);
  validators.set(name, validate);
  const texts = textFaults(written);
  const shape = validate(value) ? [] : (validate.errors ?? []).flatMap((error) => faultOfShape(error) ?? []);
  // What is off its shape cannot be looked at further.
  const bad = new Set(shape.map(({ path }) => rowOf(name, path)));
  // A list that is none is told by the shape, and has no rows to look at.
  const rows = bad.has(null) ? [] : rowsOf(name, value).filter((_, row) => !bad.has(row));
  const unknown = memberFaults(name, DATASET_CONTENTS[name], value);
  const faults = [...texts, ...shape, ...unknown, ...consistency(name, rows, today, lexicon)];
  if (name === 'clinic' && bad.size === 0) faults.push(...clinicFactFaults(value as Clinic, lexicon));
  if (bad.size === 0 && LISTS[name] && rows.length === 0)
    faults.push(fault(`/${LISTS[name].list}`, 'NO_ROWS'));
  const order = (one: DatasetFault) => rowOf(name, one.path) ?? -1;
  return { value, mended, faults: faults.sort((a, b) => order(a) - order(b)) };
}

function rowsOf(name: string, value: unknown): Row<never>[] {
  const { list = '' } = LISTS[name] ?? {};
  const rows = (value as Record<string, never[] | undefined>)[list] ?? [];
  return rows.map((row, i) => ({ path: `/${list}/${i}`, row }));
}

function consistency(name: CheckedName, rows: Row<never>[], today: Day, lexicon: Lexicon): DatasetFault[] {
  switch (name) {
    case 'roster':
      return rosterFaults(rows, today, lexicon);
    case 'catalogue':
      return catalogueFaults(rows, lexicon);
    case 'diagnoses':
      return twice<DiagnosisItem>(rows, 'diag_code', ({ diag_code }) => diag_code);
    case 'operators':
      return operatorFaults(rows);
    case 'clinic':
      return [];
  }
}

function catalogueFaults(rows: Row<CatalogueItem>[], lexicon: Lexicon): DatasetFault[] {
  return [
    ...rows.flatMap(({ path, row }) => itemCodeFaults(path, row, lexicon)),
    ...twice(rows, 'med_list_codg', ({ med_list_codg }) => med_list_codg),
    ...twice(rows, 'barcode', ({ barcode }) => barcode ?? '', 'BARCODE_TWICE'),
    ...rows
      .filter(({ row: { age_from, age_to } }) => age_from != null && age_to != null && age_to < age_from)
      .map(({ path, row }) => fault(`${path}/age_to`, 'OUT_OF_RANGE', `age_from 是 ${row.age_from}`)),
  ];
}

/** Bytes of scrypt in base64url, as `township operators` writes them. */
const HASH = /^[A-Za-z0-9_-]{43}$/;

function operatorFaults(rows: Row<Operator>[]): DatasetFault[] {
  return [
    ...twice(rows, 'opter', ({ opter }) => opter),
    ...rows
      .filter(({ row }) => !HASH.test(row.pin.hash))
      .map(({ path }) => fault(`${path}/pin/hash`, 'PIN_UNHASHED')),
  ];
}

/** Rows of one key, told at each of them. An empty key is none. */
function twice<T>(
  rows: Row<T>[],
  member: string,
  keyOf: (row: T) => string,
  code: 'CODE_TWICE' | 'BARCODE_TWICE' = 'CODE_TWICE',
): DatasetFault[] {
  const groups = [...Map.groupBy(rows, ({ row }) => keyOf(row)).entries()].filter(([key]) => key !== '');
  return groups.flatMap(([, [one, ...others]]) =>
    others.flatMap(({ path }) =>
      one
        ? [fault(`${one.path}/${member}`, code, '', path), fault(`${path}/${member}`, code, '', one.path)]
        : [],
    ),
  );
}

/** Index of the row that a JSON pointer leads into; null when it is about the whole. */
export function rowOf(name: CheckedName, path: string): number | null {
  const [, list, row] = path.split('/');
  return row !== undefined && list === LISTS[name]?.list ? Number(row) : null;
}

/** What a row is called; '' when it has no name. */
export function titleOf(name: CheckedName, value: unknown, row: number): string {
  const { list = '', title = '' } = LISTS[name] ?? {};
  const found = (value as Record<string, Record<string, unknown>[]>)[list]?.[row]?.[title];
  return typeof found === 'string' ? found : '';
}

/** The dataset without these rows, and how many are left. */
export function withoutRows(name: CheckedName, value: unknown, rows: Set<number>) {
  const { list = '' } = LISTS[name] ?? {};
  const all = (value as Record<string, unknown[]>)[list] ?? [];
  const kept = all.filter((_, row) => !rows.has(row));
  return { value: { ...(value as object), [list]: kept }, left: kept.length };
}
