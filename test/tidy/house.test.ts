import { describe, expect, test } from 'vitest';
import { importsOf, product } from './sources.ts';

/** Which file may import which: the walls of the house (ARCHITECTURE.md, "The house"). */

/** What each top folder may import besides itself. */
const MAY_IMPORT: Record<string, string[]> = {
  policy: [],
  drivers: [],
  sync: ['drivers', 'policy'],
  'firmware-bridge': ['drivers', 'policy'],
  gateway: ['sync', 'firmware-bridge', 'drivers', 'policy'],
};

describe('imports', () => {
  test('go one way between the top folders', () => {
    const wrong = product.flatMap((source) => {
      const home = source.path.split('/')[0] ?? '';
      const allowed = [home, ...(MAY_IMPORT[home] ?? [])];
      return importsOf(source)
        .filter(({ target }) => !allowed.includes(target.split('/')[0] ?? ''))
        .map(({ target }) => `${source.path} imports ${target}`);
    });
    expect(wrong).toEqual([]);
  });

  test('of the product never lead into tests', () => {
    const wrong = product.flatMap((source) =>
      importsOf(source)
        .filter(({ target }) => /^test\/|\/testing\/|\.test\./.test(target))
        .map(({ target }) => `${source.path} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });
});
