import { Ajv } from 'ajv';
import type { Static, TSchema } from 'typebox';
import { SyncError, type SyncErrorCode } from '../errors.ts';

const ajv = new Ajv({ strict: true, unicodeRegExp: true });

/** A validator that throws `code` for another shape; the text names the failed keyword, never the value. */
export function shapeOf<S extends TSchema>(
  schema: S,
  what: string,
  code: SyncErrorCode = 'MESSAGE_REFUSED',
): (value: unknown) => Static<S> {
  const validate = ajv.compile<Static<S>>(schema);
  return (value) => {
    if (validate(value)) return value;
    const [first] = validate.errors ?? [];
    throw new SyncError(code, `not a ${what}: ${first?.keyword ?? 'shape'}`);
  };
}
