import { describe, expect, test } from 'vitest';
import { codeOf } from '../../errors.ts';
import type { Draft } from './draft-shape.ts';
import {
  BOX_OF_26_34,
  cardOf,
  DOCTOR,
  DRAFT,
  HYPERTENSION,
  install,
  PATIENT,
  person,
  SIGNED,
  settleOne,
  type TestDesk,
  testDesk,
} from './testing/desk.ts';

/** What a confirm is refused for, and what it is not: docs/record.md §5. */

function refusal(act: () => unknown): string | null {
  try {
    act();
    return null;
  } catch (error) {
    return codeOf(error);
  }
}

const confirmOf = (visit: string, digest: string | null, draft: Draft = DRAFT) => ({
  visit,
  request: `request-${visit}-0001`,
  digest: digest ?? '',
  draft,
  paid_way: 'cash' as const,
  operator: DOCTOR,
});

describe('a confirm of a price that is as it was, whatever moved beside it', () => {
  const again =
    (name: string, change: (value: { items: { med_list_codg: string; pric: string }[] }) => void) =>
    (here: TestDesk) => {
      const value = JSON.parse(here.ledger.dataset(name)?.content ?? '');
      change(value);
      install(here.ledger, name, value);
    };
  /** Another person, with a reason for whatever is asked. */
  const settleSigned = (here: TestDesk) => {
    const { findings } = here.desk.quote(here.desk.open({ psn_no: SIGNED }).id, DRAFT, DOCTOR);
    const reasons = findings.map(({ key }) => ({ finding: key, dspo_way_rea: '病情需要' }));
    settleOne(here, SIGNED, { ...DRAFT, reasons });
  };
  const dearer = again('catalogue', ({ items }) => {
    const other = items.find(({ med_list_codg }) => med_list_codg !== BOX_OF_26_34);
    if (other) other.pric = '99.00';
  });

  test.each([
    ['another patient, out of the same budget of the clinic', settleSigned],
    ['the roster, with the same person in it', again('roster', () => {})],
    ['the list of operators', again('operators', () => {})],
    ['the catalogue, another item dearer', dearer],
  ])('%s: settled at the first touch', (_what, between) => {
    const here = testDesk();
    const { id } = here.desk.open({ psn_no: PATIENT });
    const { digest, answer } = here.desk.quote(id, DRAFT, DOCTOR);
    between(here);
    const { body } = here.desk.confirm(confirmOf(id, digest));
    expect(body.answer).toMatchObject({ setlinfo: answer?.setlinfo });
    expect(body.datasets.catalogue.version).toBe(here.ledger.dataset('catalogue')?.ref.version);
  });

  test('a finding whose words count the minutes: settled at the first touch, two minutes later', () => {
    const here = testDesk();
    settleOne(here);
    here.clock.now += 61_000;
    const { id } = here.desk.open({ psn_no: PATIENT });
    const text = () =>
      here.desk
        .quote(id, DRAFT, DOCTOR)
        .findings.map(({ finding }) => finding.vola_cont)
        .join();
    const findings = here.desk.quote(id, DRAFT, DOCTOR).findings.map(({ key }) => key);
    const draft = { ...DRAFT, reasons: findings.map((finding) => ({ finding, dspo_way_rea: '病情需要' })) };
    const [{ digest }, before] = [here.desk.quote(id, draft, DOCTOR), text()];
    here.clock.now += 120_000;
    expect(text()).not.toBe(before);
    expect(here.desk.confirm(confirmOf(id, digest, draft)).body.findings.length).toBeGreaterThan(0);
  });

  test('an item of the form that became dearer is shown first', () => {
    const here = testDesk();
    const { id } = here.desk.open({ psn_no: PATIENT });
    const { digest } = here.desk.quote(id, DRAFT, DOCTOR);
    again('catalogue', ({ items }) => {
      for (const item of items) item.pric = '30.00';
    })(here);
    expect(refusal(() => here.desk.confirm(confirmOf(id, digest)))).toBe('QUOTE_CHANGED');
  });

  test('the clinic’s budget ran out in between: shown first, since the clinic bears it', () => {
    const here = testDesk();
    const budgeted = again('clinic', (value) => Object.assign(value, { budget: { 'clinic-year': '15.00' } }));
    budgeted(here);
    const { id } = here.desk.open({ psn_no: PATIENT });
    const { digest, answer } = here.desk.quote(id, DRAFT, DOCTOR);
    expect(answer?.warnings).toEqual([]);
    settleSigned(here);
    expect(refusal(() => here.desk.confirm(confirmOf(id, digest)))).toBe('QUOTE_CHANGED');
  });
});

