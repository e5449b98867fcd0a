import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openTownship } from '../township.ts';
import { hashPin } from '../web/pin.ts';
import { demoJson } from './demo-seed.ts';
import { commands } from './township.ts';

const folder = mkdtempSync(join(tmpdir(), 'cunyitong-publish-'));
const state = join(folder, 'township');
afterAll(() => rmSync(folder, { recursive: true }));

let err = '';
let out = '';
beforeEach(() => {
  [err, out] = ['', ''];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += text;
    return true;
  });
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += text;
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

const CLINIC = 'H14022500001';
const { persons } = demoJson('roster');
const [LIU, GUO, REN] = persons;
const FILE = join(folder, 'r.json');

/** Runs a township command on bytes or JSON in r.json; gives the refusal, or null. */
async function run(word: string, content: unknown, values: object = {}): Promise<string | null> {
  const bytes = Buffer.isBuffer(content) ? content : JSON.stringify(content, null, 1);
  writeFileSync(FILE, bytes);
  try {
    await commands[`township ${word}`]?.run({ state, file: FILE, ...values }, []);
    return null;
  } catch (error) {
    return String(error);
  }
}

const publish = (name: string, content: unknown, values: object = {}) =>
  run('publish', content, { name, ...values });
/** Tables of one or two rows lose half of them from test to test. */
const roster = (content: unknown, values: object = {}) =>
  publish('roster', content, { clinic: CLINIC, shrink: true, ...values });

/** What a box of the clinic would get, parsed. */
function published(name: string, clinic = CLINIC) {
  const { office } = openTownship({ stateDir: state });
  const newest = office.datasets.newerThan({}, clinic).find((one) => one.name === name);
  const found = newest && office.datasets.content(name, newest.version, clinic);
  office.close();
  return found ? JSON.parse(found.content) : null;
}

