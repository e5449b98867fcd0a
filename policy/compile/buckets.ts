/**
 * The declared buckets and what each is used for. A bucket has one use and, unless it is the budget's,
 * belongs to the person. Source: docs/adjudication.md "The bundle".
 */
import { PERIODS } from '../calendar.ts';
import { has, isObject } from '../json.ts';
import type { Bucket, BucketUse } from '../types.ts';
import { at, type Reader } from './reader.ts';

export class Buckets {
  /** Sorted by name, so that answers list them in one order, whatever order the bundle has. */
  readonly all: Bucket[] = [];
  readonly #byName = new Map<string, Bucket>();
  readonly #reader: Reader;

  constructor(reader: Reader, value: unknown) {
    this.#reader = reader;
    if (!isObject(value)) {
      reader.add('buckets', 'WRONG_TYPE', 'an object');
      return;
    }
    for (const name of Object.keys(value).sort()) this.#declare(name, value[name]);
  }

  #declare(name: string, value: unknown): void {
    const path = at('buckets', name);
    const object = this.#reader.object(path, value, ['period'], ['scope', 'cum_type_code']) ?? {};
    const scope = has(object, 'scope') ? object.scope : 'person';
    const bucket: Bucket = {
      index: this.all.length,
      name,
      period: this.#reader.oneOf(at(path, 'period'), object.period, PERIODS),
      scope: this.#reader.oneOf(at(path, 'scope'), scope, ['person', 'clinic']),
    };
    if (typeof object.title === 'string') bucket.title = object.title;
    if (has(object, 'cum_type_code'))
      bucket.cum_type_code = this.#reader.text(at(path, 'cum_type_code'), object.cum_type_code);
    this.all.push(bucket);
    this.#byName.set(name, bucket);
  }

  /** The bucket that an entry names, marked with its use; a placeholder when it is not declared. */
  take(path: string, name: unknown, use: BucketUse, owner?: string): Bucket {
    const bucket = typeof name === 'string' ? this.#byName.get(name) : undefined;
    if (bucket === undefined) {
      if (name !== undefined) this.#reader.add(path, 'BUCKET_UNDECLARED', String(name).slice(0, 80));
      return { index: 0, name: '', period: 'visit', scope: 'person' };
    }
    const taken = bucket.use !== undefined && (bucket.use !== use || bucket.owner !== owner);
    if (taken) this.#reader.add(path, 'BUCKET_TWO_USES', bucket.name);
    if ((bucket.scope === 'clinic') !== (use === 'budget'))
      this.#reader.add(path, 'BUCKET_SCOPE', bucket.name);
    bucket.use = use;
    if (owner !== undefined) bucket.owner = owner;
    return bucket;
  }

  finish(): void {
    for (const bucket of this.all) {
      if (bucket.use === undefined)
        this.#reader.add(at('buckets', bucket.name), 'BUCKET_UNUSED', bucket.name);
    }
  }
}
