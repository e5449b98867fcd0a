/**
 * A condition ("when", "items") as a closure over the claim that was read. Source: docs/adjudication.md
 * "Values and conditions".
 */
import type { ReadClaim } from '../claim/claim.ts';
import { has, isObject, type Json } from '../json.ts';
import type { Word } from './problems.ts';
import { at, type Reader } from './reader.ts';

/** `item` is the index of a line; conditions without `item.` facts ignore it. */
export type Condition = (claim: ReadClaim, item: number) => boolean;
export const ALWAYS: Condition = () => true;

type Get<T> = (claim: ReadClaim, item: number) => T;

const TEXTS = new Map<string, Get<string>>([
  ['insutype', (c) => c.person.insutype],
  ['psn_type', (c) => c.person.psn_type],
  ['gend', (c) => c.person.gend],
  ['level', (c) => c.facility.level],
  ['mode', (c) => c.facility.mode],
  ['med_type', (c) => c.encounter.med_type],
  ['item.list_type', (c, i) => c.list_type[i] as string],
  ['item.chrgitm_lv', (c, i) => c.chrgitm_lv[i] as string],
  ['item.med_list_codg', (c, i) => c.med_list_codg[i] as string],
]);
const FLAGS = new Map<string, Get<boolean>>([
  ['designated_here', (c) => c.person.designated_here],
  ['signed_here', (c) => c.person.signed_here],
  ['home_visit', (c) => c.encounter.home_visit],
  ['return_visit', (c) => c.encounter.return_visit],
  ['item.for_chronic', (c, i) => (c.tags[i] as string[]).some((tag) => c.person.chronic.includes(tag))],
]);
const LISTS = new Map<string, Get<string[]>>([
  ['psn_idet_type', (c) => c.person.psn_idet_type],
  ['chronic', (c) => c.person.chronic],
  ['dise_codg', (c) => c.encounter.dise_codg],
  ['item.tags', (c, i) => c.tags[i] as string[]],
]);
const EMPTY_TEST = ['an empty test', '空的判断'] as const;
const age: Get<number> = (c) => c.age;

/** `items` says whether `item.` facts are allowed here. */
export function compileCondition(reader: Reader, path: string, value: unknown, items: boolean): Condition {
  if (!isObject(value)) {
    reader.add(path, 'WRONG_TYPE', ['a condition', '条件']);
    return ALWAYS;
  }
  const tests: Condition[] = [];
  for (const fact of Object.keys(value)) {
    if (fact.startsWith('item.') && !items) reader.add(at(path, fact), 'ITEM_FACT', fact);
    const test = compileTest(reader, at(path, fact), fact, value[fact]);
    if (test !== undefined) tests.push(test);
  }
  const [first, second] = tests;
  if (first === undefined) return ALWAYS;
  if (second === undefined) return first;
  return (claim, item) => tests.every((test) => test(claim, item));
}

function compileTest(reader: Reader, path: string, fact: string, test: unknown): Condition | undefined {
  const text = TEXTS.get(fact);
  if (text) return compileEqual(reader, path, text, test, 'string');
  const flag = FLAGS.get(fact);
  if (flag) return compileEqual(reader, path, flag, test, 'boolean');
  const list = LISTS.get(fact);
  if (list) return compileList(reader, path, list, test);
  if (fact === 'age')
    return isObject(test)
      ? compileRange(reader, path, test)
      : compileEqual(reader, path, age, test, 'number');
  reader.add(path, 'UNKNOWN_FACT', fact);
  return undefined;
}

/** A scalar (equal) or an array (one of). */
function compileEqual<T>(
  reader: Reader,
  path: string,
  get: Get<T>,
  test: unknown,
  type: TestType,
): Condition {
  const values = (Array.isArray(test) ? test : [test]) as T[];
  for (const value of values) {
    if (typeof value !== type || (type === 'number' && !Number.isSafeInteger(value)))
      reader.add(path, isObject(value) ? unknownTest(value) : 'WRONG_TEST', mismatch(value, type));
  }
  const [only] = values;
  if (values.length === 1) return (claim, item) => get(claim, item) === only;
  const among = new Set(values);
  return (claim, item) => among.has(get(claim, item));
}

