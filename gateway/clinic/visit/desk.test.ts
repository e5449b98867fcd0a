import { describe, expect, test } from 'vitest';
import { codeOf, doctorText, type ErrorCode } from '../../errors.ts';
import { VISITS_MAX } from './desk.ts';
import type { Draft } from './draft-shape.ts';
import { maskCertno } from './person.ts';
import { settlementBody } from './settle.ts';
import {
  BOX_OF_26_34,
  cardOf,
  DECEASED,
  DOCTOR,
  DRAFT,
  HYPERTENSION,
  install,
  PATIENT,
  PAUSED,
  person,
  STRANGER,
  settleOne,
  type TestDesk,
  testDesk,
  UNINSURED,
} from './testing/desk.ts';

const CHINESE = /[\u4e00-\u9fff]/;

/** The code that an act is refused with, and that nothing has changed by it. */
function refusal(here: TestDesk, act: () => unknown): ErrorCode | null {
  const before = JSON.stringify([here.ledger.head(), here.ledger.todayTotals(here.desk.today())]);
  try {
    act();
    return null;
  } catch (error) {
    expect(JSON.stringify([here.ledger.head(), here.ledger.todayTotals(here.desk.today())])).toBe(before);
    const code = codeOf(error);
    expect(doctorText(code)).toMatch(CHINESE);
    return code;
  }
}

const confirmOf = (visit: string, digest: string | null, draft = DRAFT) => ({
  visit,
  request: `request-${visit}-0001`,
  digest: digest ?? '',
  draft,
  paid_way: 'cash' as const,
  operator: DOCTOR,
});

