/** Reads parsed JSON of any shape. */

export type Json = Record<string, unknown>;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The objects in a list; none when it is no list. */
export function objects(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** Whether the object itself has the key, with a value. */
export function has(object: Json, key: string): boolean {
  return Object.hasOwn(object, key) && object[key] !== undefined;
}
