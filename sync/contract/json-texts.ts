/** Calls `look` with every text in a JSON value and the pointer (RFC 6901) to it; keys by `lookKey`. */
export function eachText(
  value: unknown,
  look: (path: string, text: string) => void,
  lookKey: (path: string, key: string) => void,
): void {
  function walk(path: string, one: unknown): void {
    if (typeof one === 'string') look(path, one);
    if (typeof one !== 'object' || one === null) return;
    for (const [key, entry] of Object.entries(one)) {
      const at = `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      lookKey(at, key);
      walk(at, entry);
    }
  }
  walk('', value);
}
