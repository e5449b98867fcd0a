import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createJudge, type Judge } from './judge.ts';
import { makeScratch, type Scratch } from './scratch.ts';
import { drawn, type Mutant, mutantsOf, productFiles, productMutants } from './sites.ts';
import { withRows } from './table.ts';

const FEE = `export const fee = (days: number): number => (days > 3 ? 2 : 1);
export const late = (days: number): boolean => days > 30;
export const limit = (): number => 50;
export const kind: 'day' | 'night' = 'day';
export const rest = (left: number): number => {
  while (left > 0) left -= 1;
  return left;
};
`;
const spec = (name: string, from: string, expectation: string) => `import { expect, test } from 'vitest';
${from}
test('${name}', () => { ${expectation} });
`;

/** A product of one file with tests near it, tests that import it, and one that finds it by its path. */
const FILES: Record<string, string> = {
  'package.json': '{ "type": "module" }',
  'tsconfig.json': `{ "compilerOptions": { "strict": true, "module": "nodenext", "types": [], "noEmit": true,
    "noUnusedLocals": true, "allowImportingTsExtensions": true, "skipLibCheck": true }, "include": ["policy/price/fee.ts"] }`,
  'vitest.config.ts':
    "export default { test: { include: ['{policy,test}/**/*.test.ts'], testTimeout: 2000 } };",
  'policy/price/fee.ts': FEE,
  'policy/price/fee.test.ts': spec(
    'days',
    "import { fee, rest } from './fee.ts';",
    'expect([fee(1), fee(9), rest(2)]).toEqual([1, 2, 0]);',
  ),
  'policy/price/red.test.ts': spec('red', '', 'expect(1).toBe(2);'),
  'policy/late.test.ts': spec(
    'late',
    "import { late } from './price/fee.ts';",
    'expect([late(30), late(31)]).toEqual([false, true]);',
  ),
  'test/limit.test.ts': spec(
    'limit',
    "const { limit } = await import(new URL('../policy/price/fee.ts', import.meta.url).pathname);",
    'expect(limit()).toBe(50);',
  ),
};

describe('the judge', () => {
  let tree: string;
  let scratch: Scratch;
  let judge: Judge;
  beforeAll(() => {
    tree = mkdtempSync(join(tmpdir(), 'cyt-planted-'));
    for (const [path, text] of Object.entries(FILES)) {
      mkdirSync(join(tree, dirname(path)), { recursive: true });
      writeFileSync(join(tree, path), text);
    }
    symlinkSync(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(tree, 'node_modules'));
    scratch = makeScratch(tree);
    judge = createJudge(scratch);
  });
  afterAll(() => {
    scratch.remove();
    rmSync(tree, { recursive: true });
  });

  const planted = (operator: string, original: string): Mutant => {
    const found = mutantsOf('policy/price/fee.ts', FEE).find(
      (mutant) => mutant.operator === operator && mutant.original === original,
    );
    if (!found) throw new Error(`nothing to break in ${original}`);
    return found;
  };

  test.each([
    ['boundary', 'days > 3', 'survived', ''],
    ['condition negated', 'days > 3', 'killed', 'policy/price/fee.test.ts: days'],
    ['boundary', 'days > 30', 'killed', 'policy/late.test.ts: late'],
    ['constant', '50', 'killed', 'test/limit.test.ts: limit'],
    ['string emptied', "'day'", 'does not compile', ''],
  ])(
    '%s of %s: %s',
    async (operator, original, outcome, by) => {
      expect(await judge.judge(planted(operator, original))).toEqual({ outcome, by });
      expect(judge.redWithout()).toEqual(
        original === "'day'" ? expect.anything() : ['policy/price/red.test.ts'],
      );
    },
    300_000,
  );
});

