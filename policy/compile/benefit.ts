/** What a bundle pays, compiled once. Source: docs/adjudication.md "The bundle". */
import { addDays, type Day } from '../calendar.ts';
import type { Fen } from '../fen.ts';
import { has, isObject, type Json } from '../json.ts';
import { type Bucket, FUNDS, type Fund, PARTS, type Part } from '../types.ts';
import { Buckets } from './buckets.ts';
import { compileLayer, type Layer } from './layer.ts';
import { at, type Reader } from './reader.ts';
import { compileStage, type PoolStage } from './stage.ts';
import { compileAmount, type Value } from './value.ts';

export type OnExhausted = 'warn' | 'refuse' | 'provider_bears';

export interface Budget {
  bucket: Bucket;
  amount?: Value<Fen>;
  funds: Fund[];
  on_exhausted: OnExhausted;
  title?: string;
  source?: string;
}

/** A bundle ready to price claims, without its audit rules: what it is shown and chosen by, and closures. */
export interface Benefit {
  name: string;
  version: number;
  title: string;
  poolarea: string;
  admdvs: string[];
  insutype: string[];
  begndate: Day;
  enddate: Day;
  grace_days: number;
  /** Last day a box cut off may still settle under it: enddate + grace_days. */
  lastday: Day;
  sources: string[];
  buckets: Map<string, Bucket>;
  bucketList: Bucket[];
  pool: PoolStage[];
  layers: Layer[];
  budget?: Budget;
  accountParts: Part[];
}

const REQUIRED = [
  'bundle',
  'version',
  'poolarea',
  'admdvs',
  'begndate',
  'enddate',
  'insutype',
  'buckets',
  'pool',
];
const OPTIONAL = ['sources', 'layers', 'budget', 'account', 'grace_days', 'audit', 'offline'];

/** Reads all of a bundle's parsed JSON but what its `audit` block says; null when it is no object. */
export function compileBenefit(reader: Reader, json: unknown): Benefit | null {
  const object = reader.object('', json, REQUIRED, OPTIONAL);
  if (object === null) return null;
  const buckets = new Buckets(reader, object.buckets);
  const begndate = reader.day('begndate', object.begndate);
  const enddate = reader.day('enddate', object.enddate);
  if (enddate < begndate) reader.add('enddate', 'DATES_ORDER');
  const grace_days = has(object, 'grace_days') ? reader.whole('grace_days', object.grace_days, 0) : 0;
  const bundle: Benefit = {
    name: reader.text('bundle', object.bundle),
    version: reader.whole('version', object.version, 1),
    title: typeof object.title === 'string' ? object.title : '',
    poolarea: reader.text('poolarea', object.poolarea),
    admdvs: someTexts(reader, 'admdvs', object.admdvs),
    insutype: someTexts(reader, 'insutype', object.insutype),
    begndate,
    enddate,
    grace_days,
    lastday: addDays(enddate, grace_days),
    sources: has(object, 'sources') ? reader.texts('sources', object.sources) : [],
    buckets: new Map(buckets.all.map((bucket) => [bucket.name, bucket])),
    bucketList: buckets.all,
    pool: readAll(reader, 'pool', object.pool, (path, entry) => compileStage(reader, path, entry, buckets)),
    layers: has(object, 'layers')
      ? readAll(reader, 'layers', object.layers, (path, entry) => compileLayer(reader, path, entry, buckets))
      : [],
    accountParts: has(object, 'account') ? readAccount(reader, object.account) : [...PARTS],
  };
  if (has(object, 'budget')) bundle.budget = readBudget(reader, object.budget, buckets);
  checkIds(reader, bundle);
  checkBlocks(reader, object);
  buckets.finish();
  return bundle;
}

function someTexts(reader: Reader, path: string, value: unknown): string[] {
  const texts = reader.texts(path, value);
  if (Array.isArray(value) && value.length === 0) reader.add(path, 'EMPTY_LIST');
  return texts;
}

function readAll<T>(
  reader: Reader,
  path: string,
  value: unknown,
  read: (path: string, entry: unknown) => T | null,
): T[] {
  return reader.list(path, value).flatMap((entry, i) => {
    const made = read(`${path}[${i}]`, entry);
    return made === null ? [] : [made];
  });
}

function readBudget(reader: Reader, value: unknown, buckets: Buckets): Budget {
  const object = reader.object('budget', value, ['bucket', 'on_exhausted'], ['amount', 'funds']) ?? {};
  const budget: Budget = {
    bucket: buckets.take('budget.bucket', object.bucket, 'budget'),
    funds: has(object, 'funds') ? reader.words('budget.funds', object.funds, FUNDS) : ['hifp_pay'],
    on_exhausted: reader.oneOf('budget.on_exhausted', object.on_exhausted, [
      'warn',
      'refuse',
      'provider_bears',
    ]),
  };
  if (has(object, 'amount')) budget.amount = compileAmount(reader, 'budget.amount', object.amount);
  if (typeof object.title === 'string') budget.title = object.title;
  if (typeof object.source === 'string') budget.source = object.source;
  if (budget.on_exhausted === 'provider_bears' && budget.funds.join() !== 'hifp_pay')
    reader.add('budget.funds', 'BEARS_FUNDS');
  return budget;
}

function readAccount(reader: Reader, value: unknown): Part[] {
  const object = reader.object('account', value, [], ['parts']) ?? {};
  return has(object, 'parts') ? reader.words('account.parts', object.parts, PARTS) : [...PARTS];
}

function checkIds(reader: Reader, bundle: Benefit): void {
  const seen = new Set<string>();
  for (const [path, list] of [
    ['pool', bundle.pool],
    ['layers', bundle.layers],
  ] as const) {
    list.forEach((payer, i) => {
      if (seen.has(payer.id)) reader.add(at(`${path}[${i}]`, 'id'), 'DUPLICATE', payer.id);
      seen.add(payer.id);
    });
  }
}

/** `audit` and `offline` mean nothing to the price, but they must be objects or lists. */
function checkBlocks(reader: Reader, object: Json): void {
  for (const key of ['audit', 'offline']) {
    const value = object[key];
    if (value !== undefined && !isObject(value) && !Array.isArray(value))
      reader.add(key, 'WRONG_TYPE', ['an object or a list', '对象或列表']);
  }
}