/** A scalar (contains), an array (any in common), or all/none. */
function compileList(reader: Reader, path: string, get: Get<string[]>, test: unknown): Condition {
  if (!isObject(test)) {
    const any = new Set(textsOfTest(reader, path, Array.isArray(test) ? test : [test]));
    return (claim, item) => get(claim, item).some((value) => any.has(value));
  }
  const keys = Object.keys(test);
  for (const key of keys) if (key !== 'all' && key !== 'none') reader.add(path, unknownKey(key), key);
  if (keys.length === 0) reader.add(path, 'WRONG_TEST', EMPTY_TEST);
  const all = has(test, 'all') ? textsOfTest(reader, at(path, 'all'), test.all) : [];
  const none = new Set(has(test, 'none') ? textsOfTest(reader, at(path, 'none'), test.none) : []);
  return (claim, item) => {
    const has = get(claim, item);
    return all.every((value) => has.includes(value)) && !has.some((value) => none.has(value));
  };
}

function textsOfTest(reader: Reader, path: string, value: unknown): string[] {
  if (!Array.isArray(value)) reader.add(path, 'WRONG_TEST', mismatch(value, 'list'));
  const values: unknown[] = Array.isArray(value) ? value : [];
  for (const entry of values)
    if (typeof entry !== 'string') reader.add(path, 'WRONG_TEST', mismatch(entry, 'string'));
  return values.filter((entry) => typeof entry === 'string');
}

/** gte, gt, lte, lt: whole numbers, on age only. */
function compileRange(reader: Reader, path: string, test: Json): Condition {
  let least = -Infinity;
  let most = Infinity;
  const keys = Object.keys(test);
  if (keys.length === 0) reader.add(path, 'WRONG_TEST', EMPTY_TEST);
  for (const key of keys) {
    const value = test[key] as number;
    if (!['gte', 'gt', 'lte', 'lt'].includes(key)) reader.add(path, unknownKey(key), key);
    else if (!Number.isSafeInteger(value)) reader.add(at(path, key), 'WRONG_TEST', mismatch(value, 'number'));
    else if (key === 'gte') least = Math.max(least, value);
    else if (key === 'gt') least = Math.max(least, value + 1);
    else if (key === 'lte') most = Math.min(most, value);
    else most = Math.min(most, value - 1);
  }
  return (claim) => claim.age >= least && claim.age <= most;
}

function unknownTest(test: Json): 'UNKNOWN_TEST' | 'WRONG_TEST' {
  return Object.keys(test).map(unknownKey)[0] ?? 'WRONG_TEST';
}

function unknownKey(key: string): 'UNKNOWN_TEST' | 'WRONG_TEST' {
  return ['gte', 'gt', 'lte', 'lt', 'all', 'none'].includes(key) ? 'WRONG_TEST' : 'UNKNOWN_TEST';
}

const TYPES = {
  string: ['a text in quotes', '加引号的文字'],
  boolean: ['true or false', ' true 或 false'],
  number: ['a whole number without quotes', '不加引号的整数'],
  list: ['a list', '列表'],
} as const;
type TestType = keyof typeof TYPES;

/** What was found, and what type was expected. */
function mismatch(value: unknown, type: TestType): Word {
  const found = describe(value);
  return [`${found}, not ${TYPES[type][0]}`, `${found}，应为${TYPES[type][1]}`];
}

function describe(value: unknown): string {
  if (isObject(value)) return Object.keys(value).slice(0, 3).join(', ') || '{}';
  return Array.isArray(value) ? '[…]' : (JSON.stringify(value)?.slice(0, 40) ?? '?');
}
