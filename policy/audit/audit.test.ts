/**
 * Every rule: a case that trips it, one just below, one where a fact is missing (missing never means fine).
 */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adjudicate, audit, compileBundle } from '../index.ts';
import { RULE_KINDS } from './rules/index.ts';
import type { AuditContext, Finding } from './types.ts';

const { bundle: BUNDLE, cases } = JSON.parse(
  readFileSync(new URL('../vectors/adjudication/seed-002.json', import.meta.url), 'utf8'),
);
const CLAIM = cases[0].claim;
const CODE: string = CLAIM.items[0].med_list_codg;
const TRACE = '81234567890123456789';

interface Changes {
  person?: object;
  encounter?: object;
  items?: object[];
  used?: object;
}

function claimWith({ person, encounter, items, used }: Changes) {
  return {
    ...CLAIM,
    person: { ...CLAIM.person, ...person },
    encounter: { ...CLAIM.encounter, ...encounter },
    items: (items ?? [{}]).map((item, i) => ({ ...CLAIM.items[0], feedetl_sn: String(i + 1), ...item })),
    used: used ?? {},
  };
}

function run(rule: object, context: AuditContext, changes: Changes = {}): Finding[] {
  const full = { rule_id: 'R', severity: 'deny', source: '文件', ...rule };
  const compiled = compileBundle({ ...BUNDLE, audit: [full] });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  expect(compiled.bundle.audit.problems).toEqual([]);
  return audit(compiled.bundle, claimWith(changes), context);
}

/** rule; what trips it; just below; a fact missing. Each a context and changes of the claim. */
type Case = [rule: object, trips: Turn, below: Turn, missing: Turn | null];
type Turn = [AuditContext, Changes?];

const line = (facts: object): AuditContext => ({ lines: { 1: facts } });
const entry = (facts: object): AuditContext => ({ catalogue: { [CODE]: facts } });
const took = (setl_date: string, prd_days = 14, cnt = '1'): AuditContext => ({
  dispenses: [{ med_list_codg: CODE, setl_date, prd_days, cnt }],
});
const packs = (...days: string[]) => days.flatMap((setl_date) => took(setl_date).dispenses ?? []);
const came = (setl_date: string, minutes_ago: number, medfee_sumamt: string): AuditContext => ({
  visits: [{ setl_date, minutes_ago, medfee_sumamt }],
});
const DAY = '2024-09-20';
const ordinary: Changes = { person: { chronic: [] } };
const traced = (facts: object, sold?: string[]): AuditContext => ({
  ...entry({ trac_required: true }),
  ...line(facts),
  ...(sold ? { sold_codes: sold } : {}),
});

/** An opened pack of which so much was sold before. */
const openedBefore = (...sold: string[]): AuditContext => ({
  ...traced({ drug_trac_codg: [TRACE], trdn_flag: '1' }, sold.length > 0 ? [TRACE] : []),
  ...(sold.length > 0 && {
    pack_sales: sold.map((cnt) => ({ drug_trac_codg: [TRACE], cnt, trdn_flag: '1' })),
  }),
});