describe('publish', () => {
  test('tells every bad row with line, column and cure, and signs nothing', async () => {
    const bad = {
      persons: [{ ...LIU, balc: 12.5 }, GUO, { ...REN, psn_name: '任\ufffd英', brdy: '1950-02-30' }],
    };
    expect(await roster(bad)).toContain('DATASET_INVALID');
    expect(err).toMatch(/r\.json:27:12 第 1 个“刘建国” balc TYPE_WRONG 类型不对.*；/);
    expect(err).toMatch(/r\.json:53:16 第 3 个“任.英” psn_name TEXT_DAMAGED 文字已经损坏/);
    expect(err).toMatch(/r\.json:57:12 第 3 个“任.英” brdy DAY_UNREAL 没有这一天/);
    expect(err).toContain('--skip-bad：这 2 行不发');
    expect(err).not.toContain(LIU.certno);
    expect([out, published('roster')]).toEqual(['', null]);
  });

  test('--skip-bad publishes the others and names who is missing', async () => {
    const bad = { persons: [{ ...LIU, balc: 12.5 }, GUO, { ...REN, psn_no: GUO.psn_no }] };
    expect(await roster(bad, { 'skip-bad': true })).toContain('no row is good');
    expect(await roster({ persons: [{ ...LIU, balc: 12.5 }, GUO] }, { 'skip-bad': true })).toBeNull();
    expect(out).toMatch(/^roster version 1 [0-9a-f]{64} without 1 rows\n$/);
    expect(err).toContain('下面 1 行没有发：刘建国');
    expect(published('roster').persons).toEqual([GUO]);
  });

  test('--skip-bad leaves out rows and nothing else', async () => {
    const damaged = { persons: [LIU], note: '\ufffd' };
    expect(await roster(damaged, { 'skip-bad': true })).toContain('DATASET_INVALID');
    expect(err).not.toContain('--skip-bad');
    const facts = { ...demoJson('clinic'), level: 1 };
    expect(await publish('clinic', facts, { 'skip-bad': true })).toContain('DATASET_INVALID');
  });

  test('names both rows of one number', async () => {
    expect(
      await roster({ persons: [LIU, GUO, { ...REN, certno: LIU.certno, brdy: LIU.brdy }] }),
    ).not.toBeNull();
    expect(err).toMatch(/第 1 个“刘建国” certno CERTNO_SHARED .*（另一处在第 51 行）/);
    expect(err).toMatch(/第 3 个“任桂英” certno CERTNO_SHARED .*（另一处在第 3 行）/);
  });

  test('takes GB18030 with a word, a byte order mark without one, and refuses what is neither', async () => {
    const text = JSON.stringify({ persons: [LIU, GUO] });
    expect(await roster(iconv.encode(text, 'gb18030'))).toBeNull();
    expect(err).toContain('已按 GB18030');
    expect(published('roster').persons).toEqual([LIU, GUO]);
    err = '';
    expect(await roster(Buffer.from(`\ufeff${text}`))).toBeNull();
    expect(err).not.toContain('GB18030');
    const cut = Buffer.from(text).subarray(0, 70);
    expect(await roster(cut)).toMatch(/TEXT_UNREADABLE|DATASET_INVALID/);
    expect(await roster(Buffer.from(text, 'utf16le'))).toContain('TEXT_UNREADABLE');
  });

  test('a table that loses more than a fifth of its rows is refused, unless that is meant', async () => {
    const clinic = 'H14022500077';
    const village = (to: number) => ({ persons: persons.slice(0, to) });
    expect(await publish('roster', village(300), { clinic })).toBeNull();
    expect(await publish('roster', village(3), { clinic })).toContain('EDITION_REFUSED');
    expect(err).toMatch(/正在用的 \d+ 人里有 \d+ 人这次没有.*加 --shrink\n.*would be missing.*--shrink/);
    const rows = village(300).persons.map((one: object, i: number) =>
      i < 70 ? { ...one, balc: '0,00' } : one,
    );
    expect(await publish('roster', { persons: rows }, { clinic, 'skip-bad': true })).toContain(
      'EDITION_REFUSED',
    );
    expect(published('roster', clinic).persons).toHaveLength(village(300).persons.length);
    expect(await publish('roster', village(3), { clinic, shrink: true })).toBeNull();
    expect(published('roster', clinic)).toEqual(village(3));
  });

  test('signs texts in their form', async () => {
    const clerks = { ...LIU, psn_name: ' 刘建国\u200b', certno: '140225 19740506 9155 ' };
    expect(await roster({ persons: [clerks] })).toBeNull();
    expect(err).toContain('有 2 处');
    expect(published('roster').persons).toEqual([LIU]);
  });

  test.each([
    ['{"persons": [\n{"psn_no": "1",\n"psn_no": "2"}]}', '3:11', 'MEMBER_TWICE'],
    ['{"persons": [\n{“psn_no”: "1"}]}', '2:2', '中文标点'],
    ['{"persons": [\n', '2:1', '引号、逗号、括号'],
  ])('of %j says where', async (text, place, why) => {
    expect(await roster(Buffer.from(text))).toContain('DATASET_INVALID');
    expect(err).toContain(`r.json:${place} `);
    expect(err).toContain(why);
  });

  test('sends a roster to nobody by omission, and to everybody when told to', async () => {
    const value = { persons: [LIU] };
    expect(await publish('roster', value)).toContain('--clinic');
    expect(await publish('operators', { operators: [] })).not.toBeNull();
    expect(await publish('roster', value, { clinic: CLINIC, 'all-clinics': true })).toContain('exclude');
    expect(await publish('roster', value, { 'all-clinics': true, shrink: true })).toBeNull();
    expect(published('roster', 'H14022500009').persons).toEqual([LIU]);
    expect(await publish('roster', value, { clinic: 'H14022500099' })).toBeNull();
    expect(err).toContain('H14022500099 is enrolled yet');
  });

  test.each(['h14022500001', 'H1402250O001', 'H14022500001 ', 'Ｈ14022500001', 'H1402250001'])(
    'takes no clinic “%s”, of publishing or inviting',
    async (code) => {
      expect(await publish('catalogue', demoJson('catalogue'), { clinic: code })).toContain('H 加 11 位');
      const facts = { ...demoJson('clinic'), fixmedins_code: code };
      if (/^[!-~]+$/.test(code))
        expect(await run('invite', facts, { clinic: FILE })).toContain('DATASET_INVALID');
    },
  );

  test('says which words no bundle in force has, by line', async () => {
    const chronic = [{ code: 'copd', begndate: '2022-01-01', enddate: null }];
    expect(await roster({ persons: [{ ...LIU, chronic }] })).toBeNull();
    expect(err).toMatch(/r\.json:\d+:\d+ “copd”正在用的政策都不认得/);
  });

  test('sends a clinic its own facts and no other', async () => {
    const facts = demoJson('clinic');
    expect(await publish('clinic', facts, { clinic: 'H14022500002' })).toContain(CLINIC);
    expect(await publish('clinic', facts)).toBeNull();
    expect(published('clinic')).toEqual(facts);
    expect(published('clinic', 'H14022500002')).toBeNull();
  });

  test('the demo’s people go to the demo’s clinic alone', async () => {
    expect(await run('seed', {}, { state: join(folder, 'demo') })).toBeNull();
    const names = (clinic: string) => {
      const { office } = openTownship({ stateDir: join(folder, 'demo') });
      const found = office.datasets.newerThan({}, clinic).map(({ name }) => name);
      office.close();
      return found;
    };
    expect(names(CLINIC)).toEqual(expect.arrayContaining(['catalogue', 'clinic', 'operators', 'roster']));
    expect(names('H14022500002').filter((name) => !name.startsWith('bundle/'))).toEqual([
      'catalogue',
      'diagnoses',
    ]);
  });

  test('refuses a bundle with what no eye sees in it, and what no box takes', async () => {
    const bundle = JSON.parse(
      readFileSync(new URL('../../policy/bundles/shanwei.json', import.meta.url), 'utf8'),
    );
    const name = `bundle/${bundle.bundle}`;
    expect(await publish(name, { ...bundle, insutype: ['390\u200b'] })).not.toBeNull();
    expect(err).toMatch(/r\.json:\d+ error TEXT_CONTROL insutype\[0\]/);
    const [first, ...others] = bundle.pool;
    const withWhen = (when: object) => ({ pool: [{ ...first, when }, ...others] });
    for (const [wrong, code] of [
      [{ insutype: ['39O'] }, 'NOT_ALLOWED insutype[0]'],
      [{ admdvs: ['14022'] }, 'ADMDVS_FORM admdvs[0]'],
      [withWhen({ level: 'villag' }), 'NOT_ALLOWED pool[0].when.level'],
      [withWhen({ chronic: ['hypertensoin'] }), 'WORD_MISSPELT pool[0].when.chronic[0]'],
    ] as const) {
      expect(await publish(name, { ...bundle, ...wrong })).not.toBeNull();
      expect(err).toContain(code);
    }
    expect(await publish('bundle/another', bundle)).toContain('another name');
    expect(await publish(name, bundle)).toBeNull();
    expect(published(name)).toEqual(bundle);
  });

  test('puts no bundle where it would leave the clinics without one, unless that is meant', async () => {
    const read = (file: string) =>
      JSON.parse(readFileSync(new URL(`../../policy/bundles/${file}.json`, import.meta.url), 'utf8'));
    const bundle = { ...read('chenzhou'), enddate: '2098-12-31', version: 2 };
    const name = `bundle/${bundle.bundle}`;
    const old = { ...bundle, version: 1, enddate: '2024-12-31' };
    expect(await publish(name, bundle)).toBeNull();
    expect(await publish(name, old)).toContain('EDITION_REFUSED');
    expect(err).toMatch(/version 改成 3；确实要这样发，加 --replace\n.* is in force.*--replace/);
    expect(err).toMatch(/全部自费.*\n.*covers today/);
    expect(await publish(name, old, { clinic: CLINIC })).toContain('EDITION_REFUSED');
    expect(await publish('bundle/b', { ...bundle, bundle: 'b' }, { replace: true })).toContain(
      'EDITION_REFUSED',
    );
    expect(err).toContain('日子重叠');
    expect(published(name)).toEqual(bundle);
    expect(await publish(name, bundle)).toBeNull();
    expect(await publish(name, old, { replace: true })).toBeNull();
    expect(published(name)).toEqual(old);
  });
});

