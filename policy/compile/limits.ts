/**
 * The caps of a stage or layer, and the buckets its payments count in. Source: docs/adjudication.md "Step 2",
 * 1 and 5.
 */

import type { Fen } from '../fen.ts';
import { has, type Json } from '../json.ts';
import type { Bucket } from '../types.ts';
import type { Buckets } from './buckets.ts';
import { ALWAYS, type Condition, compileCondition } from './condition.ts';
import { COUNT_WORD } from './problems.ts';
import { at, type Reader } from './reader.ts';
import { compileAmount, type Value } from './value.ts';

/** Either `amount` or `times`. */
export interface Limit {
  bucket: Bucket;
  when: Condition;
  amount?: Value<Fen>;
  times?: number;
  source?: string;
}

export interface Deductible {
  bucket: Bucket;
  amount: Value<Fen>;
}

export function compileLimits(reader: Reader, path: string, owner: Json, buckets: Buckets): Limit[] {
  if (!has(owner, 'limits')) return [];
  const where = at(path, 'limits');
  return reader.list(where, owner.limits).flatMap((entry, i) => {
    const limit = compileLimit(reader, `${where}[${i}]`, entry, buckets);
    return limit === null ? [] : [limit];
  });
}

function compileLimit(reader: Reader, path: string, entry: unknown, buckets: Buckets): Limit | null {
  const object = reader.object(path, entry, ['bucket'], ['amount', 'times', 'when']);
  if (object === null) return null;
  const counted = has(object, 'times');
  if (counted === has(object, 'amount')) reader.add(path, 'LIMIT_KIND');
  const limit: Limit = {
    bucket: buckets.take(at(path, 'bucket'), object.bucket, counted ? 'times' : 'money'),
    when: has(object, 'when') ? compileCondition(reader, at(path, 'when'), object.when, false) : ALWAYS,
  };
  if (typeof object.source === 'string') limit.source = object.source;
  if (counted) limit.times = reader.decimal(at(path, 'times'), object.times, 0, COUNT_WORD);
  else limit.amount = compileAmount(reader, at(path, 'amount'), object.amount);
  return limit;
}

export function compileCounts(reader: Reader, path: string, owner: Json, buckets: Buckets): Bucket[] {
  if (!has(owner, 'counts')) return [];
  const where = at(path, 'counts');
  return reader.texts(where, owner.counts).map((name, i) => buckets.take(`${where}[${i}]`, name, 'money'));
}

export function compileDeductible(
  reader: Reader,
  path: string,
  owner: Json,
  buckets: Buckets,
): Deductible | undefined {
  if (!has(owner, 'deductible')) return undefined;
  const where = at(path, 'deductible');
  const object = reader.object(where, owner.deductible, ['amount', 'bucket']);
  if (object === null) return undefined;
  return {
    bucket: buckets.take(at(where, 'bucket'), object.bucket, 'deductible'),
    amount: compileAmount(reader, at(where, 'amount'), object.amount),
  };
}
