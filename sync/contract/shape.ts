import { Ajv, type ValidateFunction } from 'ajv';
import type { TSchema } from 'typebox';
import { SyncError } from '../errors.ts';

const ajv = new Ajv({ strict: true, unicodeRegExp: true });

/** A check that refuses with MESSAGE_REFUSED, naming where the shape differs and never what stands there. */
export function shapeOf<T>(schema: TSchema, what: string): (value: unknown) => T {
  const validate: ValidateFunction = ajv.compile(schema);
  return (value) => {
    if (validate(value)) return value as T;
    const [first] = validate.errors ?? [];
    throw new SyncError('MESSAGE_REFUSED', `not a ${what}: ${first?.keyword ?? 'shape'}`);
  };
}
