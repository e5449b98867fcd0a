/** Parsed JSON of any shape, and what may be said of it safely. */

export type Json = Record<string, unknown>;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether the object itself has the key, with a value. */
export function has(object: Json, key: string): boolean {
  return Object.hasOwn(object, key) && object[key] !== undefined;
}
