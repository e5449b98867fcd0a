/** Finds what is allowed in a bundle and still doubtful. Works on the JSON, whose shape is not trusted. */

import type { CompiledBundle } from '../bundle.ts';
import { addDays } from '../calendar.ts';
import { BAD, type Fen, readMoney } from '../fen.ts';
import { isObject, type Json, objects } from '../json.ts';
import { LINTS, type LintCode } from './lint-texts.ts';

interface Lint {
  path: string;
  code: LintCode;
  message: string;
  message_zh: string;
  cure: string;
  cure_zh: string;
}

function lint(path: string, code: LintCode, word = ''): Lint {
  const { en, zh, cure_en, cure_zh } = LINTS[code];
  const fill = (text: string): string => text.replace('{}', () => word);
  return { path, code, message: fill(en), message_zh: fill(zh), cure: cure_en, cure_zh };
}

/** The lints of one valid bundle, as JSON. */
export function lintBundle(json: Json): Lint[] {
  const pool = objects(json.pool);
  const named = [...entries('pool', pool), ...entries('layers', objects(json.layers))];
  const found = [...named, ...entries('audit', objects(json.audit))].flatMap(([path, entry]) =>
    lintNotes(path, entry),
  );
  if (!Array.isArray(json.sources) || json.sources.length === 0) found.push(lint('', 'SOURCE_MISSING'));
  if (json.grace_days === undefined) found.push(lint('enddate', 'GRACE_MISSING'));
  if (isObject(json.budget) && !isText(json.budget.source)) found.push(lint('budget', 'SOURCE_MISSING'));
  found.push(...unreachable(pool), ...pool.flatMap((stage, i) => lintAmounts(`pool[${i}]`, stage)));
  walk('', json, (path, key, value) => {
    found.push(...lintPlace(path, key, value));
  });
  return found;
}

function lintNotes(path: string, entry: Json): Lint[] {
  const found: Lint[] = [];
  if (!isText(entry.source)) found.push(lint(path, 'SOURCE_MISSING'));
  if (!isText(entry.title)) found.push(lint(path, 'TITLE_MISSING'));
  return found;
}

/**
 * A stage is unreachable when one before it holds whenever it does, takes all its lines and passes nothing
 * on.
 */
function unreachable(pool: Json[]): Lint[] {
  return pool.flatMap((stage, i) => {
    const before = pool.slice(0, i).find((other) => takesAll(other) && covers(other, stage));
    return before === undefined ? [] : [lint(`pool[${i}]`, 'STAGE_UNREACHABLE', String(before.id))];
  });
}

function takesAll(stage: Json): boolean {
  return stage.overflow !== 'next' || objects(stage.limits).length === 0;
}

/** Every test of the wider stage is, unchanged, in the narrower one too. */
function covers(wider: Json, narrower: Json): boolean {
  return ['when', 'items'].every((key) => {
    const tests = isObject(wider[key]) ? wider[key] : {};
    const narrow = isObject(narrower[key]) ? narrower[key] : {};
    return Object.keys(tests).every((fact) => JSON.stringify(tests[fact]) === JSON.stringify(narrow[fact]));
  });
}

function lintAmounts(path: string, stage: Json): Lint[] {
  const found: Lint[] = [];
  if (isText(stage.rate) && Number(stage.rate) === 0 && objects(stage.plus).length === 0)
    found.push(lint(`${path}.rate`, 'RATE_ZERO'));
  const unit = Math.min(...amounts(stage.per_unit));
  objects(stage.limits).forEach((limit, i) => {
    const cap = Math.max(...amounts(limit.amount));
    if (stage.kind === 'fixed' && cap >= 0 && cap < unit)
      found.push(lint(`${path}.limits[${i}].amount`, 'CAP_BELOW_FIXED', String(cap / 100)));
  });
  return found;
}

/** Fen of a value, or of every entry of a list of values. */
function amounts(value: unknown): Fen[] {
  const texts = Array.isArray(value) ? objects(value).map((entry) => entry.amount) : [value];
  return texts.map(readMoney).filter((fen) => fen !== BAD);
}

function lintPlace(path: string, key: string, value: unknown): Lint[] {
  if ((key === 'when' || key === 'items') && isObject(value))
    return Object.keys(value)
      .filter((fact) => Array.isArray(value[fact]) && value[fact].length === 0)
      .map((fact) => lint(`${path}.${fact}`, 'NEVER_HOLDS'));
  if (!['amount', 'rate', 'threshold', 'per_unit'].includes(key) || !Array.isArray(value)) return [];
  const always = objects(value).findIndex(({ when }) => isObject(when) && Object.keys(when).length === 0);
  return always < 0 ? [] : [lint(`${path}[${always + 1}]`, 'VALUE_UNREACHABLE')];
}

function walk(
  path: string,
  value: unknown,
  visit: (path: string, key: string, value: unknown) => void,
): void {
  const isList = Array.isArray(value);
  for (const [key, child] of isList || isObject(value) ? Object.entries(value) : []) {
    const where = isList ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
    visit(where, key, child);
    walk(where, child, visit);
  }
}

/** A lint of a bundle's dates beside those of others. */
interface DateLint extends Lint {
  bundle: CompiledBundle;
}

/**
 * Gaps and overlaps in time among bundles for one place and insurance; those of one name follow by version.
 */
export function lintDates(bundles: CompiledBundle[]): DateLint[] {
  const found: DateLint[] = [];
  const sorted = [...bundles].sort((a, b) => (a.begndate < b.begndate ? -1 : 1));
  sorted.forEach((bundle, i) => {
    const before = sorted.slice(0, i).filter((other) => sameInsured(other, bundle));
    const clash = before.find((other) => other.name !== bundle.name && other.enddate >= bundle.begndate);
    if (clash !== undefined) found.push({ ...lint('begndate', 'DATES_OVERLAP', clash.name), bundle });
    const lasts = before.map((other) => other.lastday).sort();
    const last = lasts[lasts.length - 1];
    if (last !== undefined && addDays(last, 1) < bundle.begndate)
      found.push({ ...lint('begndate', 'DATES_GAP', addDays(last, 1)), bundle });
  });
  return found;
}

function sameInsured(a: CompiledBundle, b: CompiledBundle): boolean {
  return (
    a.insutype.some((type) => b.insutype.includes(type)) && a.admdvs.some((place) => b.admdvs.includes(place))
  );
}

function entries(path: string, list: Json[]): [string, Json][] {
  return list.map((entry, i) => [`${path}[${i}]`, entry]);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
