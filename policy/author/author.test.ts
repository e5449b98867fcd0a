/** What a policy officer sees: check, lints, leaflet, diff, schema. */
import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileBundle } from '../index.ts';
import { bundles } from '../testing/arbitrary.ts';
import { checkBundle, checkBundles, diffBundles, formatCheckLine, leaflet, repriceClaims } from './index.ts';
import { LINTS } from './lint-texts.ts';
import { lintDates } from './lints.ts';

type CheckReport = ReturnType<typeof checkBundle>;
type CheckLine = CheckReport['lines'][number];

const here = (path: string): URL => new URL(`../${path}`, import.meta.url);
const text = (path: string): string => readFileSync(here(path), 'utf8');
const { bundle: SEED, cases } = JSON.parse(text('vectors/adjudication/seed-002.json'));

function expected(line: CheckLine): string {
  const { level, code, path, message, message_zh } = line;
  return `line ${line.line} ${level} ${code} ${path || '-'}: ${message} | ${message_zh}`;
}

describe('broken and doubtful files', () => {
  const files = readdirSync(here('broken/'));
  it('are at least thirty', () => expect(files.length).toBeGreaterThan(30));
  it.each(files)('%s', (file) => {
    const content = text(`broken/${file}`);
    const wanted = [...content.matchAll(/^# expect: (.*)$/gm)].map(([, line]) => line);
    const said = checkBundle(content).lines.map(expected);
    expect(said.length === 0 ? ['nothing'] : said).toEqual(wanted);
  });
  it('are refused for pricing when they are broken', () => {
    for (const file of files) {
      const { lines, bundle } = checkBundle(text(`broken/${file}`));
      expect(bundle === null, file).toBe(lines.some((line) => line.level === 'error'));
    }
  });
  it('show every lint but those of several files', () => {
    const seen = files.flatMap((file) => checkBundle(text(`broken/${file}`)).lines.map((line) => line.code));
    const single = Object.keys(LINTS).filter((code) => !code.startsWith('DATES'));
    expect(single.filter((code) => !seen.includes(code as CheckLine['code']))).toEqual([]);
  });
});

describe('check', () => {
  it('lists every problem at once, in the order of the file', () => {
    const broken = text('broken/valid.yaml')
      .replace('version: 1', 'version: 0')
      .replace('rate: "0.50"', 'rate: "5"')
      .replace('times: "1"', 'times: "1.0"');
    expect(checkBundle(broken).lines.map(({ code }) => code)).toEqual([
      'OUT_OF_RANGE',
      'NOT_DECIMAL',
      'OUT_OF_RANGE',
    ]);
  });
  it('never throws on a file with a hole or a spill, and prices under none it refuses', () => {
    const good = text('broken/valid.yaml');
    const spill = fc.constantFrom(
      '',
      ' ',
      '\n',
      ':',
      '"',
      '{',
      '[',
      '- ',
      '1e3',
      '１',
      '\t',
      '&a',
      '*a',
      '!!js',
      '---',
    );
    fc.assert(
      fc.property(fc.nat(good.length), fc.nat(60), spill, (from, length, put) => {
        const { lines, bundle } = checkBundle(good.slice(0, from) + put + good.slice(from + length));
        expect(bundle === null).toBe(lines.some((line) => line.level === 'error'));
        for (const line of lines) expect(line.line).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });
  it('reads JSON too, and gives the line', () => {
    const json = JSON.stringify({ ...SEED, version: 'x' }, null, 2);
    const [line] = checkBundle(json).lines;
    expect(line).toMatchObject({ code: 'OUT_OF_RANGE', line: 3, path: 'version' });
    if (line) expect(formatCheckLine('a.json', line)).toContain('a.json:3 error OUT_OF_RANGE version');
  });
  it.each([
    '',
    '[',
    '{',
    '%',
    '&a [*a]',
    '- '.repeat(20_000),
    '\0',
    'a: *b',
    `x: ${'['.repeat(50_000)}`,
    'a'.repeat(2e6),
    '"'.repeat(20_000),
    'a: 1\n'.repeat(5_000),
    Array.from({ length: 4_000 }, (_, i) => `k${i}: &a${i} x\n`).join(''),
  ])('never throws on junk %#', (junk) => {
    const { lines, bundle } = checkBundle(junk);
    expect(bundle).toBeNull();
    expect(lines.length).toBeGreaterThan(0);
  });
});

it('a price per unit after one that always holds is never used', () => {
  const twice = '[{ when: {}, amount: "5.00" }, { amount: "4.00" }]';
  const { lines } = checkBundle(text('broken/valid.yaml').replace('per_unit: "5.00"', `per_unit: ${twice}`));
  expect(lines.map(({ code }) => code)).toEqual(['VALUE_UNREACHABLE']);
});

describe('dates of several bundles', () => {
  const make = (changes: object) => {
    const compiled = compileBundle({ ...SEED, ...changes });
    if (!compiled.ok) throw new Error('must compile');
    return compiled.bundle;
  };
  const now = make({});
  it('follow each other within the grace', () => {
    expect(lintDates([make({ bundle: 'b', begndate: '2025-02-01', enddate: '2025-12-31' }), now])).toEqual(
      [],
    );
    expect(lintDates([now, make({ version: 2 })])).toEqual([]);
  });
  it('leave a gap', () => {
    const next = make({ bundle: 'b', begndate: '2025-02-02', enddate: '2025-12-31' });
    expect(lintDates([now, next])[0]).toMatchObject({
      code: 'DATES_GAP',
      message: expect.stringContaining('2025-02-01'),
    });
  });
  it('are told of the file that comes after, with its line', () => {
    const next = JSON.stringify(
      { ...SEED, bundle: 'b', begndate: '2025-02-02', enddate: '2025-12-31' },
      null,
      1,
    );
    const [first, second] = checkBundles([JSON.stringify(SEED, null, 1), next, '{']);
    const dates = (report?: CheckReport) => report?.lines.filter(({ code }) => code.startsWith('DATES'));
    expect(dates(first)).toEqual([]);
    const [gap] = dates(second) ?? [];
    expect(gap).toMatchObject({ code: 'DATES_GAP', level: 'lint', path: 'begndate' });
    expect(next.split('\n')[(gap?.line ?? 0) - 1]).toContain('"begndate"');
  });
  it('overlap', () => {
    const other = make({ bundle: 'b', begndate: '2024-12-31', enddate: '2025-12-31' });
    expect(lintDates([now, other])[0]).toMatchObject({ code: 'DATES_OVERLAP' });
    expect(lintDates([now, make({ bundle: 'b', insutype: ['310'] })])).toEqual([]);
  });
});

describe('leaflet', () => {
  it('says the Hunyuan bundle in words', () => {
    const page = leaflet(JSON.parse(text('bundles/datong-hunyuan.json')));
    expect(page).toContain('- 报多少：在村卫生室看 60%；其他情况 55%');
    expect(page).toContain('- 和这里签了家庭医生的：再多报 5%');
    expect(page).toContain(
      '- 最多报：每年：同时登记了高血压和糖尿病 620 元；登记了高血压 260 元；其他人 360 元，报满后第二年 1 月 1 日起重新算',
    );
    expect(page).toContain('- 一共每年 3 万元；用完以后您照样报，只提醒卫生室。');
  });
  it('says layers, lines to pass first and fixed amounts too', () => {
    const shanwei = leaflet(JSON.parse(text('bundles/shanwei.json')));
    expect(shanwei).toContain(
      '- 先自己付：累计：低保、特困供养、孤儿 5000 元；其他人 1 万元，超过的部分才报',
    );
    expect(shanwei).toContain('- 超过的部分里，5 万元以上的：低保、特困供养、孤儿 75%；其他人 70%');
    expect(shanwei).toContain('- 报多少：100%（全报）');
    expect(shanwei).toContain(
      '- 最多报（特困供养、孤儿以外的人）：每年 10 万元，报满后第二年 1 月 1 日起重新算',
    );
    const zhanjiang = leaflet(JSON.parse(text('bundles/zhanjiang.json')));
    expect(zhanjiang).toContain(
      '- 报多少：一次固定报 6.30 元，一回看病最多算 1 次；费用没这么多的，有多少报多少',
    );
    expect(zhanjiang).toContain('- 最多报：每天 1 次，报满后第二天重新算');
  });
  it('says any valid bundle in words', () => {
    fc.assert(
      fc.property(bundles, (json) => {
        expect(leaflet(json)).not.toMatch(/undefined|\[object|NaN|null|true|false/);
      }),
    );
    for (const file of readdirSync(here('bundles/')))
      expect(leaflet(JSON.parse(text(`bundles/${file}`))), file).not.toMatch(
        /undefined|\[object|NaN|[a-z][._][a-z]/,
      );
  });
});

describe('diff', () => {
  const richer = structuredClone(SEED);
  richer.version = 2;
  richer.pool[1].limits[0].amount = '400.00';
  richer.pool[1].rate[0].rate = '0.55';
  it('names what changed, by id', () => {
    expect(diffBundles(SEED, richer)).toEqual([
      { path: 'version', before: 1, after: 2 },
      { path: 'pool[general].rate[0].rate', before: '0.6', after: '0.55' },
      { path: 'pool[general].limits[0].amount', before: '300.00', after: '400.00' },
    ]);
    expect(diffBundles(SEED, { ...SEED, pool: [SEED.pool[1], SEED.pool[0]] })).toEqual([
      { path: 'pool (order)', before: ['two-disease', 'general'], after: ['general', 'two-disease'] },
    ]);
    expect(diffBundles(SEED, { ...SEED, pool: [SEED.pool[0]] })).toEqual([
      { path: 'pool[general]', before: SEED.pool[1], after: undefined },
    ]);
  });
  it('says who gets more and who less', () => {
    const [a, b] = [compileBundle(SEED), compileBundle(richer)];
    if (!a.ok || !b.ok) throw new Error('must compile');
    const effect = repriceClaims(a.bundle, b.bundle, cases);
    expect(effect.more.map(({ name, delta }) => [name, delta])).toEqual([
      ['both spent: all to the person, and the doctor can say why', '13.68'],
    ]);
    expect(effect.less.find(({ name }) => name.startsWith('not registered'))?.delta).toBe('-1.24');
    expect(effect.more.length + effect.less.length + effect.same).toBe(cases.length);
  });
});

describe('the JSON Schema', () => {
  const validate = new Ajv2020({ allowUnionTypes: true }).compile(JSON.parse(text('bundle.schema.json')));
  const vectors = readdirSync(here('vectors/adjudication/'));
  it('accepts every valid bundle', () => {
    for (const file of vectors) {
      const { bundle } = JSON.parse(text(`vectors/adjudication/${file}`));
      expect(validate(bundle), `${file} ${JSON.stringify(validate.errors)}`).toBe(true);
    }
    for (const file of readdirSync(here('bundles/')))
      expect(validate(JSON.parse(text(`bundles/${file}`))), file).toBe(true);
  });
  it('refuses nothing that compiles, and most of what does not', () => {
    const invalid: { bundle: unknown }[] = JSON.parse(text('vectors/invalid-bundles.json'));
    const refused = invalid.filter(({ bundle }) => !validate(bundle)).length;
    expect(refused / invalid.length).toBeGreaterThan(0.7);
  });
});