const CASES: Case[] = [
  [
    { rule: 'insured' },
    [{ person: { psn_insu_stas: '1', paus_insu_date: DAY } }],
    [{ person: { psn_insu_stas: '1', paus_insu_date: '2024-09-21' } }],
    [{ person: { psn_insu_stas: '1' } }],
  ],
  [
    { rule: 'insured' },
    [{ person: { psn_insu_stas: '2' } }],
    [{ person: { psn_insu_stas: '1', paus_insu_date: null } }],
    [{ person: { psn_insu_stas: '1', paus_insu_date: '2024-9-21' } }],
  ],
  [{ rule: 'alive' }, [{ person: { surv_stas: '2' } }], [{ person: { surv_stas: '1' } }], [{ person: {} }]],
  [
    { rule: 'identity', methods: ['02', '03'] },
    [{ identity: { method: '02', checked: false } }],
    [{ identity: { method: '02', checked: true } }],
    [{}],
  ],
  [
    { rule: 'identity', methods: ['02'] },
    [{ identity: { method: '01', checked: true } }],
    [{ identity: { method: '02', checked: true } }],
    [{}],
  ],
  [
    { rule: 'designated_or_signed' },
    [{}, { person: { designated_here: false, signed_here: false } }],
    [{}, { person: { designated_here: false, signed_here: true } }],
    null,
  ],
  [
    { rule: 'lists', whose: 'person' },
    [{ lists: { person: 'black' } }],
    [{ lists: { person: 'grey' } }],
    [{ lists: {} }],
  ],
  [
    { rule: 'lists', whose: 'clinic', listed: 'grey' },
    [{ lists: { clinic: 'grey' } }],
    [{ lists: { clinic: 'white' } }],
    [{}],
  ],
  [
    { rule: 'lists', whose: 'doctor', listed: 'white' },
    [{ lists: { doctor: 'white' } }],
    [{ lists: { doctor: 'none' } }],
    [{ lists: { person: 'white' } }],
  ],
  [
    { rule: 'supply_days', normal: 7, emergency: 3, long_term: 84 },
    [line({ prd_days: 8 }), ordinary],
    [line({ prd_days: 7 }), ordinary],
    [line({}), ordinary],
  ],
  [
    { rule: 'supply_days', normal: 7, emergency: 3, long_term: 84 },
    [line({ prd_days: 85 })],
    [line({ prd_days: 84 })],
    [{}],
  ],
  [
    { rule: 'supply_days', normal: 7, emergency: 3, long_term: 84 },
    [line({ prd_days: 4 }), { ...ordinary, encounter: { med_type: '13' } }],
    [line({ prd_days: 3 }), { ...ordinary, encounter: { med_type: '13' } }],
    [{}],
  ],
  [{ rule: 'early_refill', days: 3 }, [took('2024-09-10')], [took('2024-09-09')], [{}]],
  [
    // Two packs are used one after the other, and what is dated later than today is not at home yet.
    { rule: 'early_refill', days: 3 },
    [{ dispenses: [...packs('2024-09-01', '2024-09-02')] }],
    [{ dispenses: [...packs('2024-08-01', '2024-09-21'), ...packs('2024-09-09')] }],
    [{ dispenses: [...packs('2024-08-01'), { med_list_codg: CODE, setl_date: DAY, cnt: '1' }] }],
  ],
  [
    { rule: 'early_refill', days: 0 },
    [took('2024-09-07')],
    [took('2024-09-06')],
    [{ dispenses: [{ med_list_codg: CODE, setl_date: '2024-09-06', cnt: '1' }] }],
  ],
  [
    { rule: 'dose' },
    [{ ...line({ daily_dose: '5.1' }), ...entry({ max_daily_dose: '5' }) }],
    [{ ...line({ daily_dose: '5' }), ...entry({ max_daily_dose: '5' }) }],
    [{ ...line({}), ...entry({ max_daily_dose: '5' }) }],
  ],
  [
    { rule: 'dose', share: '1.2' },
    [{ ...line({ daily_dose: '6.1' }), ...entry({ max_daily_dose: '5' }) }],
    [{ ...line({ daily_dose: '6' }), ...entry({ max_daily_dose: '5' }) }],
    [{ ...line({ daily_dose: '6' }), ...entry({}) }],
  ],
  [{ rule: 'sex' }, [entry({ gend: '2' })], [entry({ gend: '1' })], [entry({})]],
  [
    { rule: 'sex' },
    [entry({ gend: '1' }), { person: { gend: '2' } }],
    [entry({ gend: null }), { person: { gend: '0' } }],
    [entry({ gend: '1' }), { person: { gend: '0' } }],
  ],
  [
    { rule: 'age' },
    [entry({ age_from: 51, age_to: null })],
    [entry({ age_from: 50, age_to: null })],
    [entry({ age_from: 50 })],
  ],
  [{ rule: 'age' }, [entry({ age_from: null, age_to: 49 })], [entry({ age_from: null, age_to: 50 })], [{}]],
  [
    { rule: 'diagnosis' },
    [entry({ dise_codg: ['M03900'] })],
    [entry({ dise_codg: ['M03900'] }), { encounter: { dise_codg: ['M03900'] } }],
    [entry({})],
  ],
  [
    { rule: 'facility_level' },
    [entry({ level: ['township'] })],
    [entry({ level: ['village'] })],
    [entry({})],
  ],
  [
    { rule: 'limited_use' },
    [entry({ lmt_used_flag: '1', memo: '限高血压' })],
    [entry({ lmt_used_flag: '0' })],
    [entry({})],
  ],
  [
    { rule: 'price_ceiling' },
    [{}],
    [{}, { items: [{ pric_uplmt_amt: '26.34' }] }],
    [{}, { items: [{ pric_uplmt_amt: undefined }] }],
  ],
  [
    { rule: 'price_ceiling' },
    [{}, { items: [{ pric_uplmt_amt: '26.339999' }] }],
    [entry({}), { items: [{ pric_uplmt_amt: undefined }] }],
    null,
  ],
  [{ rule: 'same_item' }, [{}, { items: [{}, {}] }], [{}, { items: [{}, { med_list_codg: 'other' }] }], null],
  [
    { rule: 'frequency', period: 'month', most: '2' },
    [took('2024-09-01', 14, '2')],
    [took('2024-08-31', 14, '2')],
    [{}],
  ],
  [
    { rule: 'frequency', period: 'day', most: '2' },
    [took(DAY, 14, '1.0001')],
    [took(DAY, 14, '1')],
    [took(DAY, 14, '一盒')],
  ],
  [{ rule: 'frequency', period: 'quarter', most: '1' }, [took('2024-07-01')], [took('2024-06-30')], [{}]],
  [{ rule: 'frequency', period: 'year', most: '1' }, [took('2024-01-01')], [took('2023-12-31')], [{}]],
  [{ rule: 'split_visit', amount: '50.00' }, [came(DAY, 90, '23.67')], [came(DAY, 90, '23.66')], [{}]],
  [
    // The second of two visits gets past the cap, though the first alone had passed it.
    { rule: 'split_visit', amount: '26.34' },
    [came(DAY, 90, '60.00')],
    [came('2024-09-19', 90, '60.00')],
    [came(DAY, 90, '60')],
  ],
  [{ rule: 'twice_within_minutes', minutes: 30 }, [came(DAY, 29, '1.00')], [came(DAY, 30, '1.00')], [{}]],
  [
    { rule: 'twice_within_minutes', minutes: 1 },
    [came(DAY, 0, '1.00')],
    [{ visits: [] }],
    [came(DAY, Number.NaN, '1.00')],
  ],
  [
    { rule: 'hourly_pace', whose: 'doctor', most: 20 },
    [{ pace: { doctor_hour: 20 } }],
    [{ pace: { doctor_hour: 19 } }],
    [{ pace: { clinic_hour: 1 } }],
  ],
  [
    { rule: 'hourly_pace', whose: 'clinic', most: 30 },
    [{ pace: { clinic_hour: 30 } }],
    [{ pace: { clinic_hour: 29 } }],
    [{}],
  ],
  [
    { rule: 'trace_code' },
    [traced({ drug_trac_codg: [TRACE], trdn_flag: '0' }, [TRACE])],
    [traced({ drug_trac_codg: [TRACE], trdn_flag: '0' }, [])],
    [traced({ drug_trac_codg: [TRACE], trdn_flag: '0' })],
  ],
  [
    { rule: 'trace_code' },
    [traced({ drug_trac_codg: ['123'], trdn_flag: '1' }, [])],
    [openedBefore('0.5', '0.25'), { items: [{ cnt: '0.25' }] }],
    [traced({ drug_trac_codg: [TRACE], trdn_flag: '1' }, [TRACE]), { items: [{ cnt: '0.25' }] }],
  ],
  [
    { rule: 'trace_code' },
    [openedBefore('0.5', '0.2501'), { items: [{ cnt: '0.25' }] }],
    [openedBefore(), { items: [{ cnt: '1' }] }],
    [traced({ drug_trac_codg: [TRACE] }, [])],
  ],
  ...['amxl', 'lianhuaqingwen', '6901234567892', '(01)06901234567892', ''].map(
    (code): Case => [
      { rule: 'trace_code' },
      [traced({ drug_trac_codg: [code], trdn_flag: '0' }, [])],
      [traced({ drug_trac_codg: [TRACE], trdn_flag: '0' }, [code])],
      null,
    ],
  ),
  [{ rule: 'trace_code' }, [traced({})], [{ ...traced({}), ...entry({ trac_required: false }) }], [line({})]],
  [
    { rule: 'budget_pace', whose: 'clinic', at: ['0.80', '0.95', '1'] },
    [{}, { used: { 'clinic-year': '24000.00' } }],
    [{}, { used: { 'clinic-year': '23999.99' } }],
    null,
  ],
  [
    { rule: 'budget_pace', whose: 'person', at: ['0.80'] },
    [{}, { used: { 'outpatient-year': '240.00' } }],
    [{}, { used: { 'outpatient-year': '239.99' } }],
    null,
  ],
];