describe('who is there', () => {
  test('a name that is typed is kept without what no eye sees', () => {
    const here = testDesk();
    expect(here.desk.open({ psn_name: ' 钱\u200b过路\u0007　' }).visitor.psn_name).toBe('钱过路');
  });

  test('a card of the roster is an insured visit', () => {
    const { desk } = testDesk();
    const visit = desk.open({ credential: cardOf(person(PATIENT)) });
    expect(visit.visitor.psn_no).toBe(PATIENT);
    expect(desk.quote(visit.id, DRAFT, DOCTOR)).toMatchObject({ pay_mode: 'insured', self_pay_reason: null });
  });

  test.each([
    ['a stranger’s card', { credential: STRANGER }, 'PERSON_UNKNOWN'],
    ['a stranger’s name', { psn_name: '钱过路' }, 'PERSON_UNKNOWN'],
    ['paused insurance', { psn_no: PAUSED }, 'PERSON_PAUSED'],
    ['no insurance', { psn_no: UNINSURED }, 'PERSON_NOT_INSURED'],
    ['somebody who has died', { psn_no: DECEASED }, 'PERSON_DECEASED'],
  ] as const)('%s is a self-pay visit that says why, and can be settled', (_what, who, reason) => {
    const here = testDesk();
    const { id } = here.desk.open(who);
    const quote = here.desk.quote(id, DRAFT, DOCTOR);
    expect(quote).toMatchObject({ pay_mode: 'self-pay', self_pay_reason: reason, problems: [] });
    expect(doctorText(reason)).toMatch(CHINESE);
    const { body } = here.desk.confirm(confirmOf(id, quote.digest));
    expect(body).toMatchObject({ pay_mode: 'self-pay', self_pay_reason: reason, put: [] });
    expect(body.answer).toMatchObject({ setlinfo: { fund_pay_sumamt: '0.00', psn_part_amt: '26.34' } });
  });

  test('a number of nobody in the roster opens nothing', () => {
    const here = testDesk();
    expect(refusal(here, () => here.desk.open({ psn_no: 'nobody' }))).toBe('PERSON_UNKNOWN');
    expect(here.desk.visits()).toEqual([]);
  });

  test('the same person twice is one visit, and the card is kept as the better evidence', () => {
    const { desk } = testDesk();
    const byName = desk.open({ psn_no: PATIENT });
    const byCard = desk.open({ credential: cardOf(person(PATIENT)) });
    expect(byCard.id).toBe(byName.id);
    expect(desk.visits()).toHaveLength(1);
    expect(desk.visit(byName.id).visitor.credential?.kind).toBe('id-card');
  });

  test.each([
    ['another dot', '古丽·买买提', '古丽•买买提'],
    ['a blank behind it', '欧阳某', '欧阳某 '],
    ['a full-width blank', '张某', '张　某'],
    ['cut by the card', '阿卜杜热合曼·阿卜杜克热木·麦麦提', '阿卜杜热合曼·阿卜杜克热木·麦'],
    ['another name altogether', '刘建国', '王别人'],
  ])('one number is one visit, whatever the name: %s', (_what, psn_name, onCard) => {
    const { desk, ledger } = testDesk();
    install(ledger, 'roster', { persons: [{ ...person(PATIENT), psn_name }] });
    const { id } = desk.open({ psn_no: PATIENT });
    desk.quote(id, DRAFT, DOCTOR);
    const again = desk.open({ credential: { ...cardOf(person(PATIENT)), psn_name: onCard } });
    expect([again.id, again.draft.items.length, desk.visits().length]).toEqual([id, 1, 1]);
  });

  test('a stranger’s card is one visit before and after the roster knows them', () => {
    const { desk, ledger } = testDesk();
    const { id } = desk.open({ credential: STRANGER });
    install(ledger, 'roster', { persons: [{ ...person(PATIENT), certno: STRANGER.certno }] });
    expect(desk.open({ credential: { ...STRANGER, psn_name: '钱·过路' } }).id).toBe(id);
    expect(desk.visit(id).visitor.psn_no).toBe(PATIENT);
  });

  test('two persons of one name are two visits, and so are two without a number', () => {
    const { desk } = testDesk();
    const other = { ...STRANGER, certno: '110101197001010013' };
    const ids = [STRANGER, other].map((credential) => desk.open({ credential }).id);
    for (const psn_name of ['钱过路', '钱过路']) ids.push(desk.open({ psn_name }).id);
    expect(new Set(ids).size).toBe(4);
  });

  test('an identity number is masked but for its first and last four, a short one wholly', () => {
    expect(maskCertno('140225197405069155')).toBe('1402**********9155');
    expect(maskCertno('12345678')).toBe('********');
    expect(maskCertno('')).toBe('');
  });

  test('one more visit than the desk holds pushes the oldest out, for good', () => {
    const here = testDesk();
    const idsOf = ({ desk }: TestDesk) => desk.visits().map(({ id }) => id);
    const [oldest = '', ...others] = Array.from({ length: VISITS_MAX + 1 }, (_, n) => {
      here.clock.now += 1_000;
      return here.desk.open({ psn_name: `路人${n}` }).id;
    });
    expect(idsOf(here)).toEqual(others);
    expect(refusal(here, () => here.desk.visit(oldest))).toBe('VISIT_UNKNOWN');
    expect(idsOf(here.restart())).toEqual(others);
  });

  test('a visit with something written stays when one more than the desk holds comes', () => {
    const here = testDesk();
    const written = here.desk.open({ psn_name: '先来的' }).id;
    here.desk.quote(written, DRAFT, DOCTOR);
    for (let n = 0; n < VISITS_MAX + 3; n++) here.desk.open({ psn_name: `路人${n}` });
    expect(here.desk.visits()).toHaveLength(VISITS_MAX);
    expect(here.desk.visit(written).draft).toEqual(DRAFT);
  });

  test('what was typed is there after a restart: lines, days, codes, reasons, diagnoses; and goes with the visit', () => {
    const here = testDesk();
    const [item = { med_list_codg: '' }] = DRAFT.items;
    const typed: Draft = {
      ...DRAFT,
      items: [{ ...item, cnt: '2', drug_trac_codg: ['81234567890123456789'], trdn_flag: '0' }],
      reasons: [{ finding: 'T1', dspo_way_rea: '外出打工' }],
    };
    const { id } = here.desk.open({ psn_no: PATIENT });
    here.desk.quote(id, { ...DRAFT, items: [] }, DOCTOR);
    here.desk.quote(id, typed, DOCTOR);
    const again = here.restart();
    expect(again.desk.visit(id).draft).toEqual(typed);
    expect(again.desk.draftsLost).toBe(false);
    again.desk.close(id);
    expect(again.restart().desk.visits()).toEqual([]);
  });

  test('a draft that was damaged is told, the visit is there without it', () => {
    const here = testDesk();
    const { id } = here.desk.open({ psn_no: PATIENT });
    here.desk.quote(id, DRAFT, DOCTOR);
    here.drafts.write('{"half');
    const again = here.restart();
    expect([again.desk.draftsLost, again.desk.visit(id).draft.items]).toEqual([true, []]);
    settleOne(again);
    expect(again.desk.visits()).toEqual([]);
  });

  test.each(['{"vis', 'null', '{"visitor":{},"draft":{}}', ''])(
    'a visit kept as %j keeps nobody from the desk',
    (json) => {
      const here = testDesk();
      here.desk.open({ psn_no: PATIENT });
      here.ledger.putVisit({ id: 'bad', opened_at: '2026-01-01T00:00:00.000Z', json });
      const again = here.restart();
      expect(again.desk.draftsLost).toBe(true);
      expect(again.desk.visits().map(({ visitor }) => visitor.psn_no)).toEqual([PATIENT]);
      expect(again.restart().desk.draftsLost).toBe(false);
    },
  );

  test('the desk is the same after a restart, without whom it has settled', () => {
    const here = testDesk();
    here.desk.open({ psn_no: PAUSED });
    settleOne(here);
    expect(here.restart().desk.visits()).toEqual(here.desk.visits());
    expect(here.desk.visits().map(({ visitor }) => visitor.psn_no)).toEqual([PAUSED]);
  });
});

