import { describe, expect, test } from 'vitest';
import type { ItemView, QuoteView } from '../../api/views/types.ts';
import * as forms from './draft-form.ts';
import { readForms, writeForms } from './draft-storage.ts';

const item = (code: string, days_per_unit: number | null = null): ItemView => ({
  med_list_codg: code,
  hilist_name: `药 ${code}`,
  spec: '',
  unit: '盒',
  pric: '1.00',
  lv: '甲',
  days_per_unit,
  trac_required: false,
});
const one = forms.addItem(forms.emptyForm, item('A', 14));
const quote = (more: Partial<QuoteView> = {}): QuoteView => ({
  digest: 'd',
  pay_mode: 'insured',
  medfee_sumamt: '26.34',
  fund_pay_sumamt: '14.92',
  psn_part_amt: '11.42',
  parts: [],
  items: [],
  findings: [],
  why: [],
  problems: [],
  ...more,
});

describe('the form', () => {
  test('days follow the quantity until they are typed', () => {
    expect(forms.toDraft(forms.setCnt(one, 0, '2')).items).toEqual([
      { med_list_codg: 'A', cnt: '2', prd_days: 28 },
    ]);
    const typed = forms.setDays(one, 0, '7');
    expect(forms.setCnt(typed, 0, '2').lines[0]?.days).toBe('7');
  });

  test('how it is paid is part of it, over a tab, a reload and a restart of the gateway', () => {
    for (const paid of ['cash', 'code', 'owed'] as const)
      expect(forms.fromDraft(forms.toDraft(forms.setPaid(one, paid))).paid).toBe(paid);
    const kept = new Map<string, string>();
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    };
    writeForms(storage, { current: 'v', forms: { v: forms.setPaid(one, 'owed') } });
    expect(readForms(storage).forms.v?.paid).toBe('owed');
    // As the page of an earlier release left it.
    const [key = ''] = kept.keys();
    kept.set(key, kept.get(key)?.replace(',"paid":"owed"', '') ?? '');
    expect(readForms(storage).forms.v?.paid).toBe('cash');
  });

  test.each([
    ['a bottle of 100 tablets', 100, 1],
    ['the fourth box of 28', 28, 4],
    ['a thousand days and more', 30, 40],
  ])('%s fills in no days that would be refused', (_, days_per_unit, cnt) => {
    const first = forms.addItem(forms.emptyForm, item('A', days_per_unit));
    const form = forms.setCnt(first, 0, String(cnt));
    expect(form.lines[0]?.days).toBe('');
    expect(forms.unreadable(form)).toBeNull();
    expect(forms.toDraft(form).items[0]).not.toHaveProperty('prd_days');
  });

  test('no step comes to a number that would be refused', () => {
    const full = forms.setCnt(one, 0, '999');
    expect(forms.addItem(full, item('A', 14)).lines[0]?.cnt).toBe('999');
    expect(forms.stepped('90', 1, 90)).toBe('90');
    expect(forms.stepped('5000', -1, forms.CNT_MAX)).toBe('4999'); // typed by hand, and the way back is open
  });

  test('the same item again is one more of it', () => {
    expect(forms.addItem(one, item('A', 14)).lines.map((l) => l.cnt)).toEqual(['2']);
  });

  test('照上次开 adds what is missing and takes nothing away', () => {
    const last = {
      diagnoses: [{ diag_code: 'I10' }],
      items: [
        { med_list_codg: 'A', cnt: '9' },
        { med_list_codg: 'B', cnt: '1', prd_days: 30 },
      ],
    };
    const both = forms.addLast(one, last);
    expect(both.lines.map((l) => [l.med_list_codg, l.cnt])).toEqual([
      ['A', '1'],
      ['B', '1'],
    ]);
    expect(forms.addLast(both, last)).toEqual(both);
    expect(forms.known(both, item('B', 30)).lines[1]?.daysByHand).toBe(false);
    expect(forms.known(both, item('B', 7)).lines[1]?.daysByHand).toBe(true);
  });

  test('a line taken out can be put back where it was', () => {
    const two = forms.addItem(one, item('B'));
    const line = two.lines[0];
    if (!line) throw new Error('no line');
    expect(forms.putBack(forms.removeLine(two, 0), 0, line)).toEqual(two);
  });

  test('steps keep what is behind the point and never reach nothing', () => {
    expect(forms.stepped('1', 1, forms.CNT_MAX)).toBe('2');
    expect(forms.stepped('1', -1, forms.CNT_MAX)).toBe('1');
    expect(forms.stepped('1.5', -1, forms.CNT_MAX)).toBe('0.5');
    expect(forms.stepped('0.5', -1, forms.CNT_MAX)).toBe('0.5');
    expect(forms.stepped('', 1, forms.CNT_MAX)).toBe('1');
  });
});

describe('why 结算 cannot be pressed', () => {
  const state = { form: one, quote: quote(), fresh: true, refused: null, online: true };
  test('it can', () => expect(forms.whyNot(state)).toBeNull());
  test('nothing written', () =>
    expect(forms.whyNot({ ...state, form: forms.emptyForm })).toBe('还没有开药或项目。'));
  test('a price of another form is no price', () =>
    expect(forms.whyNot({ ...state, fresh: false })).toBe('正在算…'));
  test('a quantity that is none', () =>
    expect(forms.whyNot({ ...state, form: forms.setCnt(one, 0, '1x') })).toBe('第 1 行还要改。'));
  test('no digest', () => {
    const problems = [{ code: 'ITEM_QUANTITY', number: 607, text: '数量不对。', line: 0 }];
    expect(forms.whyNot({ ...state, quote: quote({ digest: null, problems }) })).toBe('第 1 行还要改。');
  });
  test('no answer', () => expect(forms.whyNot({ ...state, online: false })).toMatch(/没反应/));
});

test('what a new price differs in', () => {
  expect(forms.whatChanged(quote(), quote({ medfee_sumamt: '27.00', psn_part_amt: '12.08' }))).toEqual([
    '总费用 原来 26.34，现在 27.00',
    '自己付 原来 11.42，现在 12.08',
  ]);
});