describe('every rule', () => {
  it.each(CASES)('%j', (rule, trips, below, missing) => {
    const [finding] = run(rule, ...trips);
    expect(finding).toMatchObject({
      rule_id: 'R',
      severity: 'deny',
      sev_deg: '1',
      source: '文件',
      missing: false,
    });
    expect(run(rule, ...below)).toEqual([]);
    if (missing === null) return;
    // Not known is not fine, but nobody is turned away by a gap in our data.
    expect(run(rule, ...missing)[0]).toMatchObject({ severity: 'confirm', sev_deg: '2', missing: true });
  });

  it('stands in the table above', () => {
    const tested = new Set(CASES.map(([rule]) => (rule as { rule: string }).rule));
    expect([...RULE_KINDS.keys()].filter((name) => !tested.has(name))).toEqual([]);
  });
});

describe('a finding', () => {
  it('carries what 3101 carries', () => {
    const [finding] = run({ rule: 'same_item', title: '重复收费' }, {}, { items: [{}, {}] });
    expect(finding).toEqual({
      jr_id: 'R-1',
      rule_id: 'R',
      rule_name: '重复收费',
      vola_cont: '同一项目开了 2 次。',
      vola_amt: '52.68',
      vola_amt_stas: '1',
      sev_deg: '1',
      vola_evid: `med_list_codg: ${CODE}`,
      vola_bhvr_type: '重复收费',
      judge_result_detail_dtos: [
        { jrd_id: 'R-1-1', rx_id: '1', vola_item_type: '101', vola_amt: '26.34' },
        { jrd_id: 'R-1-2', rx_id: '2', vola_item_type: '101', vola_amt: '26.34' },
      ],
      severity: 'deny',
      source: '文件',
      missing: false,
    });
  });

  it('says when a budget ends at this pace', () => {
    const rule = { rule: 'budget_pace', whose: 'clinic', at: ['0.80', '0.95', '1'], severity: 'remind' };
    const [finding] = run(rule, {}, { used: { 'clinic-year': '27500.00' } });
    expect(finding?.vola_cont).toBe('卫生室年度总额已用 91%，按现在的用法，10 月 14 日用完。');
    const [spent] = run(rule, {}, { used: { 'clinic-year': '30000.00' } });
    expect(spent?.vola_cont).toBe('卫生室年度总额已用完。');
  });

  it('says that the budget of the clinic is not known', () => {
    const budget = { bucket: 'clinic-year', on_exhausted: 'warn' };
    const block = [{ rule: 'budget_pace', rule_id: 'R', severity: 'deny', whose: 'clinic', at: ['1'] }];
    const compiled = compileBundle({ ...BUNDLE, budget, audit: block });
    if (!compiled.ok) throw new Error('must compile');
    expect(audit(compiled.bundle, CLAIM, {})[0]).toMatchObject({ severity: 'confirm', missing: true });
  });

  it('about the visit has no amount', () => {
    const [finding] = run({ rule: 'alive' }, { person: { surv_stas: '2' } });
    expect(finding).toMatchObject({ vola_amt: '0.00', vola_amt_stas: '0', judge_result_detail_dtos: [] });
  });

  it.each([
    [51, null, '51 岁及以上'],
    [null, 6, '6 岁及以下'],
    [3, 6, '3～6 岁'],
  ])('says from %s to %s years', (age_from, age_to, words) => {
    const [finding] = run({ rule: 'age' }, entry({ age_from, age_to }));
    expect(finding?.vola_cont).toBe(`这一项限 ${words}，这位居民 50 岁。`);
  });

  it('is made only where the rule applies', () => {
    const rule = { rule: 'same_item', when: { level: 'township' } };
    expect(run(rule, {}, { items: [{}, {}] })).toEqual([]);
    expect(run({ rule: 'same_item', items: { 'item.list_type': '201' } }, {}, { items: [{}, {}] })).toEqual(
      [],
    );
  });
});

