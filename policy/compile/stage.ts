/** A stage of the pool: `rate` or `fixed`. Source: docs/adjudication.md "Step 2". */

import type { Fen, Rate } from '../fen.ts';
import { has, isObject, type Json } from '../json.ts';
import type { Bucket } from '../types.ts';
import { FUNDS, type Fund } from '../types.ts';
import type { Buckets } from './buckets.ts';
import { ALWAYS, type Condition, compileCondition } from './condition.ts';
import { compileCounts, compileDeductible, compileLimits, type Deductible, type Limit } from './limits.ts';
import { QUANTITY_WORD } from './problems.ts';
import { at, type Reader } from './reader.ts';
import { compileAmount, compileRate, type Value } from './value.ts';

/** What a stage of the pool and a layer have in common. */
export interface Payer {
  id: string;
  title?: string;
  source?: string;
  fund: Fund;
  fund_pay_type: string;
  when: Condition;
  limits: Limit[];
  counts: Bucket[];
}

export interface PoolStage extends Payer {
  items: Condition;
  /** It takes only lines for a registered chronic disease: a person who has none can draw nothing. */
  forChronic: boolean;
  next: boolean;
  deductible?: Deductible;
  /** `rate`: for a line, plus the additions that hold. */
  rate?: Value<Rate>;
  plus: Plus[];
  /** The rate or an addition depends on the line; otherwise it is the same for all and computed once. */
  rateByLine: boolean;
  /** `fixed`: for a unit, and units in ten-thousandths. */
  perUnit?: Value<Fen>;
  maxUnits?: number;
}

interface Plus {
  when: Condition;
  plus: Rate;
  title?: string;
}

const COMMON = ['fund', 'when', 'items', 'overflow', 'limits', 'counts'];
const ONLY_RATE = ['deductible', 'rate', 'plus'];

export function compileStage(
  reader: Reader,
  path: string,
  value: unknown,
  buckets: Buckets,
): PoolStage | null {
  const fixed = kindOf(value) === 'fixed';
  const kindKeys = fixed ? ['max_units', ...ONLY_RATE] : ['plus', 'deductible'];
  const required = ['id', 'kind', 'fund_pay_type', fixed ? 'per_unit' : 'rate'];
  const object = reader.object(path, value, required, [...COMMON, ...kindKeys]);
  if (object === null) return null;
  reader.oneOf(at(path, 'kind'), object.kind, ['rate', 'fixed']);
  const stage: PoolStage = {
    ...compilePayer(reader, path, object, buckets),
    items: has(object, 'items') ? compileCondition(reader, at(path, 'items'), object.items, true) : ALWAYS,
    forChronic: isObject(object.items) && object.items['item.for_chronic'] === true,
    next:
      has(object, 'overflow') &&
      reader.oneOf(at(path, 'overflow'), object.overflow, ['person', 'next']) === 'next',
    plus: [],
    rateByLine: dependsOnLine(object.rate) || dependsOnLine(object.plus),
  };
  if (fixed) readFixed(reader, path, object, stage);
  else readRate(reader, path, object, stage, buckets);
  return stage;
}

function dependsOnLine(entries: unknown): boolean {
  if (!Array.isArray(entries)) return false;
  const whens = entries.map((entry) =>
    isObject(entry) && isObject(entry.when) ? Object.keys(entry.when) : [],
  );
  return whens.flat().some((fact) => fact.startsWith('item.'));
}

export function kindOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
}

export function compilePayer(reader: Reader, path: string, object: Json, buckets: Buckets): Payer {
  const payer: Payer = {
    id: reader.text(at(path, 'id'), object.id),
    fund: has(object, 'fund') ? reader.oneOf(at(path, 'fund'), object.fund, FUNDS) : 'hifp_pay',
    fund_pay_type: reader.text(at(path, 'fund_pay_type'), object.fund_pay_type),
    when: has(object, 'when') ? compileCondition(reader, at(path, 'when'), object.when, false) : ALWAYS,
    limits: compileLimits(reader, path, object, buckets),
    counts: compileCounts(reader, path, object, buckets),
  };
  if (typeof object.title === 'string') payer.title = object.title;
  if (typeof object.source === 'string') payer.source = object.source;
  return payer;
}

function readFixed(reader: Reader, path: string, object: Json, stage: PoolStage): void {
  for (const key of ONLY_RATE) if (has(object, key)) reader.add(at(path, key), 'FIXED_KEY', key);
  stage.perUnit = compileAmount(reader, at(path, 'per_unit'), object.per_unit);
  if (has(object, 'max_units'))
    stage.maxUnits = reader.decimal(at(path, 'max_units'), object.max_units, 4, QUANTITY_WORD);
}

function readRate(reader: Reader, path: string, object: Json, stage: PoolStage, buckets: Buckets): void {
  stage.rate = compileRate(reader, at(path, 'rate'), object.rate, true);
  if (has(object, 'plus')) stage.plus = compilePlus(reader, at(path, 'plus'), object.plus);
  const deductible = compileDeductible(reader, path, object, buckets);
  if (deductible === undefined) return;
  stage.deductible = deductible;
  if (stage.next) reader.add(path, 'NEXT_DEDUCTIBLE');
}

function compilePlus(reader: Reader, path: string, value: unknown): Plus[] {
  return reader.list(path, value).flatMap((entry, i) => {
    const where = `${path}[${i}]`;
    const object = reader.object(where, entry, ['plus'], ['when']);
    if (object === null) return [];
    const plus: Plus = {
      when: has(object, 'when') ? compileCondition(reader, at(where, 'when'), object.when, true) : ALWAYS,
      plus: reader.rate(at(where, 'plus'), object.plus),
    };
    if (typeof object.title === 'string') plus.title = object.title;
    return [plus];
  });
}