describe('what cannot be settled', () => {
  const line = (cnt: string, prd_days?: number) => ({
    diagnoses: DRAFT.diagnoses,
    items: [{ med_list_codg: BOX_OF_26_34, cnt, ...(prd_days === undefined ? {} : { prd_days }) }],
  });
  const unknownItem = { ...DRAFT, items: [...DRAFT.items, { med_list_codg: 'X-NOT-THERE', cnt: '1' }] };

  test.each([
    ['an item that is not in the catalogue', unknownItem, 'ITEM_UNKNOWN', 1],
    ['a quantity of 0', line('0'), 'ITEM_QUANTITY', 0],
    ['a quantity of 0.0000', line('0.0000'), 'ITEM_QUANTITY', 0],
    ['a quantity of 10 000', line('10000'), 'ITEM_QUANTITY', 0],
    ['a quantity of 1 000', line('1000'), 'ITEM_QUANTITY', 0],
    ['a quantity below 0', line('-1'), 'ITEM_QUANTITY', 0],
    ['a quantity that is no number', line('1e2'), 'ITEM_QUANTITY', 0],
    ['five decimals', line('1.00001'), 'ITEM_QUANTITY', 0],
    ['no days', line('1', 0), 'ITEM_DAYS', 0],
    ['half a day', line('1', 0.5), 'ITEM_DAYS', 0],
    ['a hundred days', line('1', 100), 'ITEM_DAYS', 0],
    ['nothing at all', { ...DRAFT, items: [] }, 'NO_ITEMS', null],
    ['an insured visit without a diagnosis', { ...DRAFT, diagnoses: [] }, 'DIAGNOSIS_MISSING', null],
    ['an unknown diagnosis', { ...DRAFT, diagnoses: [{ diag_code: 'Z?' }] }, 'DIAGNOSIS_UNKNOWN', null],
    ['51 lines', { ...DRAFT, items: Array(51).fill(DRAFT.items[0]) }, 'TOO_MANY_ITEMS', null],
  ] as const)('%s has its code and sentence, and changes nothing', (_what, frozen, code, at) => {
    const here = testDesk();
    const draft = structuredClone(frozen) as typeof DRAFT;
    const { id } = here.desk.open({ psn_no: PATIENT });
    const quote = here.desk.quote(id, draft, DOCTOR);
    expect(quote.digest).toBeNull();
    expect(quote.problems).toContainEqual({ code, line: at });
    expect(refusal(here, () => here.desk.confirm(confirmOf(id, 'f'.repeat(64), draft)))).toBe(code);
    expect(here.desk.visits()).toHaveLength(1);
  });

  test('999 and 0.5 are quantities', () => {
    const { desk } = testDesk();
    const { id } = desk.open({ psn_no: PATIENT });
    const { problems } = desk.quote(id, line('999'), DOCTOR);
    expect(problems.filter(({ code }) => code !== 'REASON_MISSING')).toEqual([]);
    expect(desk.quote(id, line('0.5'), DOCTOR).answer?.setlinfo.medfee_sumamt).toBe('13.17');
  });

  test('a made-up visit', () => {
    const here = testDesk();
    expect(refusal(here, () => here.desk.confirm(confirmOf('made-up', '0'.repeat(64))))).toBe(
      'VISIT_UNKNOWN',
    );
  });
});

