import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

type Item = {
  med_list_codg: string;
  hilist_name: string;
  pym: string;
  spec: string;
  unit: string;
  list_type: string;
  chrgitm_lv: string;
  pric: string;
  selfpay_prop?: string;
  pric_uplmt_amt?: string;
  tags: string[];
  days_per_unit?: number;
  barcode?: string;
  form: string;
};
type Diagnosis = { diag_code: string; diag_name: string; pym: string; dise_codg?: string };

const read = <T>(file: string): T => JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as T;
const items = read<{ items: Item[] }>('catalogue.json').items;
const diagnoses = read<{ diagnoses: Diagnosis[] }>('diagnoses.json').diagnoses;

/** What does not hold, by name, so that a failure says which row is wrong. */
const wrong = <T>(list: T[], name: (one: T) => string, holds: (one: T) => boolean): string[] =>
  list.filter((one) => !holds(one)).map(name);
const distinct = (list: string[]): number => new Set(list).size;
const byName = (item: Item) => `${item.med_list_codg} ${item.hilist_name}`;

const CODE: Record<string, RegExp> = {
  '101': /^X[A-Z]\d{2}[A-Z]{2}[A-Z]\d{3}[A-Z]\d{12}$/,
  '102': /^Z[A-Z]\d{2}[A-Z]{2}[A-Z]\d{13}$/,
  '103': /^T\d{9}$/,
  '201': /^00\d{13}$/,
  '301': /^C\d{19}$/,
};
const LENGTH: Record<string, number> = { '101': 23, '102': 20, '103': 10, '201': 15, '301': 20 };
const MONEY = /^(0|[1-9]\d*)\.\d{2,4}$/;

test('the catalogue holds 200 items of every kind, each with a code of its kind', () => {
  expect(items).toHaveLength(200);
  expect(distinct(items.map((item) => item.med_list_codg))).toBe(200);
  expect([...new Set(items.map((item) => item.list_type))].sort()).toEqual([
    '101',
    '102',
    '103',
    '201',
    '301',
  ]);
  const coded = (item: Item) =>
    CODE[item.list_type]?.test(item.med_list_codg) === true &&
    item.med_list_codg.length === LENGTH[item.list_type];
  expect(wrong(items, byName, coded)).toEqual([]);
});

test('prices, ceilings and shares are decimal strings that a claim may carry', () => {
  const priced = (item: Item) =>
    MONEY.test(item.pric) &&
    /[1-9]/.test(item.pric) &&
    (item.pric_uplmt_amt === undefined || MONEY.test(item.pric_uplmt_amt)) &&
    (item.chrgitm_lv === '02' ? item.selfpay_prop === '0.05' : item.selfpay_prop === undefined);
  expect(wrong(items, byName, priced)).toEqual([]);
  for (const level of ['01', '02', '03']) expect(items.some((item) => item.chrgitm_lv === level)).toBe(true);
});

test('every item can be found: pinyin initials, a unit, a bar code with its check digit', () => {
  const ean13 = (code: string) =>
    /^\d{13}$/.test(code) &&
    [...code].reduce((sum, digit, i) => sum + Number(digit) * (i % 2 === 0 ? 1 : 3), 0) % 10 === 0;
  const found = (item: Item) =>
    /^[A-Z0-9]{2,}$/.test(item.pym) &&
    item.pym.length <= item.hilist_name.length &&
    item.unit !== '' &&
    item.form !== '' &&
    (item.barcode === undefined || ean13(item.barcode)) &&
    (item.days_per_unit === undefined || Number.isInteger(item.days_per_unit));
  expect(wrong(items, byName, found)).toEqual([]);
  const codes = items.flatMap((item) => item.barcode ?? []);
  expect(distinct(codes)).toBe(codes.length);
});

test('the box of the seed, and something for every rule a bundle may have', () => {
  expect(items[0]).toMatchObject({
    med_list_codg: 'XC08CAM031A001010203456',
    hilist_name: '马来酸左旋氨氯地平片',
    pym: 'ZXALDPP',
    spec: '2.5mg×14片',
    pric: '26.34',
    pric_uplmt_amt: '26.18',
    selfpay_prop: '0.05',
    chrgitm_lv: '02',
    tags: ['hypertension', 'essential'],
    days_per_unit: 14,
  });
  const tagged = (tag: string) => items.filter((item) => item.tags.includes(tag));
  expect(tagged('hypertension').length).toBeGreaterThan(15);
  expect(tagged('diabetes').length).toBeGreaterThan(10);
  expect(tagged('consultation').map((item) => [item.hilist_name, item.list_type])).toEqual([
    ['一般诊疗费', '201'],
  ]);
  for (const tag of ['tcm', 'acupuncture', 'injection', 'dressing', 'essential', 'antibiotic'])
    expect(tagged(tag).length).toBeGreaterThan(0);
});

test('diagnoses have codes of the national form and can be found', () => {
  expect(diagnoses.length).toBeGreaterThanOrEqual(80);
  expect(distinct(diagnoses.map((one) => one.diag_code))).toBe(diagnoses.length);
  const formed = (one: Diagnosis) =>
    /^[A-Z]\d{2}\.[\dx]\d{2}(x\d{3})?$/.test(one.diag_code) &&
    /^[A-Z0-9]+$/.test(one.pym) &&
    (one.dise_codg === undefined || /^M\d{5}$/.test(one.dise_codg));
  expect(wrong(diagnoses, (one) => `${one.diag_code} ${one.diag_name}`, formed)).toEqual([]);
  const hypertension = diagnoses.find((one) => one.diag_code === 'I10.x00x002');
  expect(hypertension).toEqual({
    diag_code: 'I10.x00x002',
    diag_name: '高血压',
    pym: 'GXY',
    dise_codg: 'M03900',
  });
});

test('clinic and operators carry codes of the national form and no PIN', () => {
  const clinic = read<{ fixmedins_code: string; township: { fixmedins_code: string } }>('clinic.json');
  expect(clinic.fixmedins_code).toMatch(/^H\d{11}$/);
  expect(clinic.township.fixmedins_code).toMatch(/^H\d{11}$/);
  const { operators } = read<{ operators: Record<string, string>[] }>('operators.json');
  expect(operators).toHaveLength(2);
  for (const operator of operators) {
    expect(Object.keys(operator).sort()).toEqual(['opter', 'opter_name', 'role']);
    expect(operator.opter).toMatch(/^D\d{12}$/);
  }
});
