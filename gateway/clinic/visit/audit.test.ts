/**
 * The audit at the desk: what the gateway knows reaches the rules, and what they find reaches money, record
 * and slip.
 */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isSettlement } from '../../../sync/contract/record.ts';
import { codeOf } from '../../errors.ts';
import { KEYS } from '../../ledger/testing/fixtures.ts';
import { slipContent } from '../slip/content.ts';
import type { Draft } from './draft-shape.ts';
import type { Quote } from './quote.ts';
import {
  BOX_OF_26_34,
  cardOf,
  DOCTOR,
  DRAFT,
  HYPERTENSION,
  install,
  PATIENT,
  person,
  settleOne,
  type TestDesk,
  testDesk,
} from './testing/desk.ts';

const json = (path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
const BUNDLE = json('../../../policy/bundles/datong-hunyuan.json');
const CATALOGUE = json('../../demo/data/catalogue.json');
const ROSTER = json('../../demo/data/roster.json');
const TRACE = '81234567890123456789';

/**
 * A desk whose bundle has just these rules, whose box of 26.34 has these facts in the catalogue, and 刘建国
 * these in the roster.
 */
function deskWith(rules: object[], facts: object = {}, who: object = {}): TestDesk {
  const here = testDesk();
  const audit = rules.map((rule, i) => ({
    rule_id: `T${i + 1}`,
    severity: 'confirm',
    source: '文件',
    ...rule,
  }));
  install(here.ledger, `bundle/${BUNDLE.bundle}`, {
    ...{ ...BUNDLE, begndate: '2024-01-01', enddate: '2099-12-31' },
    audit,
  });
  const items = CATALOGUE.items.map((item: { med_list_codg: string }) =>
    item.med_list_codg === BOX_OF_26_34 ? { ...item, ...facts } : item,
  );
  install(here.ledger, 'catalogue', { items });
  const persons = ROSTER.persons.map((one: { psn_no: string }) =>
    one.psn_no === PATIENT ? { ...one, ...who } : one,
  );
  install(here.ledger, 'roster', { persons });
  return here;
}

function quoted({ desk }: TestDesk, draft: Draft = DRAFT, byCard = true): Quote & { visit: string } {
  const visit = byCard ? desk.open({ credential: cardOf(person(PATIENT)) }) : desk.open({ psn_no: PATIENT });
  return { ...desk.quote(visit.id, draft, DOCTOR), visit: visit.id };
}

const findingsOf = ({ findings }: Quote) =>
  findings.map(({ finding }) => [finding.rule_id, finding.severity, finding.missing] as const);

const box = (more: object = {}): Draft => ({
  diagnoses: DRAFT.diagnoses,
  items: [{ med_list_codg: BOX_OF_26_34, cnt: '1', prd_days: 14, ...more }],
});

let requests = 0;
const confirm = (
  { desk }: TestDesk,
  { visit, digest }: { visit: string; digest: string | null },
  draft: Draft,
) =>
  desk.confirm({
    ...{ visit, draft, operator: DOCTOR, paid_way: 'cash' },
    ...{ request: `audit-of-test-${++requests}`, digest: digest ?? '0'.repeat(64) },
  });

function codeThrown(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return codeOf(error);
  }
  return 'nothing thrown';
}

/**
 * Each rule: its block, facts that trip it and facts just below, as datasets, drafts and the ledger's past
 * have them.
 */