describe('a confirm of a price that is no longer true', () => {
  test('another visit of the same person was settled in between', () => {
    const here = testDesk();
    const { id } = here.desk.open({ psn_no: PATIENT });
    const old = here.desk.quote(id, DRAFT, DOCTOR);
    // Beside the desk, as a page of a moment ago would: no visit of his is open but this one.
    const facts = { quote: old, clinic: here.ledger.clinic, paid_way: 'cash', software: 'test' } as const;
    const request = 'request-beside-the-desk';
    const settled = here.ledger.settle({
      operator: DOCTOR,
      request,
      body: (seq) => settlementBody({ ...facts, request, clock: 'system' }, here.ledger.ledger, seq),
    });
    expect(settled.body.put.length).toBeGreaterThan(0);
    expect(refusal(here, () => here.desk.confirm(confirmOf(id, old.digest)))).toBe('QUOTE_CHANGED');
    const now = here.desk.quote(id, DRAFT, DOCTOR);
    expect(now.digest).not.toBe(old.digest);
    expect(here.desk.confirm(confirmOf(id, now.digest)).seq).toBe(settled.seq + 1);
  });

  test('midnight in China came in between', () => {
    const here = testDesk();
    here.clock.now = Date.UTC(2026, 10, 22, 15, 59, 59);
    const { id } = here.desk.open({ psn_no: PATIENT });
    const old = here.desk.quote(id, DRAFT, DOCTOR);
    here.clock.now += 1_000;
    expect(refusal(here, () => here.desk.confirm(confirmOf(id, old.digest)))).toBe('QUOTE_CHANGED');
    const now = here.desk.quote(id, DRAFT, DOCTOR);
    expect(here.desk.confirm(confirmOf(id, now.digest)).body.setl_date).toBe('2026-11-23');
  });

  test('a new roster came into force in between', () => {
    const here = testDesk();
    const { id } = here.desk.open({ psn_no: PATIENT });
    const old = here.desk.quote(id, DRAFT, DOCTOR);
    install(here.ledger, 'roster', { persons: [{ ...person(PATIENT), psn_insu_stas: '2' }] });
    expect(refusal(here, () => here.desk.confirm(confirmOf(id, old.digest)))).toBe('QUOTE_CHANGED');
    expect(here.desk.quote(id, DRAFT, DOCTOR).self_pay_reason).toBe('PERSON_PAUSED');
  });

  test('other items than those quoted', () => {
    const here = testDesk();
    const { id } = here.desk.open({ psn_no: PATIENT });
    const { digest } = here.desk.quote(id, DRAFT, DOCTOR);
    const more = { ...DRAFT, items: [{ med_list_codg: BOX_OF_26_34, cnt: '2', prd_days: 14 }] };
    expect(refusal(here, () => here.desk.confirm(confirmOf(id, digest, more)))).toBe('QUOTE_CHANGED');
  });
});

