/** The sentences the doctor reads aloud. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileBundle, explain, sentences } from '../index.ts';

type Sentences = ReturnType<typeof sentences>;

const { bundle: BUNDLE, cases } = JSON.parse(
  readFileSync(new URL('../vectors/adjudication/seed-002.json', import.meta.url), 'utf8'),
);

function say(claim: unknown, changes: object = {}): Sentences {
  const compiled = compileBundle({ ...BUNDLE, ...changes });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return sentences(explain(compiled.bundle, claim).trace);
}

function sayCase(start: string): Sentences {
  const found = cases.find((one: { name: string }) => one.name.startsWith(start));
  if (found === undefined) throw new Error(start);
  return say(found.claim);
}

const BOX = '这种药 26.34 元，超出限价 0.16 元自己付，乙类先自付 1.31 元，剩下 24.87 元';
const CLAIM = cases[0].claim;

describe('a line', () => {
  it('the newspaper box', () => {
    const said = sayCase('one box');
    expect(said.items[0]?.text).toBe(`${BOX}报 60%，报 14.92 元。`);
    expect(said.total).toEqual(['总费用 26.34 元，医保报 14.92 元，自己付 11.42 元。']);
  });
  it('that two stages share', () => {
    expect(sayCase('10.00 of room').items[0]?.text).toBe(
      `${BOX}由两病用药报 60%，因额度不够，只报 10.00 元，余下 8.20 元由普通门诊统筹报 60%，报 4.92 元。`,
    );
  });
  it('that nobody pays', () => {
    expect(sayCase('a second line, self-paid').items[1]?.text).toBe(
      '这种药 19.80 元是自费项目，医保统筹不报，自己付。',
    );
  });
  it('that a layer pays later', () => {
    const layer = {
      id: 'aid',
      title: '医疗救助',
      kind: 'rate',
      fund: 'maf_pay',
      fund_pay_type: '610100',
      base: ['inscp', 'own'],
      rate: '1',
      limits: [{ bucket: 'a', amount: '5.00' }],
    };
    const buckets = { ...BUNDLE.buckets, a: { period: 'visit' } };
    const said = say(CLAIM, { buckets, layers: [layer] });
    expect(said.items[0]?.text).toBe(
      `${BOX}报 60%，报 14.92 元；自己付的部分合在一起，再由医疗救助报，见总计。`,
    );
    expect(said.total.slice(1)).toEqual([
      '剩下的 9.95 元由医疗救助报 100%，因额度不够，只再报 5.00 元。',
      '医疗救助：每次看病最多 5 元，这次用完了，下次看病另算。',
    ]);
  });
  it('with a deductible, and one by a fixed amount', () => {
    const buckets = { d: { period: 'year' }, c: { period: 'year', scope: 'clinic' } };
    const general = {
      id: 'g',
      title: '普通门诊',
      source: '文件一',
      kind: 'rate',
      fund_pay_type: '390100',
      rate: '0.525',
      deductible: { amount: '10.00', bucket: 'd' },
    };
    const budget = { bucket: 'c', on_exhausted: 'warn' };
    const said = say(CLAIM, { buckets, pool: [general], budget });
    expect(said.items[0]).toMatchObject({
      text: `${BOX}先扣起付线 10.00 元，其余报 52.5%，报 7.81 元。`,
      sources: ['文件一'],
    });
    expect(said.total).toContain('普通门诊起付线 10 元，今年之前已扣 0 元，这次扣 10.00 元。');
    const fixed = { id: 'f', kind: 'fixed', fund_pay_type: '390100', per_unit: '6.00' };
    const only = { buckets: { c: buckets.c }, pool: [fixed], budget };
    expect(say(CLAIM, only).items[0]?.text).toBe(`${BOX}按定额，报 6.00 元。`);
  });
});

describe('what stopped paying', () => {
  it('says what, since when and when it starts again', () => {
    expect(sayCase('both spent').total).toEqual([
      '总费用 26.34 元，医保报 0.00 元，自己付 26.34 元。',
      '两病用药年度限额：今年 260 元已用完（从 1 月 1 日算起），明年 1 月 1 日起重新计算。',
      '普通门诊年度限额：今年 300 元已用完（从 1 月 1 日算起），明年 1 月 1 日起重新计算。',
    ]);
  });
  it.each([
    ['quarter', '本季度 10 元已用完（从 7 月 1 日算起），10 月 1 日起重新计算。'],
    ['month', '本月 10 元已用完（从 9 月 1 日算起），10 月 1 日起重新计算。'],
    ['day', '今天 10 元已用完，明天（9 月 21 日）起重新计算。'],
  ])('over a %s', (period, text) => {
    const stage = {
      id: 'g',
      title: '普通门诊',
      kind: 'rate',
      fund_pay_type: '390100',
      rate: '0.6',
      limits: [{ bucket: 'b', amount: '10.00' }],
    };
    const changes = { buckets: { b: { period } }, pool: [stage], budget: undefined, layers: [] };
    expect(say({ ...CLAIM, used: { b: '10.00' } }, changes).total[1]).toBe(`普通门诊：${text}`);
  });
  it('by this visit itself', () => {
    expect(sayCase('10.00 of room').total[1]).toBe(
      '两病用药年度限额：今年 260 元，这次之前只剩 10 元，现在用完了，明年 1 月 1 日起重新计算。',
    );
  });
  it('by the allotment of this box only', () => {
    expect(sayCase('this box may spend').total[1]).toBe(
      '两病用药年度限额：没联网，本机可用的额度只剩 5 元，连上后可以重新结算。',
    );
  });
});

describe('a no', () => {
  it('says what, why and what then', () => {
    expect(sayCase('past grace').total).toEqual([
      '《浑源县城乡居民门诊 2024（002 号种子文中的一盒药）》从 2024-01-01 到 2024-12-31，看病这天（2025-02-01）不在其中。',
      '这里没有适用于这位居民（参保地、险种、日期）的待遇政策，这次只能自费结算。',
    ]);
    expect(sayCase('insured elsewhere').total[0]).toContain('不管这位居民的参保地');
    const refuse = { budget: { bucket: 'clinic-year', amount: '10.00', on_exhausted: 'refuse' } };
    expect(say(CLAIM, refuse).total).toEqual([
      '卫生室年度总额：今年 10 元，之前已用 0.00 元，这次要 14.92 元，明年 1 月 1 日起重新计算。',
      '本卫生室的医保额度不够这次报销，这次只能自费结算，或到卫生院就诊。',
    ]);
    expect(say({}).total).toEqual(['这张单子有一项填得不对（日期、数量、价格或重复的行），请检查后再结算。']);
  });
});