describe('what the gateway knows reaches the rules', () => {
  const trips = (here: TestDesk, draft?: Draft, byCard?: boolean) => findingsOf(quoted(here, draft, byCard));
  const MET = [['T1', 'confirm', false]];
  const UNKNOWN = [['T1', 'confirm', true]];

  test.each([
    ['sex', { rule: 'sex' }, { gend: '2' }, { gend: '1' }],
    ['age', { rule: 'age' }, { age_from: null, age_to: 14 }, { age_from: 18, age_to: null }],
    ['diagnosis', { rule: 'diagnosis' }, { dise_codg: ['M01600'] }, { dise_codg: null }],
    ['level', { rule: 'facility_level' }, { level: ['township'] }, { level: null }],
    ['limited use', { rule: 'limited_use' }, { lmt_used_flag: '1', memo: '限重症' }, { lmt_used_flag: '0' }],
    [
      'dose over the label',
      { rule: 'dose' },
      { unit_dose: '35', max_daily_dose: '2.4' },
      { unit_dose: '35', max_daily_dose: '2.5' },
    ],
    ['trace code', { rule: 'trace_code' }, { trac_required: true }, { trac_required: false }],
  ])('%s, from the catalogue', (_, rule, over, below) => {
    expect(trips(deskWith([rule], over))).toEqual(MET);
    expect(trips(deskWith([rule], below))).toEqual([]);
    const nothing = Object.fromEntries(Object.keys(over).map((key) => [key, undefined]));
    expect(trips(deskWith([rule], nothing))).toEqual(UNKNOWN);
  });

  test.each([
    ['insured on the day', { rule: 'insured' }, { paus_insu_date: '2026-11-22' }, { paus_insu_date: null }],
    [
      'grey list',
      { rule: 'lists', whose: 'person', listed: 'grey' },
      { credit_list: 'grey' },
      { credit_list: 'none' },
    ],
  ])('%s, from the roster', (_, rule, over, below) => {
    expect(trips(deskWith([rule], {}, over))).toEqual(MET);
    expect(trips(deskWith([rule], {}, below))).toEqual([]);
    const nothing = Object.fromEntries(Object.keys(over).map((key) => [key, undefined]));
    expect(trips(deskWith([rule], {}, nothing))).toEqual(UNKNOWN);
  });

  test('identity: a card proves, a name picked from the list does not', () => {
    const rule = { rule: 'identity', methods: ['01', '02', '03'] };
    expect(trips(deskWith([rule]))).toEqual([]);
    expect(trips(deskWith([rule]), DRAFT, false)).toEqual(MET);
  });

  test('days of supply, from the draft', () => {
    const rule = { rule: 'supply_days', normal: 7, emergency: 3, long_term: 28 };
    expect(trips(deskWith([rule]), box({ cnt: '3', prd_days: 29 }))).toEqual(MET);
    expect(trips(deskWith([rule]), box({ cnt: '2', prd_days: 28 }))).toEqual([]);
    expect(trips(deskWith([rule]), { ...DRAFT, items: [{ med_list_codg: BOX_OF_26_34, cnt: '1' }] })).toEqual(
      UNKNOWN,
    );
  });

  test('early refill and frequency, from what was dispensed here, and not from what was taken back', () => {
    const refill = { rule: 'early_refill', days: 7 };
    const often = { rule: 'frequency', period: 'month', most: '1' };
    const here = deskWith([refill, often]);
    expect(trips(here)).toEqual([]);
    const { seq } = settleOne(here);
    expect(trips(here).map(([id]) => id)).toEqual(['T1', 'T2']);
    const refund = [{ way: 'cash' as const, amount: '11.42' }];
    const back = { operator: DOCTOR, request: 'back', seq, reason: '开错', day: here.desk.today(), refund };
    here.ledger.reverse(back);
    expect(trips(here)).toEqual([]);
  });

  test('the same person within minutes and one visit split, from the ledger and its time', () => {
    const soon = { rule: 'twice_within_minutes', minutes: 10 };
    const split = { rule: 'split_visit', amount: '50.00' };
    const here = deskWith([soon, split]);
    settleOne(here);
    expect(trips(here).map(([id]) => id)).toEqual(['T1', 'T2']);
    here.clock.now += 10 * 60_000;
    expect(trips(here).map(([id]) => id)).toEqual(['T2']);
  });

  test('the pace of an hour, over a restart', () => {
    const rule = { rule: 'hourly_pace', whose: 'doctor', most: 2 };
    const here = deskWith([rule]);
    settleOne(here);
    expect(trips(here)).toEqual([]);
    settleOne(here);
    expect(trips(here)).toEqual(MET);
    expect(trips(here.restart())).toEqual(MET);
    here.clock.now += 3_600_000;
    expect(trips(here)).toEqual([]);
  });

  test('a doctor’s pace is that doctor’s own, the clinic’s is everybody’s', () => {
    const own = { rule: 'hourly_pace', whose: 'doctor', most: 1 };
    const all = { rule: 'hourly_pace', whose: 'clinic', most: 1 };
    const here = deskWith([own, all]);
    const another = 'D140225000002';
    const operators = [DOCTOR, another].map((opter) => ({
      ...here.desk.reference().operators.value[0],
      opter,
    }));
    install(here.ledger, 'operators', { operators });
    const { visit, digest } = quoted(here);
    here.desk.confirm({
      ...{ visit, draft: DRAFT, operator: another, paid_way: 'cash' },
      ...{ request: 'of-another-doctor-1', digest: digest ?? '' },
    });
    expect(trips(here).map(([id]) => id)).toEqual(['T2']);
  });

  test('an opened pack is sold up to one pack, over all visits; what is taken back is in it again', () => {
    const here = deskWith([{ rule: 'trace_code' }], { trac_required: true });
    const half = box({ drug_trac_codg: [TRACE], trdn_flag: '1' });
    for (const item of half.items) item.cnt = '0.5';
    const { seq } = confirm(here, quoted(here, half), half);
    expect(trips(here, half)).toEqual([]);
    confirm(here, quoted(here, half), half);
    expect(trips(here, half)).toEqual(MET);
    const refund = [{ way: 'cash' as const, amount: '5.71' }];
    here.ledger.reverse({ operator: DOCTOR, request: 'b', seq, reason: 'r', day: here.desk.today(), refund });
    expect(trips(here.restart(), half)).toEqual([]);
  });

  test.each([
    [
      '82222222222222222222',
      ['8222222222222222222282222222222222222222', '82222-22222-22222-22222', '*82222222222222222222*,'],
    ],
    ['AbCdEf123456', ['ABCDEF123456', 'abcdef-123456']],
  ])('%s once sold is sold in every other dress too', (code, others) => {
    const here = deskWith([{ rule: 'trace_code' }], { trac_required: true });
    const scanned = (text: string) => box({ drug_trac_codg: [text], trdn_flag: '0' });
    const first = scanned(code);
    const key = quoted(here, first).findings.map(({ key }) => ({ finding: key, dspo_way_rea: '已核对' }));
    confirm(here, quoted(here, { ...first, reasons: key }), { ...first, reasons: key });
    for (const other of others)
      expect(quoted(here, scanned(other)).findings.map(({ finding }) => finding.vola_cont)).toContainEqual(
        expect.stringContaining('已经卖过一次'),
      );
  });

  test('a GS1 code is its article and serial number, in the record too', () => {
    const here = deskWith([{ rule: 'trace_code' }], { trac_required: true });
    const scanned = (text: string) => box({ drug_trac_codg: [text], trdn_flag: '0' });
    const first = scanned(']d201069012345678921726123110LOT7\u001d21SERIAL0001');
    const { body } = confirm(here, quoted(here, first), first);
    const drug_trac_codg = ['010690123456789221SERIAL0001'];
    expect(body.lines).toMatchObject([{ drug_trac_codg }]);
    expect(trips(here, scanned('(01)06901234567892(21)SERIAL0001'))).toEqual(MET);
    expect(trips(here, scanned('(01)06901234567892(21)SERIAL0002(10)LOT7'))).toEqual([]);
  });

  test.each([
    'amxl',
    '6901234567892',
    '6921234567898',
    '140225197405069155',
    '140225197405069151',
    '14022519740506915x',
    '140225-19740506-9151',
    `${TRACE};8${TRACE.slice(1, 19)}0`,
    TRACE.slice(1),
    '',
  ])('%j is no trace code', (text) => {
    const { problems } = quoted(deskWith([]), box({ drug_trac_codg: [text], trdn_flag: '0' }));
    expect(problems).toContainEqual({ code: 'TRACE_CODE_INVALID', line: 0 });
  });

  test('a trace code sold before, unless taken back', () => {
    const rule = { rule: 'trace_code' };
    const here = deskWith([rule], { trac_required: true });
    const draft = box({ drug_trac_codg: [TRACE], trdn_flag: '0' });
    const { seq } = confirm(here, quoted(here, draft), draft);
    expect(trips(here, draft)).toEqual(MET);
    expect(trips(here, box({ drug_trac_codg: [TRACE], trdn_flag: '1' }))).toEqual(MET);
    expect(trips(here, box({ drug_trac_codg: [TRACE.replace('8', '7')], trdn_flag: '0' }))).toEqual([]);
    const lines = [{ drug_trac_codg: [TRACE], trdn_flag: '0' }];
    expect(here.ledger.record(seq)?.body).toMatchObject({ lines });
    const refund = [{ way: 'cash' as const, amount: '11.42' }];
    here.ledger.reverse({ operator: DOCTOR, request: 'b', seq, reason: 'r', day: here.desk.today(), refund });
    expect(trips(here, draft)).toEqual([]);
  });
});