describe('a confirm of a person whom the roster has otherwise now', () => {
  const row = person(PATIENT);
  test.each([
    ['name', { psn_name: '张三丰' }],
    ['number', { certno: '14022519740506001X' }],
    ['sex', { gend: '2' }],
    ['birth date', { brdy: '1975-05-06' }],
    ['all of these', { psn_name: '张三丰', certno: '14022519740506001X', gend: '2', brdy: '1974-05-06' }],
  ])('another %s: not settled, told, and settled as shown at the next touch', (_what, other) => {
    const here = testDesk();
    const visit = here.desk.open({ psn_no: PATIENT });
    const { digest } = here.desk.quote(visit.id, DRAFT, DOCTOR);
    install(here.ledger, 'roster', { persons: [{ ...row, ...other }] });
    expect(refusal(() => here.desk.confirm(confirmOf(visit.id, digest)))).toBe('QUOTE_CHANGED');
    expect(here.desk.standing(visit).identity).toEqual([expect.stringMatching(/原来是“刘建国”.*现在是“/)]);
    const now = here.desk.quote(visit.id, DRAFT, DOCTOR);
    const { body } = here.desk.confirm(confirmOf(visit.id, now.digest));
    expect(body.psn).toMatchObject(other);
    expect(body.findings).toContainEqual(expect.objectContaining({ rule_id: 'PERSON_CHANGED' }));
  });

  test.each([
    ['kind of insurance', { insutype: '310' }],
    ['place of insurance', { insuplc_admdvs: '140226' }],
    ['kind of person', { psn_type: '1101' }],
    ['kind of certificate', { psn_cert_type: '99' }],
  ])('another %s: shown first', (_what, other) => {
    const here = testDesk();
    const { id } = here.desk.open({ psn_no: PATIENT });
    const { digest } = here.desk.quote(id, DRAFT, DOCTOR);
    install(here.ledger, 'roster', { persons: [{ ...row, ...other }] });
    expect(refusal(() => here.desk.confirm(confirmOf(id, digest)))).toBe('QUOTE_CHANGED');
  });

  test('a card is told when its person has another number now; a former one is theirs', () => {
    const here = testDesk();
    const visit = here.desk.open({ credential: cardOf(row) });
    const { digest } = here.desk.quote(visit.id, DRAFT, DOCTOR);
    const other = { ...row, certno: '14022519740506001X' };
    install(here.ledger, 'roster', { persons: [other] });
    expect(refusal(() => here.desk.confirm(confirmOf(visit.id, digest)))).toBe('QUOTE_CHANGED');
    expect(here.desk.standing(visit).identity).toHaveLength(1);
    install(here.ledger, 'roster', { persons: [{ ...other, former_certno: [row.certno] }] });
    expect(here.desk.standing(visit).identity).toEqual([]);
  });

  test('another balance of the account, of which nothing is paid: settled', () => {
    const here = testDesk();
    const { id } = here.desk.open({ psn_no: PATIENT });
    const { digest } = here.desk.quote(id, DRAFT, DOCTOR);
    install(here.ledger, 'roster', { persons: [{ ...row, balc: '77.00' }] });
    expect(here.desk.confirm(confirmOf(id, digest)).seq).toBeGreaterThan(0);
  });
});

test('照上次开 brings only what can still be had, and says what cannot', () => {
  const here = testDesk();
  settleOne(here);
  const without = (name: string, list: string, isGone: (one: Record<string, string>) => boolean) => {
    const value = JSON.parse(here.ledger.dataset(name)?.content ?? '');
    value[list] = value[list].filter((one: Record<string, string>) => !isGone(one));
    install(here.ledger, name, value);
  };
  without('catalogue', 'items', ({ med_list_codg }) => med_list_codg === BOX_OF_26_34);
  without('diagnoses', 'diagnoses', ({ diag_code }) => diag_code === HYPERTENSION);
  const last = here.desk.lastDraft(here.desk.open({ psn_no: PATIENT }));
  expect(last?.draft).toEqual({ diagnoses: [], items: [] });
  expect(last?.gone).toHaveLength(2);
  expect(last?.gone.join()).toContain('左旋氨氯地平');
});