describe('robustness', () => {
  it('any context gives findings, never a throw', () => {
    const zhanjiang = JSON.parse(readFileSync(new URL('../bundles/zhanjiang.json', import.meta.url), 'utf8'));
    const compiled = compileBundle({ ...BUNDLE, audit: zhanjiang.audit });
    if (!compiled.ok) throw new Error('must compile');
    const { bundle } = compiled;
    const keys = [
      'person',
      'identity',
      'lines',
      'catalogue',
      'dispenses',
      'visits',
      'pace',
      'lists',
      'sold_codes',
    ];
    const junk = fc.dictionary(fc.constantFrom(...keys), fc.anything());
    fc.assert(
      fc.property(fc.oneof(junk, fc.anything()), (context) => {
        for (const finding of audit(bundle, CLAIM, context as AuditContext)) {
          expect(['deny', 'confirm', 'remind']).toContain(finding.severity);
          expect(finding.vola_cont).not.toMatch(/NaN|undefined|Infinity|\[object/);
        }
      }),
      { numRuns: 1000 },
    );
  });
  it('a broken audit block never stops the pricing, and is said', () => {
    const block = [{ rule: 'nonsense' }, { rule: 'sex' }];
    const compiled = compileBundle({ ...BUNDLE, audit: block });
    if (!compiled.ok) throw new Error('must compile');
    expect(adjudicate(compiled.bundle, CLAIM)).toEqual(cases[0].answer);
    expect(compiled.bundle.audit.problems.map((one) => one.path)).toContain('audit[0].rule');
    expect(audit(compiled.bundle, CLAIM, {})[0]).toMatchObject({
      rule_id: 'AUDIT_INVALID',
      severity: 'confirm',
    });
  });
  it('two rules of one rule_id are a mistake', () => {
    const rule = { rule: 'sex', rule_id: 'R', severity: 'deny' };
    const compiled = compileBundle({ ...BUNDLE, audit: [rule, { ...rule, rule: 'age' }] });
    if (!compiled.ok) throw new Error('must compile');
    expect(compiled.bundle.audit.problems).toMatchObject([{ path: 'audit[1].rule_id', code: 'DUPLICATE' }]);
  });
  it('a context off its shape is a finding, a broken claim none', () => {
    const context = { visits: 5 } as unknown as AuditContext;
    expect(run({ rule: 'split_visit', amount: '1.00' }, context)[0]).toMatchObject({ missing: true });
    const compiled = compileBundle({ ...BUNDLE, audit: [{ rule: 'sex', rule_id: 'R', severity: 'deny' }] });
    if (compiled.ok) expect(audit(compiled.bundle, {}, {})).toEqual([]);
  });

  it('says the same of several lines once, of all of them', () => {
    const items = [{}, { med_list_codg: 'XB' }, { med_list_codg: 'XC' }];
    const context = { catalogue: { [CODE]: { gend: '2' }, XB: { gend: '2' }, XC: {} } };
    const found = run({ rule: 'sex' }, context, { items });
    const about = found.map(({ missing, vola_amt, judge_result_detail_dtos: lines }) => [
      missing,
      vola_amt,
      lines.map(({ rx_id }) => rx_id),
    ]);
    expect(about).toEqual([
      [false, '52.68', ['1', '2']],
      [true, '26.34', ['3']],
    ]);
  });
});
