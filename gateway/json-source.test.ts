import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { locate, readJson } from './json-source.ts';

const TEXT = '{\r\n  "persons": [\r\n    {"psn_name": "刘建国", "a/b": [1, {"c": null}]},\n    {}\n  ]\n}\n';
const at = (pointer: string) => {
  const { line, column } = locate(TEXT, [pointer]).get(pointer) ?? {};
  return [line, column];
};

describe('a place in the file', () => {
  test.each([
    ['', 1, 1],
    ['/persons', 2, 14],
    ['/persons/0', 3, 5],
    ['/persons/0/psn_name', 3, 18],
    ['/persons/0/a~1b/1/c', 3, 42],
    ['/persons/1', 4, 5],
  ])('%j is line %i, column %i', (pointer, line, column) => {
    expect(at(pointer)).toEqual([line, column]);
  });

  test('of what is absent is what is around it', () => {
    expect(at('/persons/1/certno')).toEqual([4, 5]);
    expect(at('/nothing/at/all')).toEqual([1, 1]);
  });

  test('is found for every value of any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('', 2, '\t'), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const pointers = pointersOf(value);
        const places = locate(text, pointers);
        const lines = text.split('\n');
        for (const pointer of pointers) {
          const { line = 0, column = 0 } = places.get(pointer) ?? {};
          const rest = [...(lines[line - 1] ?? '')].slice(column - 1).join('');
          const first = JSON.stringify(valueAt(value, pointer))[0] ?? '';
          expect(rest.startsWith(first)).toBe(true);
        }
      }),
    );
  });
});

test('a key that stands twice in one object is found, and in two objects it is none', () => {
  expect(readJson('{"a":1,"b":{"a":2},"a":3}')).toMatchObject({ ok: true, doubled: ['/a'] });
  expect(readJson('[{"a":1},{"a":2,"\\u0061":3}]')).toMatchObject({ ok: true, doubled: ['/1/a'] });
  expect(readJson('{"a":"{\\"a\\":1}","b":[]}')).toMatchObject({ ok: true, doubled: [] });
});

test.each([
  ['a comma too many', '{\n "a": 1,\n}', 3, false],
  ['a Chinese comma', '{"a": 1，"b": 2}', 1, true],
  ['Chinese quotes', '{\n“a”: 1}', 2, true],
  ['nothing', '', 1, false],
  ['half of it', '{"a": [1,\n', 2, false],
])('%s is said with its line', (_what, text, line, chinesePunctuation) => {
  expect(readJson(text)).toMatchObject({ ok: false, position: { line }, chinesePunctuation });
});

function pointersOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inside = Object.entries(value).flatMap(([key, one]) =>
    pointersOf(one, `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  );
  return [path, ...inside];
}

function valueAt(value: unknown, pointer: string): unknown {
  const keys = pointer.split('/').slice(1);
  return keys.reduce(
    (one: unknown, key) => (one as Record<string, unknown>)[key.replaceAll('~1', '/').replaceAll('~0', '~')],
    value,
  );
}
