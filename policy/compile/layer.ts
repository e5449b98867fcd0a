/** A layer after the pool: `rate` or `bands` (大病保险). Source: docs/adjudication.md "Step 3". */

import type { Fen, Rate } from '../fen.ts';
import { has, type Json } from '../json.ts';
import type { Bucket } from '../types.ts';
import { FUNDS, PARTS, type Part } from '../types.ts';
import type { Buckets } from './buckets.ts';
import { compileDeductible, type Deductible } from './limits.ts';
import { at, type Reader } from './reader.ts';
import { compilePayer, kindOf, type Payer } from './stage.ts';
import { compileAmount, compileRate, type Value } from './value.ts';

export interface Layer extends Payer {
  base: Part[];
  deductible?: Deductible;
  rate?: Value<Rate>;
  bands?: Bands;
}

export interface Bands {
  bucket: Bucket;
  threshold: Value<Fen>;
  /** `upto` in fen above the threshold, rising; the last is Infinity. */
  bands: { upto: Fen; rate: Value<Rate> }[];
}

const OPTIONAL = ['when', 'limits', 'counts'];

export function compileLayer(reader: Reader, path: string, value: unknown, buckets: Buckets): Layer | null {
  const banded = kindOf(value) === 'bands';
  const required = ['id', 'kind', 'fund', 'fund_pay_type', 'base'];
  const own = banded ? ['bucket', 'threshold', 'bands'] : ['rate'];
  const object = reader.object(
    path,
    value,
    [...required, ...own],
    banded ? OPTIONAL : [...OPTIONAL, 'deductible'],
  );
  if (object === null) return null;
  reader.oneOf(at(path, 'kind'), object.kind, ['rate', 'bands']);
  if (object.fund === FUNDS[0]) reader.add(at(path, 'fund'), 'LAYER_FUND');
  const layer: Layer = {
    ...compilePayer(reader, path, object, buckets),
    base: reader.words(at(path, 'base'), object.base, PARTS),
  };
  if (banded) {
    layer.bands = readBands(reader, path, object, buckets);
    return layer;
  }
  layer.rate = compileRate(reader, at(path, 'rate'), object.rate, false);
  const deductible = compileDeductible(reader, path, object, buckets);
  if (deductible !== undefined) layer.deductible = deductible;
  return layer;
}

function readBands(reader: Reader, path: string, object: Json, buckets: Buckets): Bands {
  const where = at(path, 'bands');
  const list = reader.list(where, object.bands);
  if (Array.isArray(object.bands) && list.length === 0) reader.add(where, 'EMPTY_LIST');
  const bands = list.map((entry, i) => readBand(reader, `${where}[${i}]`, entry, i === list.length - 1));
  bands.forEach((band, i) => {
    const before = bands[i - 1]?.upto ?? 0;
    if (band.upto <= before) reader.add(`${where}[${i}]`, 'BANDS_ORDER');
  });
  return {
    bucket: buckets.take(at(path, 'bucket'), object.bucket, 'bands', path),
    threshold: compileAmount(reader, at(path, 'threshold'), object.threshold),
    bands,
  };
}

function readBand(reader: Reader, path: string, entry: unknown, last: boolean): Bands['bands'][number] {
  const object = reader.object(path, entry, ['rate'], ['upto']) ?? {};
  if (has(object, 'upto') === last) reader.add(path, 'BANDS_LAST');
  return {
    upto: has(object, 'upto') ? reader.money(at(path, 'upto'), object.upto) : Infinity,
    rate: compileRate(reader, at(path, 'rate'), object.rate, false),
  };
}
