import { Ajv, type ErrorObject } from 'ajv';
import type { Static, TSchema } from 'typebox';
import { SyncError, type SyncErrorCode } from '../errors.ts';

const PATH_CHARACTERS_MAX = 120;

const ajv = new Ajv({ strict: true, unicodeRegExp: true });

/**
 * Which member, as a path: `/answer/setlinfo required medfee_sumamt`. Names that the schema does not know are
 * those of somebody else, and left out like every value.
 */
function faultOf({
  instancePath,
  keyword,
  params,
}: Pick<ErrorObject, 'instancePath' | 'keyword' | 'params'>) {
  const path = instancePath.replace(/[^A-Za-z0-9_/-]/g, '').slice(0, PATH_CHARACTERS_MAX);
  const missing = keyword === 'required' ? String(params.missingProperty) : '';
  return [path, keyword, missing].filter((word) => word !== '').join(' ');
}

/**
 * A validator that throws `code` for another shape; the text names the member and the failed keyword, never
 * the value.
 */
export function shapeOf<S extends TSchema>(
  schema: S,
  what: string,
  code: SyncErrorCode = 'MESSAGE_REFUSED',
): (value: unknown) => Static<S> {
  const validate = ajv.compile<Static<S>>(schema);
  return (value) => {
    if (validate(value)) return value;
    const [first] = validate.errors ?? [];
    throw new SyncError(code, `not a ${what}: ${first ? faultOf(first) : 'shape'}`);
  };
}
