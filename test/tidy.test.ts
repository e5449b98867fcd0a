import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { errorsMarkdown } from '../gateway/cli/errors.ts';
import { ERRORS } from '../gateway/errors.ts';

/** Reads the code base and holds it to the house's rules (ARCHITECTURE.md, "Rules a test holds"). */

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const FOLDERS = ['policy', 'drivers', 'sync', 'firmware-bridge', 'gateway', 'test', 'scripts'];

interface Source {
  path: string;
  lines: string[];
}

const sources: Source[] = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|mjs)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ path: relative(ROOT, file), lines: readFileSync(file, 'utf8').split('\n') })),
);
const isTest = ({ path }: Source) =>
  path.startsWith('test/') ||
  /\.(test|conformance|bench)\.tsx?$/.test(path) ||
  /\/(testing|bench)\//.test(path);
const product = sources.filter((source) => !isTest(source) && !source.path.startsWith('scripts/'));

/** `file:line text` of every line of `among` that fits. */
function found(among: Source[], fits: RegExp): string[] {
  return among.flatMap(({ path, lines }) =>
    lines.flatMap((line, index) => (fits.test(line) ? [`${path}:${index + 1} ${line.trim()}`] : [])),
  );
}

/** What each top folder may import besides itself. */
const MAY_IMPORT: Record<string, string[]> = {
  policy: [],
  drivers: [],
  sync: ['drivers', 'policy'],
  'firmware-bridge': ['drivers', 'policy'],
  gateway: ['sync', 'firmware-bridge', 'drivers', 'policy'],
};

function importsOf({ path, lines }: Source): string[] {
  const names = lines.join('\n').matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g);
  return [...names].map(([, name]) => relative(ROOT, resolve(ROOT, dirname(path), name ?? '')));
}

describe('the house', () => {
  test('imports go one way', () => {
    const wrong = product.flatMap((source) => {
      const home = source.path.split('/')[0] ?? '';
      const allowed = [home, ...(MAY_IMPORT[home] ?? [])];
      return importsOf(source)
        .filter((target) => !allowed.includes(target.split('/')[0] ?? ''))
        .map((target) => `${source.path} imports ${target}`);
    });
    expect(wrong).toEqual([]);
  });

  test('the product never imports from test', () => {
    expect(product.flatMap(importsOf).filter((target) => target.startsWith('test/'))).toEqual([]);
  });

  test('clock and chance are reached in the composition only', () => {
    const composition = /^gateway\/(real\.ts|clinic\.ts|cli\/|demo\/|clinic\/page\/)/;
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

  test('there is no float money', () => {
    const money = product.filter(({ path }) => /^(policy|sync|gateway)\//.test(path));
    expect(found(money, /parseFloat\(|Number\([^)]*(amt|pay|fee|pric|sum)/)).toEqual([]);
  });

  test('nothing is told to look away', () => {
    const silenced = [
      '@ts-ignore',
      '@ts-expect-error',
      '@ts-nocheck',
      'biome-ignore',
      'c8 ignore',
      'v8 ignore',
      'istanbul ignore',
    ];
    const others = sources.filter(({ path }) => path !== 'test/tidy.test.ts');
    expect(found(others, new RegExp(silenced.join('|')))).toEqual([]);
    expect(found(others, /\b(it|test|describe)\.(skip|only|todo|fails)\(/)).toEqual([]);
    expect(found(others, /\b(TODO|FIXME|XXX)\b/)).toEqual([]);
  });

  test('no file is so long that a wall must be missing', () => {
    const longerThan = (lines_max: number, among: Source[]) =>
      among
        .filter(({ lines }) => lines.length > lines_max)
        .map(({ path, lines }) => `${path}: ${lines.length}`);
    expect(longerThan(350, product)).toEqual([]);
    expect(longerThan(500, sources)).toEqual([]);
  });
});

describe('errors', () => {
  test('every code has all four parts', () => {
    const rows = Object.entries(ERRORS);
    expect(rows.length).toBeGreaterThan(50);
    for (const [code, row] of rows) {
      expect(Object.keys(row).sort(), code).toEqual(['cause', 'doctor', 'engineer', 'money']);
      for (const text of Object.values(row)) expect(text.length, code).toBeGreaterThan(1);
      expect(row.doctor, code).toMatch(/[\u4e00-\u9fff]/);
    }
  });

  test('no code stands in two tables', async () => {
    const tables = await Promise.all([
      import('../policy/errors.ts').then((m) => m.POLICY_ERRORS),
      import('../drivers/errors.ts').then((m) => m.DRIVER_ERRORS),
      import('../sync/errors.ts').then((m) => m.SYNC_ERRORS),
      import('../gateway/ledger/errors.ts').then((m) => m.LEDGER_ERRORS),
      import('../gateway/clinic/visit/errors.ts').then((m) => m.VISIT_ERRORS),
      import('../gateway/web/errors.ts').then((m) => m.HTTP_ERRORS),
    ]);
    const codes = tables.flatMap((table) => Object.keys(table));
    expect(codes.length).toBe(new Set(codes).size);
    expect([...codes].sort()).toEqual(Object.keys(ERRORS).sort());
  });

  test('docs/errors.md is the table', () => {
    expect(readFileSync(join(ROOT, 'docs/errors.md'), 'utf8')).toBe(errorsMarkdown());
  });

  test('every code the product throws is documented', () => {
    const thrown = product.flatMap(({ lines }) =>
      [
        ...lines.join('\n').matchAll(/new (?:Refusal|SyncError|LedgerError|DriverProblem)\(\s*'([A-Z_]+)'/g),
      ].map(([, code]) => code ?? ''),
    );
    expect(thrown.length).toBeGreaterThan(20);
    expect(thrown.filter((code) => !Object.hasOwn(ERRORS, code))).toEqual([]);
  });
});

describe('what is tracked', () => {
  test('names no path or host of one machine', () => {
    const listed = ['README.md', 'README.zh-CN.md', 'ARCHITECTURE.md', 'package.json', '.ci/run', '.npmrc'];
    const texts = listed.map((path) => ({ path, lines: readFileSync(join(ROOT, path), 'utf8').split('\n') }));
    expect(
      found(
        [...texts, ...sources.filter(({ path }) => path !== 'test/tidy.test.ts')],
        /\/work\/|registry\.npmjs/,
      ),
    ).toEqual([]);
  });
});
