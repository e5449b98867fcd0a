import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkDataset, titleOf, withoutRows } from './check.ts';
import { lexiconOf } from './lexicon.ts';

const demo = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../gateway/demo/data/${name}.json`, import.meta.url), 'utf8'));
const TODAY = '2026-11-28';
const [LIU, GUO] = demo('roster').persons;
const row = (changes: object, of: object = LIU) => ({ ...of, ...changes });
const roster = (...persons: object[]) => checkDataset('roster', { persons }, TODAY);
/** `/place CODE` of every fault. */
const faults = ({ faults: found }: ReturnType<typeof checkDataset>) =>
  found.map(({ path, code }) => `${path.replace('/persons', '')} ${code}`);

test.each(['roster', 'catalogue', 'diagnoses', 'clinic'] as const)('the demo’s %s is good', (name) => {
  expect(checkDataset(name, demo(name), TODAY)).toEqual({ value: demo(name), mended: 0, faults: [] });
});

describe('a text', () => {
  test('is brought into its form: names keep their width, codes and numbers lose theirs', () => {
    const {
      value,
      mended,
      faults: none,
    } = roster(
      row({
        psn_no: '　14022500000000000001',
        psn_name: ' 刘\u200b建国 ',
        certno: '140225.197405069155',
        insutype: '３９０',
        balc: '０.00 ',
      }),
    );
    expect([mended, none]).toEqual([5, []]);
    expect(value).toEqual({ persons: [LIU] });
    const drug = {
      ...demo('catalogue').items[0],
      hilist_name: '阿莫西林（０.25g）',
      med_list_codg: 'ＸＡ０１',
    };
    expect(checkDataset('catalogue', { items: [drug] }, TODAY).value).toMatchObject({
      items: [{ hilist_name: '阿莫西林（０.25g）', med_list_codg: 'XA01' }],
    });
  });

  test.each([
    ['a replacement mark', { psn_name: '刘\ufffd国' }, '/0/psn_name TEXT_DAMAGED'],
    ['half a pair', { psn_name: '刘\ud800' }, '/0/psn_name TEXT_DAMAGED'],
    ['a control', { psn_name: '刘\u001b@国' }, '/0/psn_name TEXT_CONTROL'],
    ['a key that no eye sees', { 'psn_no\u200b': 'x' }, '/0/psn_no\u200b TEXT_CONTROL'],
  ])('with %s is refused', (_what, changes, fault) => {
    expect(faults(roster(row(changes)))).toContain(fault);
  });
});

describe('a row', () => {
  test.each([
    ['a number for an amount', { balc: 12.5 }, ['/0/balc TYPE_WRONG']],
    ['an amount of one place', { balc: '12.5' }, ['/0/balc FORM_WRONG']],
    ['no name', { psn_name: ' ' }, ['/0/psn_name EMPTY']],
    ['a member that is missing', { certno: undefined }, ['/0 MEMBER_MISSING']],
    [
      'a wrong kind in a list',
      { chronic: [{ code: 'x', begndate: '2022', enddate: null }] },
      ['/0/chronic/0/begndate FORM_WRONG'],
    ],
    ['a word for a day that may be absent', { paus_insu_date: 'x' }, ['/0/paus_insu_date FORM_WRONG']],
    ['a birth date that is no day', { brdy: '1974-02-30' }, ['/0/brdy DAY_UNREAL']],
    ['29 February of 1900', { brdy: '1900-02-29' }, ['/0/brdy DAY_UNREAL']],
    ['a birth date ahead', { brdy: '2026-11-29' }, ['/0/brdy DAY_AHEAD']],
    ['a birth date of another age', { brdy: '0974-05-06' }, ['/0/brdy DAY_UNREAL']],
    [
      'a registration from a day that is none',
      { chronic: [{ code: 'x', begndate: '2022-02-31', enddate: null }] },
      ['/0/chronic/0/begndate DAY_UNREAL'],
    ],
    [
      'an identity that ends before it begins',
      {
        psn_idet_type: [{ code: 'x', begntime: '2024-01-01', endtime: '2023-12-31' }],
      },
      ['/0/psn_idet_type/0/endtime DAYS_REVERSED'],
    ],
    ['a pause on no day', { paus_insu_date: '2026-13-01' }, ['/0/paus_insu_date DAY_UNREAL']],
    ['a digit mistyped', { certno: '140225197405069165' }, ['/0/certno CERTNO_CHECK']],
    [
      'a former number mistyped',
      { psn_cert_type: '07', certno: 'GBR110019740506', former_certno: ['932682197405060014'] },
      ['/0/former_certno/0 CERTNO_CHECK'],
    ],
    ['a digit too few', { certno: '14022519740506915' }, ['/0/certno CERTNO_FORM']],
    ['the number of another day of birth', { brdy: '1974-06-05' }, ['/0/certno CERTNO_BIRTH']],
  ])('with %s is told with its place', (_what, changes, expected) => {
    const found = roster(row(changes), GUO);
    expect(faults(found)).toEqual(expected);
    for (const { what, cure } of found.faults)
      expect(what + cure).toMatch(/[\u4e00-\u9fff].*[\u4e00-\u9fff]/);
  });

  test.each([
    ['a foreigner’s card of 2017', { psn_cert_type: '07', certno: 'gbr110019740506' }],
    ['a Hong Kong permit', { psn_cert_type: '04', certno: 'H12345678' }],
    ['a passport', { psn_cert_type: '08', certno: 'E12345678' }],
    ['fifteen digits', { certno: '140225740506915' }],
    [
      'a foreigner with two cards',
      { psn_cert_type: '07', certno: '93268219740506001X', former_certno: ['gbr 110019740506'] },
    ],
    ['a foreign name of 120 letters', { psn_name: 'A'.repeat(120) }],
    [
      'an end on the day of the beginning',
      {
        chronic: [{ code: 'hypertension', begndate: '2024-01-01', enddate: '2024-01-01' }],
      },
    ],
    ['a baby of today', { certno: '140225202611289152', brdy: '2026-11-28' }],
  ])('of %s is good', (_what, changes) => {
    expect(faults(roster(row(changes)))).toEqual([]);
  });
});

/** `/place CODE` of every fault of a dataset. */
const found = (name: 'roster' | 'catalogue' | 'clinic', value: object) =>
  checkDataset(name, value, TODAY).faults.map(({ path, code }) => `${path} ${code}`);
const [DRUG] = demo('catalogue').items;
const item = (changes: object) => found('catalogue', { items: [row(changes, DRUG)] });

describe('a code that no table has', () => {
  test.each([
    ['insutype', '39O', 'NOT_ALLOWED'],
    ['insutype', '', 'EMPTY'],
    ['insuplc_admdvs', '14022', 'ADMDVS_FORM'],
    ['insuplc_admdvs', '', 'ADMDVS_FORM'],
    ['psn_insu_stas', '9', 'NOT_ALLOWED'],
    ['surv_stas', '9', 'NOT_ALLOWED'],
    ['designated', 'h14022500001', 'CLINIC_FORM'],
    ['designated', 'H140225', 'CLINIC_FORM'],
    ['signed', 'H1402250O001', 'CLINIC_FORM'],
    ['gend', '男', 'NOT_ALLOWED'],
    ['gend', '2', 'SEX_DIFFERS'],
    ['gend', '9', 'SEX_DIFFERS'],
  ])('%s “%s” of a person is told', (member, code, expected) => {
    expect(faults(roster(row({ [member]: code })))).toContain(`/0/${member} ${expected}`);
  });

  test('of a person who is not insured may be absent', () => {
    expect(faults(roster(row({ psn_insu_stas: '0', insutype: '', insuplc_admdvs: '' })))).toEqual([]);
  });

  test.each([
    ['list_type', '999', 'NOT_ALLOWED'],
    ['gend', '女', 'NOT_ALLOWED'],
    ['lmt_used_flag', '2', 'NOT_ALLOWED'],
    ['barcode', '6921234567898', 'BARCODE_CHECK'],
    ['pric', '0.00', 'PRICE_ZERO'],
    ['pric_uplmt_amt', '0', 'PRICE_ZERO'],
  ])('%s “%s” of an item is told', (member, code, expected) => {
    expect(item({ [member]: code })).toEqual([`/items/0/${member} ${expected}`]);
  });

  test.each([
    ['fixmedins_code', 'h14022500009', 'CLINIC_FORM'],
    ['fixmedins_code', 'H1402250001', 'CLINIC_FORM'],
    ['level', 'villag', 'NOT_ALLOWED'],
    ['mode', 'Integrated', 'NOT_ALLOWED'],
    ['admdvs', '14022', 'ADMDVS_FORM'],
  ])('%s “%s” of a clinic is told', (member, code, expected) => {
    expect(found('clinic', { ...demo('clinic'), [member]: code })).toEqual([`/${member} ${expected}`]);
  });

  test('and is nearly one of the bundles in force is told with the one that is meant', () => {
    const chronic = (code: string) => [{ code, begndate: '2022-01-01', enddate: null }];
    const said = (code: string) =>
      roster(row({ chronic: chronic(code) })).faults.map(
        ({ code: one, what }) => `${one} ${what.slice(-14, -1)}`,
      );
    expect(said('Hypertension')).toEqual(['WORD_MISSPELT “hypertension']);
    expect(said('hypertensoin')).toEqual(['WORD_MISSPELT “hypertension']);
    expect(said('copd')).toEqual([]);
    expect(item({ tags: ['diabets'] })).toEqual(['/items/0/tags/0 WORD_MISSPELT']);
    const bundle = {
      buckets: { 'outpatient-year': {} },
      pool: [{ items: { 'item.tags': { all: ['tcm-drug'] } } }],
    };
    const lexicon = lexiconOf([bundle]);
    const clinic = { ...demo('clinic'), budget: { 'outpatient-yaer': '1.00' } };
    expect(checkDataset('clinic', clinic, TODAY, lexicon).faults).toMatchObject([{ code: 'WORD_MISSPELT' }]);
    const drug = { items: [row({ tags: ['tcm-durg'] }, DRUG)] };
    expect(checkDataset('catalogue', drug, TODAY, lexicon).faults).toMatchObject([{ code: 'WORD_MISSPELT' }]);
  });

  test('stands twice for the same days', () => {
    const chronic = (begndate: string, enddate: string | null) => ({ code: 'copd', begndate, enddate });
    const pair = (second: string) =>
      faults(roster(row({ chronic: [chronic('2022-01-01', '2023-12-31'), chronic(second, null)] })));
    expect(pair('2023-12-31')).toEqual(['/0/chronic/1/code REGISTERED_TWICE']);
    expect(pair('2024-01-01')).toEqual([]);
  });
});

describe('a member that no dataset has', () => {
  test.each([
    ['selfpay_porp', '是不是“selfpay_prop”'],
    ['pric_uplmt', ''],
    ['Barcode', '是不是“barcode”'],
  ])('%s is told', (member, hint) => {
    const { faults: told } = checkDataset('catalogue', { items: [row({ [member]: '0.1' }, DRUG)] }, TODAY);
    expect(told).toMatchObject([{ path: `/items/0/${member}`, code: 'MEMBER_UNKNOWN' }]);
    expect(told[0]?.what).toContain(hint);
  });

  test('is told at any depth, and a dataset may say its own name', () => {
    const chronic = [{ code: 'copd', begndate: '2022-01-01', enddate: null, endate: '2023-01-01' }];
    expect(faults(roster(row({ chronic })))).toEqual(['/0/chronic/0/endate MEMBER_UNKNOWN']);
    expect(found('catalogue', { name: 'roster', items: [DRUG] })).toEqual(['/name MEMBER_UNKNOWN']);
    expect(found('clinic', { ...demo('clinic'), bugdet: {} })).toEqual(['/bugdet MEMBER_UNKNOWN']);
    expect(
      found('roster', { name: 'roster', persons: [row({ naty: '01', emp_name: '浑源县医院' })] }),
    ).toEqual([]);
  });
});

describe('rows beside each other', () => {
  const paused = row({ insutype: '310', psn_insu_stas: '2' });

  test('may be several insurances of one person, one of them active', () => {
    expect(faults(roster(LIU, paused, GUO))).toEqual([]);
  });

  test.each([
    [
      'two active insurances',
      row({ insutype: '310' }),
      ['/0/psn_insu_stas TWO_ACTIVE', '/1/psn_insu_stas TWO_ACTIVE'],
    ],
    ['the same insurance twice', LIU, ['/0/insutype ROW_TWICE', '/1/insutype ROW_TWICE']],
    [
      'one number of two persons',
      row({ psn_no: 'P2', psn_name: '王别人' }),
      ['/0/certno CERTNO_SHARED', '/1/certno CERTNO_SHARED'],
    ],
    [
      'the same number, in small letters and full-width',
      row({ psn_no: 'P2', psn_name: '王别人', certno: '１４０２２５１９７４０５０６９１５５' }),
      ['/0/certno CERTNO_SHARED', '/1/certno CERTNO_SHARED'],
    ],
    [
      'one psn_no of two persons',
      row({ psn_no: LIU.psn_no }, GUO),
      ['/0/psn_no PERSON_DIFFERS', '/1/psn_no PERSON_DIFFERS'],
    ],
  ])('with %s are told both', (_what, other, expected) => {
    const found = roster(LIU, other);
    expect(faults(found)).toEqual(expected);
    expect(found.faults.map((one) => one.other?.slice(0, 10))).toEqual(['/persons/1', '/persons/0']);
  });

  test('of a former number are told as of any other', () => {
    const foreign = { psn_cert_type: '07', certno: 'GBR110019740506' };
    const other = { ...foreign, psn_no: 'P2', psn_name: 'B', certno: 'USA110019740506' };
    const found = roster(row(foreign), row({ ...other, former_certno: ['GBR110019740506'] }));
    expect(faults(found)).toEqual(['/0/certno CERTNO_SHARED', '/1/certno CERTNO_SHARED']);
  });

  test('of one code are told in every list', () => {
    const { items } = demo('catalogue');
    const { diagnoses } = demo('diagnoses');
    const twice = (name: 'catalogue' | 'diagnoses', list: string, rows: object[]) =>
      checkDataset(name, { [list]: rows }, TODAY).faults.map(({ path, code }) => `${path} ${code}`);
    const [one, two] = items;
    expect(
      twice('catalogue', 'items', [one, two, { ...two, med_list_codg: one.med_list_codg, barcode: null }]),
    ).toEqual(['/items/0/med_list_codg CODE_TWICE', '/items/2/med_list_codg CODE_TWICE']);
    expect(twice('diagnoses', 'diagnoses', [diagnoses[0], diagnoses[0]])).toHaveLength(2);
    const barcodes = [
      { ...one, barcode: '690' },
      { ...two, barcode: '６９０' },
    ];
    expect(twice('catalogue', 'items', barcodes)).toEqual([
      '/items/0/barcode BARCODE_TWICE',
      '/items/1/barcode BARCODE_TWICE',
    ]);
    const operator = { opter: 'D1', opter_name: '赵', role: 'doctor', pin: { salt: 'a', hash: 'b' } };
    expect(
      checkDataset('operators', { operators: [operator, operator] }, TODAY).faults.map(({ code }) => code),
    ).toEqual(['CODE_TWICE', 'PIN_UNHASHED', 'CODE_TWICE', 'PIN_UNHASHED']);
  });
});

test('a list that is empty, or none, is refused as a whole', () => {
  expect(faults(roster())).toEqual([' NO_ROWS']);
  expect(checkDataset('roster', {}, TODAY).faults).toMatchObject([{ path: '', code: 'MEMBER_MISSING' }]);
  expect(checkDataset('roster', [], TODAY).faults).toMatchObject([{ path: '', code: 'TYPE_WRONG' }]);
  expect(checkDataset('roster', null, TODAY).faults).toMatchObject([{ path: '', code: 'TYPE_WRONG' }]);
});

test('every fault is told at once, by rows, and the rows can be left out', () => {
  const value = { persons: [row({ balc: 1, brdy: 'x' }), GUO, row({ certno: '1' })] };
  const found = checkDataset('roster', value, TODAY);
  expect(faults(found)).toEqual(['/0/brdy FORM_WRONG', '/0/balc TYPE_WRONG', '/2/certno CERTNO_FORM']);
  expect(withoutRows('roster', found.value, new Set([0, 2]))).toEqual({ value: { persons: [GUO] }, left: 1 });
  expect(titleOf('roster', value, 0)).toBe('刘建国');
});

test('twenty thousand rows, every second one wrong, take seconds', () => {
  const persons = Array.from({ length: 20_000 }, (_, i) =>
    row({
      psn_no: `P${i}`,
      psn_name: `人${i}`,
      certno: `E${1_000_000 + i}`,
      psn_cert_type: '08',
      balc: i % 2 ? 1 : '1.00',
    }),
  );
  const began = performance.now();
  expect(roster(...persons).faults).toHaveLength(10_000);
  expect(performance.now() - began).toBeLessThan(15_000);
});
