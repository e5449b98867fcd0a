import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { circles, exportsOf, folderOf, importsOf, product, sources } from './sources.ts';

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

  test('form no circle of files, types included', () => {
    expect(circles(sources)).toEqual([]);
  });

  test('enter a folder by its index.ts where it has one', () => {
    const doors = new Set(
      sources.filter(({ path }) => basename(path) === 'index.ts').map(({ path }) => folderOf(path)),
    );
    /** What may be entered from `from`: the innermost room with a door that `from` stands outside of. */
    const closedTo = (from: string, target: string): boolean => {
      const rooms = [...doors].filter(
        (door) => target.startsWith(`${door}/`) && !from.startsWith(`${door}/`),
      );
      const innermost = rooms.sort((a, b) => b.length - a.length)[0];
      // A module's table of error codes is read by whoever joins the tables, without loading the module.
      return (
        innermost !== undefined && !['index.ts', 'errors.ts'].includes(target.slice(innermost.length + 1))
      );
    };
    const wrong = product.flatMap((source) =>
      importsOf(source)
        .filter(({ target }) => closedTo(source.path, target))
        .map(({ target }) => `${source.path} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });
});

test('no export is dead: another file of the product or a test uses it', () => {
  const used = new Map<string, Set<string>>();
  for (const source of sources) {
    for (const { target, names } of importsOf(source)) {
      const known = used.get(target) ?? new Set();
      for (const name of names) known.add(name);
      used.set(target, known);
    }
  }
  const dead = product.flatMap((source) => {
    const known = used.get(source.path) ?? new Set();
    if (known.has('*')) return [];
    return exportsOf(source)
      .filter((name) => !known.has(name))
      .map((name) => `${source.path} ${name}`);
  });
  expect(dead).toEqual([]);
});
