import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { found, product, ROOT, type Source, sources, tests } from './sources.ts';

/** What a line of code may not do, and how long files and lines may be. */

/** Lines of a file; ARCHITECTURE.md names the same numbers. */
const PRODUCT_LINES_MAX = 300;
const TEST_LINES_MAX = 450;
/** As biome.json has it for code. */
const COLUMNS_MAX = 110;

const self = 'test/tidy/code.test.ts';
const others = sources.filter(({ path }) => path !== self);

describe('the code', () => {
  test('reaches clock and chance in the composition only', () => {
    const composition = /^gateway\/(real\.ts|clinic\.ts|township\.ts|cli\/|demo\/|clinic\/page\/)/;
    const reach =
      /Date\.now\(|new Date\(\)|Math\.random\(|randomUUID\(|randomBytes\(|performance\.now\(|hrtime|(?<![.\w])setTimeout\(|(?<![.\w])setInterval\(/;
    // Serial and TCP lines wrap a library; the interface of `Clock` and comments only name the call.
    const lines = found(
      product.filter(({ path }) => !composition.test(path)),
      reach,
    ).filter(
      (line) =>
        !/\b(setTimeout|setInterval)\(fn: \(\) => void/.test(line) && !/:\d+ (\*|\/\/|\/\*\*)/.test(line),
    );
    expect(lines).toEqual([]);
  });

  test('has no float money', () => {
    const money = product.filter(({ path }) => /^(policy|sync|gateway)\//.test(path));
    expect(found(money, /parseFloat\(|Number\([^)]*(amt|pay|fee|pric|sum)/)).toEqual([]);
  });

  test('tells nobody to look away', () => {
    const silenced = [
      '@ts-ignore',
      '@ts-expect-error',
      '@ts-nocheck',
      'biome-ignore',
      'c8 ignore',
      'v8 ignore',
      'istanbul ignore',
    ];
    expect(found(others, new RegExp(silenced.join('|')))).toEqual([]);
    expect(found(others, /\b(it|test|describe)\.(skip|only|todo|fails)\(/)).toEqual([]);
    expect(found(others, /\b(TODO|FIXME|XXX)\b/)).toEqual([]);
  });

  test('of the product casts nothing by way of unknown', () => {
    expect(found(product, /\bas unknown as\b/)).toEqual([]);
  });

  test('stands in files short enough to read', () => {
    const longerThan = (max: number, among: Source[]) =>
      among
        .filter(({ lines }) => lines.length - 1 > max)
        .map(({ path, lines }) => `${path}: ${lines.length - 1}`);
    expect(longerThan(PRODUCT_LINES_MAX, product)).toEqual([]);
    expect(longerThan(TEST_LINES_MAX, tests)).toEqual([]);
    const architecture = readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8');
    expect(architecture).toContain(`${PRODUCT_LINES_MAX} lines, a test file ${TEST_LINES_MAX}`);
  });

  test('keeps its comments within the width of a line', () => {
    const comment = /^\s*(\/\/|\/?\*)|\s\/\/ /;
    const wide = sources.flatMap(({ path, lines }) =>
      lines.flatMap((line, index) =>
        line.length > COLUMNS_MAX && comment.test(line) ? [`${path}:${index + 1} ${line.length}`] : [],
      ),
    );
    expect(wide).toEqual([]);
  });

  test('names no path or host of one machine', () => {
    const listed = ['README.md', 'README.zh-CN.md', 'ARCHITECTURE.md', 'package.json', '.ci/run', '.npmrc'];
    const texts = listed.map((path) => ({ path, lines: readFileSync(join(ROOT, path), 'utf8').split('\n') }));
    for (const { path, lines } of [...texts, ...others])
      expect(
        lines.filter((line) => /\/work\/|registry\.npmjs/.test(line)),
        path,
      ).toEqual([]);
  });
});