describe('other files of an officer', () => {
  test('an invitation checks the clinic’s facts', async () => {
    const facts = demoJson('clinic');
    expect(await run('invite', facts, { clinic: FILE })).toBeNull();
    expect(out).toMatch(/^[0-9A-Z-]{20,40}\n$/);
    expect(await run('invite', { ...facts, level: undefined }, { clinic: FILE })).toContain(
      'DATASET_INVALID',
    );
    expect(err).toMatch(/r\.json:1:1 .*MEMBER_MISSING 缺少“level”/);
    expect(await run('invite', iconv.encode(JSON.stringify(facts), 'gb18030'), { clinic: FILE })).toBeNull();
  });

  test('operators get a hash of the PIN that they will type, whatever keyboard it was written on', async () => {
    const operator = { opter: 'D140225000001', opter_name: '赵东升', role: 'doctor', pin: '２４６８１０' };
    expect(await run('operators', { operators: [operator] })).toBeNull();
    const value = JSON.parse(out);
    const { salt, hash } = value.operators[0].pin;
    expect((await hashPin('246810', Buffer.from(salt, 'base64url'))).hash).toBe(hash);
    expect(await publish('operators', value, { clinic: CLINIC })).toBeNull();
    expect(await run('operators', { operators: [{ ...operator, pin: 246810 }] })).toContain(
      'DATASET_INVALID',
    );
    expect(await publish('operators', { operators: [operator] }, { clinic: CLINIC })).toContain(
      'DATASET_INVALID',
    );
  });
});