describe('a confirm', () => {
  test('the visit of 26.34: 14.92 by the fund, 11.42 by the person, once', () => {
    const here = testDesk();
    const { id } = here.desk.open({ psn_no: PATIENT });
    const confirm = confirmOf(id, here.desk.quote(id, DRAFT, DOCTOR).digest);
    const first = here.desk.confirm(confirm);
    const second = here.desk.confirm(confirm);
    expect(second).toMatchObject({ seq: first.seq, hash: first.hash });
    expect(here.ledger.todayTotals(here.desk.today())).toEqual({
      visits: 1,
      medfee: 2634,
      fund: 1492,
      cash: 1142,
    });
    expect(here.desk.visits()).toEqual([]);
    expect(here.ledger.printJobs().filter(({ seq }) => seq === first.seq)).toHaveLength(1);
  });

  describe('under a request id that is known', () => {
    const stranger = { psn_name: '路人甲' };
    const settled = (here: TestDesk) => {
      const { id } = here.desk.open(stranger);
      const confirm = confirmOf(id, here.desk.quote(id, DRAFT, DOCTOR).digest);
      return { confirm, first: here.desk.confirm(confirm) };
    };

    test('another visit of the same price is refused, also after a restart, and stays open', () => {
      const here = testDesk();
      const { confirm, first } = settled(here);
      const { id } = here.desk.open(stranger);
      const { digest } = here.desk.quote(id, DRAFT, DOCTOR);
      // Two strangers of the same name and lines: the digest alone does not tell them apart.
      expect(digest).toBe(confirm.digest);
      for (const it of [here, here.restart()]) {
        expect(refusal(it, () => it.desk.confirm({ ...confirm, visit: id }))).toBe('REQUEST_REUSED');
        expect(it.desk.visit(id).visitor.psn_name).toBe('路人甲');
        expect(it.desk.confirm(confirm)).toMatchObject({ seq: first.seq, hash: first.hash });
      }
    });

    test('another price is refused, and so is the id of a reversal', () => {
      const here = testDesk();
      const { confirm, first } = settled(here);
      const other = { ...confirm, digest: '0'.repeat(64) };
      expect(refusal(here, () => here.desk.confirm(other))).toBe('REQUEST_REUSED');
      const refund = [{ way: 'cash' as const, amount: '26.34' }];
      const taking = { operator: DOCTOR, reason: '开错了', day: here.desk.today(), refund };
      here.ledger.reverse({ ...taking, request: 'request-of-a-reversal', seq: first.seq });
      const { id } = here.desk.open(stranger);
      const { digest } = here.desk.quote(id, DRAFT, DOCTOR);
      const confirmed = { ...confirmOf(id, digest), request: 'request-of-a-reversal' };
      expect(refusal(here, () => here.desk.confirm(confirmed))).toBe('REQUEST_REUSED');
    });
  });

  test('照上次开 gives the same lines again', () => {
    const here = testDesk();
    settleOne(here);
    const visit = here.desk.open({ psn_no: PATIENT });
    expect(here.desk.lastDraft(visit)).toEqual({
      draft: { ...DRAFT, diagnoses: [{ diag_code: HYPERTENSION }] },
      gone: [],
    });
    expect(here.desk.itemUse.count(BOX_OF_26_34)).toBe(1);
    expect(here.restart().desk.itemUse.count(BOX_OF_26_34)).toBe(1);
  });
});