describe('the mutants of a file', () => {
  const short = (text: string, file = 'x.ts') =>
    mutantsOf(file, text).map(({ operator, original, mutated }) => [operator, original, mutated]);

  test('break what runs, with the text around it whole', () => {
    expect(short("if (药.length <= 2 && !done) tell('𠮷');")).toEqual([
      ['condition negated', '药.length <= 2 && !done', '!(药.length <= 2 && !done)'],
      ['condition true', '药.length <= 2 && !done', 'true'],
      ['condition false', '药.length <= 2 && !done', 'false'],
      ['logic', '药.length <= 2 && !done', '药.length <= 2 || !done'],
      ['boundary', '药.length <= 2', '药.length < 2'],
      ['constant', '2', '3'],
      ['constant', '2', '1'],
      ['sign removed', '!done', 'done'],
      ['statement removed', "tell('𠮷');", ';'],
      ['string emptied', "'𠮷'", "''"],
    ]);
    expect(short('async function f(): Promise<void> {\n  await g();\n}')).toEqual([
      ['return early', 'async function f(): Promise<void> {', 'async function f(): Promise<void> { return;'],
      ['statement removed', 'await g();', ';'],
      ['await removed', 'await g()', 'g()'],
    ]);
    expect(short('const left = Math.max(0, a?.b() ?? -c);').map(([operator]) => operator)).toEqual([
      'method',
      'constant',
      'constant',
      'logic',
      'optional call removed',
      'sign removed',
    ]);
  });

  test('leave types, imports, keys and style classes alone', () => {
    const text = `import type { A } from './a.ts';
      export const a = { 'x-y': b as 'one' | 2 } satisfies A;
      type B = { kind: 'b'; n: 1 };`;
    expect(short(text)).toEqual([]);
    expect(short('<p class="wide" title="药">有</p>;', 'x.tsx')).toEqual([
      ['statement removed', '<p class="wide" title="药">有</p>;', ';'],
      ['string emptied', '"药"', "''"],
      ['string emptied', '有', ''],
    ]);
  });

  test('are drawn from all of the product, the same for the same seed', () => {
    const root = fileURLToPath(new URL('../../', import.meta.url));
    const files = productFiles(root);
    expect(files.filter((path) => /\.test\.|\/testing\/|^test\/|demo\/data/.test(path))).toEqual([]);
    const all = productMutants(root);
    const first = drawn(all, 1);
    expect(first.slice(0, 50)).toEqual(drawn(all, 1).slice(0, 50));
    expect(first.slice(0, 50)).not.toEqual(drawn(all, 2).slice(0, 50));
    const tops = new Set(first.map(({ file }) => file.split('/')[0]));
    expect([...tops].sort()).toEqual(['drivers', 'firmware-bridge', 'gateway', 'policy', 'sync']);
    expect(files.some((path) => path.endsWith('.tsx'))).toBe(true);
  });
});

test('the table keeps the rows of the same draw and code, and no others', () => {
  const row = (number: number, outcome: 'killed' | 'survived') => {
    const [mutant] = mutantsOf('a.ts', 'f(a || b)').filter(({ operator }) => operator === 'logic') as [
      Mutant,
    ];
    return { draw: number, mutant, verdict: { outcome, by: outcome === 'killed' ? 'a.test.ts: x | y' : '' } };
  };
  const rowsOf = (docs: string) => docs.split('\n').filter((line) => /^\| \d/.test(line));
  const empty = '# Title\n<!-- the drawn mutants: begin -->\n<!-- the drawn mutants: end -->\nrest\n';
  const first = withRows(empty, 7, 'aaaaaaaa', [row(12, 'survived'), row(3, 'killed')]);
  expect(rowsOf(first)).toEqual([
    '| 3 | a.ts:1 | logic | `` a \\|\\| b `` → `` a && b `` | killed: a.test.ts: x \\| y |',
    '| 12 | a.ts:1 | logic | `` a \\|\\| b `` → `` a && b `` | survived |',
  ]);
  expect(first).toMatch(/^# Title\n.*\nrest\n$/s);
  const again = withRows(first, 7, 'aaaaaaaa', [row(12, 'killed')]);
  expect(rowsOf(again).map((line) => line.includes('killed'))).toEqual([true, true]);
  for (const [seed, mark] of [
    [8, 'aaaaaaaa'],
    [7, 'bbbbbbbb'],
  ] as const)
    expect(rowsOf(withRows(first, seed, mark, [row(5, 'killed')]))).toHaveLength(1);
  expect(() => withRows('no markers', 7, 'aaaaaaaa', [])).toThrow('the document has no');
});