describe('what is found', () => {
  const SUPPLY = { rule: 'supply_days', normal: 7, emergency: 3, long_term: 7 };

  test('asks for a reason, waits for it, and keeps both in the record', () => {
    const here = deskWith([SUPPLY]);
    const before = quoted(here);
    expect(before).toMatchObject({ digest: null, problems: [{ code: 'REASON_MISSING', line: 0 }] });
    expect(codeThrown(() => confirm(here, before, DRAFT))).toBe('REASON_MISSING');
    const key = before.findings[0]?.key ?? '';
    const answered = { ...DRAFT, reasons: [{ finding: key, dspo_way_rea: ' 外出打工，多带几天 ' }] };
    const quote = quoted(here, answered);
    expect(quote.problems).toEqual([]);
    const { body } = confirm(here, quote, answered);
    expect(body.findings).toMatchObject([{ rule_id: 'T1', jr_id: 'T1-1', sev_deg: '2', source: '文件' }]);
    expect(body.reasons).toEqual([
      { warn_rslt_id: 'T1-1', dspo_way: '1', dspo_way_rea: '外出打工，多带几天' },
    ]);
    expect(body.answer).toMatchObject({ setlinfo: { fund_pay_sumamt: '14.92' } });
  });

  test('a blank reason, or one for another item, is none', () => {
    const here = deskWith([SUPPLY]);
    for (const finding of [
      { finding: 'T1 other', dspo_way_rea: '病情需要' },
      { finding: `T1 ${BOX_OF_26_34}`, dspo_way_rea: '  ' },
    ])
      expect(quoted(here, { ...DRAFT, reasons: [finding] }).digest).toBeNull();
  });

  test('a reason that has become needed between price and confirm is asked for, and nothing is settled', () => {
    const here = deskWith([{ rule: 'hourly_pace', whose: 'clinic', most: 1 }]);
    const quote = quoted(here);
    settleOne(here, '14022500000000000002', { diagnoses: [{ diag_code: HYPERTENSION }], items: DRAFT.items });
    const { seq } = here.ledger.head();
    expect(codeThrown(() => confirm(here, quote, DRAFT))).toBe('REASON_MISSING');
    expect(here.ledger.head().seq).toBe(seq);
  });

  test('a denied line is the person’s to pay, the rest is not; the slip says why', () => {
    const here = deskWith([{ rule: 'sex', severity: 'deny' }], { gend: '2' });
    const plain = CATALOGUE.items.find(
      (item: { med_list_codg: string; chrgitm_lv: string }) =>
        item.chrgitm_lv === '01' && item.med_list_codg !== BOX_OF_26_34,
    );
    const draft = {
      ...DRAFT,
      items: [...DRAFT.items, { med_list_codg: plain.med_list_codg, cnt: '1', prd_days: 7 }],
    };
    // The other item's facts are not known: a `deny` that could not look asks instead.
    const quote = quoted(here, draft);
    expect(findingsOf(quote)).toEqual([
      ['T1', 'deny', false],
      ...(plain.gend === undefined ? [['T1', 'confirm', true] as const] : []),
    ]);
    expect(quote.claim.items.map(({ chrgitm_lv }) => chrgitm_lv)).toEqual(['03', '01']);
    expect(quote.answer?.setlinfo.fulamt_ownpay_amt).toBe('26.34');
    expect(quote.answer?.items.map(({ pool_pay }) => pool_pay)[0]).toBe('0.00');

    const alone = quoted(here, DRAFT);
    const settled = confirm(here, alone, DRAFT);
    expect(notesOf(here, settled.seq).join()).toContain(
      '马来酸左旋氨氯地平片：这一项只用于女性。医保没有报。',
    );
  });

  test('a visit denied as a whole is a self-pay visit that says why', () => {
    const here = deskWith([{ rule: 'insured', severity: 'deny' }], {}, { paus_insu_date: '2026-11-01' });
    const quote = quoted(here);
    expect(quote).toMatchObject({ pay_mode: 'self-pay', self_pay_reason: 'AUDIT_DENIED', problems: [] });
    const { seq, body } = confirm(here, quote, DRAFT);
    expect(body).toMatchObject({ self_pay_reason: 'AUDIT_DENIED', put: [], findings: [{ rule_id: 'T1' }] });
    expect(body.answer).toMatchObject({ setlinfo: { fund_pay_sumamt: '0.00', psn_part_amt: '26.34' } });
    expect(notesOf(here, seq)).toEqual(['这位居民从 2026-11-01 起停保。医保没有报。']);
  });

  test('a reminder costs nothing and asks for nothing', () => {
    const here = deskWith([{ ...SUPPLY, severity: 'remind' }]);
    const quote = quoted(here);
    expect(quote.problems).toEqual([]);
    expect(confirm(here, quote, DRAFT).body).toMatchObject({
      findings: [{ severity: 'remind' }],
      reasons: [],
    });
  });

  test('照上次开 brings neither reasons nor trace codes along', () => {
    const here = deskWith([SUPPLY]);
    const draft = {
      ...box({ drug_trac_codg: [TRACE], trdn_flag: '0' }),
      reasons: [{ finding: `T1 ${BOX_OF_26_34}`, dspo_way_rea: '病情需要' }],
    };
    confirm(here, quoted(here, draft), draft);
    const visit = here.desk.open({ psn_no: PATIENT });
    expect(here.desk.lastDraft(visit)).toEqual({ draft: DRAFT, gone: [] });
  });
});

function notesOf({ ledger }: TestDesk, seq: number): string[] {
  const record = ledger.record(seq);
  if (!record) throw new Error('no record');
  const facts = { jws: 'a.b.c', copy: 0, fixmedins_name: '张庄', operatorName: '赵', signing: KEYS.signing };
  expect(isSettlement(record) && record.body.findings.length).toBeGreaterThan(0);
  return slipContent({ record, ...facts, demo: false, reversal: null }).notes;
}
