import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type CompiledBundle, compileBundle, indexBundles, remaining, selfPay } from './index.ts';

const { bundle: BUNDLE, cases } = JSON.parse(
  readFileSync(new URL('./vectors/adjudication/seed-002.json', import.meta.url), 'utf8'),
);
const CLAIM = cases[0].claim;

function make(changes: object): CompiledBundle {
  const compiled = compileBundle({ ...BUNDLE, ...changes });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return compiled.bundle;
}

function on(setl_date: string) {
  return { ...CLAIM, encounter: { ...CLAIM.encounter, setl_date } };
}

describe('which bundle prices a claim', () => {
  const v1 = make({});
  const v2 = make({ version: 2 });
  const next = make({ bundle: 'next', begndate: '2025-01-01', enddate: '2025-12-31' });
  it('the highest version of one name', () => {
    expect(indexBundles([v2, v1]).select(CLAIM)).toEqual({ ok: true, bundle: v2 });
  });
  it('one within its dates before one in grace', () => {
    expect(indexBundles([v1, next]).select(on('2025-01-05'))).toEqual({ ok: true, bundle: next });
    expect(indexBundles([v1]).select(on('2025-01-05'))).toEqual({ ok: true, bundle: v1 });
  });
  it('two names left are ambiguous', () => {
    expect(indexBundles([v1, make({ bundle: 'other' })]).select(CLAIM)).toEqual({
      ok: false,
      code: 'POLICY_AMBIGUOUS',
    });
  });
  it('none', () => {
    const none = { ok: false, code: 'NO_POLICY' };
    expect(indexBundles([]).select(CLAIM)).toEqual(none);
    expect(indexBundles([v1, v2]).select(on('2025-02-01'))).toEqual(none);
    for (const junk of [null, 1, {}, { person: {} }, on('2024-02-30')])
      expect(indexBundles([v1]).select(junk)).toEqual(none);
  });
});

describe('a self-paid visit', () => {
  it('is paid in cash, whoever comes', () => {
    const answer = selfPay({ items: CLAIM.items });
    if (answer.outcome !== 'payable') throw new Error(answer.code);
    expect(answer.bundle).toBeNull();
    expect(answer.setlinfo).toMatchObject({
      medfee_sumamt: '26.34',
      fulamt_ownpay_amt: '26.34',
      psn_cash_pay: '26.34',
      fund_pay_sumamt: '0.00',
    });
    expect(answer.items[0]).toMatchObject({ fulamt_ownpay_amt: '26.34', pool_pay: '0.00' });
  });
  it('still checks its lines', () => {
    const [line] = CLAIM.items;
    expect(selfPay({ items: [] })).toEqual({ outcome: 'error', code: 'CLAIM_INVALID' });
    expect(selfPay({ items: [line, line] })).toEqual({ outcome: 'error', code: 'CLAIM_INVALID' });
    const wrong = { ...line, det_item_fee_sumamt: '26.35' };
    expect(selfPay({ items: [wrong] })).toEqual({ outcome: 'error', code: 'ITEM_AMOUNT_MISMATCH' });
  });
});

describe('what a person may still draw', () => {
  const bundle = make({});
  it('before anything is prescribed', () => {
    const rows = remaining(bundle, { ...CLAIM, items: [], used: { 'two-disease-year': '14.92' } });
    expect(rows.map(({ title, left, text }) => ({ title, left, text }))).toEqual([
      { title: '两病用药年度限额', left: '245.08', text: '今年还能报 245.08 元' },
      { title: '普通门诊年度限额', left: '300.00', text: '今年还能报 300.00 元' },
    ]);
  });
  it('nothing for a disease the person has not, and when it starts again', () => {
    const person = { ...CLAIM.person, chronic: [] };
    const [row, more] = remaining(bundle, { ...CLAIM, person, used: { 'outpatient-year': '300.00' } });
    expect(more).toBeUndefined();
    expect(row).toMatchObject({ left: '0.00', text: '今年 300 元已用完，明年 1 月 1 日起重新计算' });
  });
  it('the smaller rest where two limits bound one bucket, whichever of them comes first', () => {
    const [chronic, general] = BUNDLE.pool;
    const tight = {
      ...general,
      id: 'tight',
      title: '乡村门诊',
      limits: [{ bucket: 'outpatient-year', amount: '80.00' }],
    };
    const layer = {
      ...{ id: 'relief', title: '医疗救助', kind: 'rate', fund: 'maf_pay', fund_pay_type: '610100' },
      ...{ base: ['inscp'], rate: '0.5', limits: [{ bucket: 'outpatient-year', amount: '50.00' }] },
    };
    const leftOf = (changes: object) =>
      remaining(make(changes), { ...CLAIM, items: [], used: { 'outpatient-year': '30.00' } })
        .filter(({ bucket }) => bucket === 'outpatient-year')
        .map(({ title, bound, used, left, text }) => [title, bound, used, left, text]);
    const least = ['普通门诊年度限额', '80.00', '30.00', '50.00', '今年还能报 50.00 元'];
    expect(leftOf({ pool: [chronic, general, tight] })).toEqual([least]);
    expect(leftOf({ pool: [chronic, tight, general] })).toEqual([least]);
    expect(leftOf({ pool: [chronic, tight, general], layers: [layer] })).toEqual([
      ['普通门诊年度限额', '50.00', '30.00', '20.00', '今年还能报 20.00 元'],
    ]);
  });
  it('nothing for junk', () => expect(remaining(bundle, { person: null })).toEqual([]));
});
