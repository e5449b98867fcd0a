/**
 * What is allowed in a bundle and still doubtful: a fixed list, described in docs/policy.md. Works on the JSON, whose
 * shape is not trusted.
 */

import type { CompiledBundle } from '../bundle.ts';
import { addDays } from '../calendar.ts';
import type { ProblemText } from '../compile/problems.ts';
import { BAD, readMoney } from '../fen.ts';
import { isObject, type Json } from '../json.ts';

export const LINTS = {
  SOURCE_MISSING: {
    en: 'names no source',
    zh: '没有写明依据',
    cure_en: 'add "source" (document and article), or "sources" for the bundle',
    cure_zh: '补上 source（文件和条款），整个文件用 sources',
  },
  TITLE_MISSING: {
    en: 'has no title; doctor and slip would show its id',
    zh: '没有名称，医生和小票上只能显示编号',
    cure_en: 'add "title"',
    cure_zh: '补上 title',
  },
  GRACE_MISSING: {
    en: 'has no grace_days; a clinic that is cut off stops on the day after enddate',
    zh: '没有宽限期，断网的卫生室在到期次日就不能报销',
    cure_en: 'add "grace_days", for example 31',
    cure_zh: '补上 grace_days，例如 31',
  },
  STAGE_UNREACHABLE: {
    en: 'no claim reaches it: stage "{}" takes the same lines first and leaves nothing',
    zh: '永远轮不到：“{}”先取走同样的项目，且不留余额',
    cure_en: 'put it first, narrow the other one, or give that one overflow "next" with a limit',
    cure_zh: '调到前面、缩小前一环节范围，或给前一环节加限额和 overflow next',
  },
  NEVER_HOLDS: {
    en: 'an empty list never holds',
    zh: '空列表永远不成立',
    cure_en: 'name the values or remove the condition',
    cure_zh: '写明取值或删除条件',
  },
  VALUE_UNREACHABLE: {
    en: 'an entry before it always holds',
    zh: '前面的一项总是成立，这一项用不到',
    cure_en: 'give the entry before a condition, or remove this one',
    cure_zh: '给前一项加条件，或删除这一项',
  },
  CAP_BELOW_FIXED: {
    en: 'the cap {} is below one payment of the stage',
    zh: '限额 {} 元低于一次定额',
    cure_en: 'raise the cap or lower per_unit',
    cure_zh: '提高限额或降低定额',
  },
  RATE_ZERO: {
    en: 'pays nothing: the rate is 0',
    zh: '比例为 0，什么也不报',
    cure_en: 'correct the rate or remove the stage',
    cure_zh: '改正比例或删除该环节',
  },
  DATES_GAP: {
    en: 'no bundle is in force from {}',
    zh: '从 {} 起没有生效的待遇文件',
    cure_en: 'move begndate or enddate, or lengthen grace_days of the one before',
    cure_zh: '调整起止日期，或延长上一份的宽限期',
  },
  DATES_OVERLAP: {
    en: 'overlaps bundle "{}" for the same place and insurance',
    zh: '与“{}”在同一地区、险种上日期重叠',
    cure_en: 'end one before the other begins, or give both one name and rising versions',
    cure_zh: '错开日期，或用同一名称、递增版本',
  },
} as const satisfies Record<string, ProblemText>;

export type LintCode = keyof typeof LINTS;

export interface Lint {
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

/** A stage is out of reach when one before it holds whenever it does, takes all its lines and passes nothing on. */
function unreachable(pool: Json[]): Lint[] {
  return pool.flatMap((stage, i) => {
    const before = pool.slice(0, i).find((other) => takesAll(other) && covers(other, stage));
    return before === undefined ? [] : [lint(`pool[${i}]`, 'STAGE_UNREACHABLE', String(before.id))];
  });
}

function takesAll(stage: Json): boolean {
  return stage.overflow !== 'next' || objects(stage.limits).length === 0;
}

/** Every test of the wider stage stands, word for word, in the narrower one too. */
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
function amounts(value: unknown): number[] {
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
export interface DateLint extends Lint {
  bundle: CompiledBundle;
}

/** Gaps and overlaps in time among bundles for one place and insurance; those of one name follow by version. */
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

function objects(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function entries(path: string, list: Json[]): [string, Json][] {
  return list.map((entry, i) => [`${path}[${i}]`, entry]);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
