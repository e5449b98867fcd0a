import { describe, expect, test } from 'vitest';
import type { Credential } from '../../../drivers/contract.ts';
import { cardOf, DOCTOR, DRAFT, install, PATIENT, PAUSED, person, testDesk } from './testing/desk.ts';

const card = (more: Partial<Credential>, psn_no = PATIENT) => ({
  credential: { ...cardOf(person(psn_no)), ...more },
});
const CODES = ['PERSON_NAME_DIFFERS', 'CREDENTIAL_EXPIRED'];

/** What is found of the card alone, and what waits for a reason. */
function opened(here = testDesk(), who: Parameters<typeof here.desk.open>[0] = card({})) {
  const visit = here.desk.open(who);
  const quote = here.desk.quote(visit.id, DRAFT, DOCTOR);
  const findings = quote.findings.filter(({ finding }) => CODES.includes(finding.rule_id));
  return {
    id: visit.id,
    quote,
    found: findings.map(({ finding }) => [finding.rule_id, finding.severity]),
    words: here.desk.standing(visit).identity,
    asks: quote.problems.filter(({ code }) => code === 'REASON_MISSING').length,
  };
}

describe('another name under the same number', () => {
  test.each([
    ['insured', PATIENT],
    ['whose insurance is paused', PAUSED],
  ])('of somebody %s is confirmed by the doctor, and kept in the record', (_what, psn_no) => {
    const here = testDesk();
    const { id, quote, found, words, asks } = opened(here, card({ psn_name: '王别人' }, psn_no));
    expect([found, asks, quote.digest]).toEqual([[['PERSON_NAME_DIFFERS', 'confirm']], 1, null]);
    expect(words).toEqual([expect.stringMatching(/卡上写的是“王别人”，名册上是“.+”/)]);
    const key = quote.findings.find(({ finding }) => finding.rule_id === CODES[0])?.key ?? '';
    const draft = { ...DRAFT, reasons: [{ finding: key, dspo_way_rea: '已核对是本人' }] };
    const { digest } = here.desk.quote(id, draft, DOCTOR);
    const confirm = { visit: id, request: 'request-of-identity', draft, operator: DOCTOR };
    const { body } = here.desk.confirm({ ...confirm, digest: digest ?? '', paid_way: 'cash' });
    expect(body.findings[0]).toMatchObject({ rule_id: 'PERSON_NAME_DIFFERS', sev_deg: '2' });
    expect(body.reasons).toMatchObject([{ warn_rslt_id: 'PERSON_NAME_DIFFERS-1' }]);
    expect(body.psn.psn_name).toBe(person(psn_no).psn_name);
  });

  test('is none when only dots and blanks differ, or when somebody was picked from the roster', () => {
    const here = testDesk();
    install(here.ledger, 'roster', { persons: [{ ...person(PATIENT), psn_name: '古丽·买买提' }] });
    expect(opened(here, card({ psn_name: '古丽•买买提' })).found).toEqual([]);
    expect(opened(testDesk(), { psn_no: PATIENT }).found).toEqual([]);
  });
});

test('a card of another number with the name and birth date of somebody in the roster is told', () => {
  const number = { certno: 'GBR140074050699', psn_cert_type: '07' };
  const reason = (more: Partial<Credential>) => opened(testDesk(), card(more)).quote.self_pay_reason;
  expect(reason(number)).toBe('PERSON_SAME_NAME');
  expect(reason({ ...number, brdy: '1960-01-01' })).toBe('PERSON_UNKNOWN');
  expect(reason({ ...number, psn_name: '钱过路' })).toBe('PERSON_UNKNOWN');
});

describe('a card that has expired', () => {
  // It is noon of 2026-11-22.
  test.each([
    ['2019-01-01', true],
    ['2026-11-21', true],
    ['2026-11-22', false],
    ['2038-01-19', false],
    [null, false],
  ])('valid until %s', (expiry, told) => {
    const { found, words, asks, quote } = opened(testDesk(), card({ expiry }));
    expect(found).toEqual(told ? [['CREDENTIAL_EXPIRED', 'remind']] : []);
    expect(words).toEqual(told ? [expect.stringContaining(`有效期到 ${expiry}`)] : []);
    expect([asks, quote.answer?.setlinfo.psn_part_amt]).toEqual([0, '11.42']);
  });

  test('is not spoken of while nobody knows what day it is', () => {
    const here = testDesk();
    here.clock.now += 41 * 86_400_000;
    expect(here.ledger.time().code).not.toBeNull();
    expect(opened(here, card({ expiry: '2019-01-01' })).words).toEqual([]);
    here.ledger.confirmDay('2026-11-23', DOCTOR);
    expect(opened(here, card({ expiry: '2019-01-01' })).words).toHaveLength(1);
  });
});

test('a foreigner is found by the number of 2017 and that of 2023, and is one visit under both', () => {
  const here = testDesk();
  const [then, now] = ['CAN110186062105', '911124198108030024'];
  const row = { ...person(PATIENT), psn_cert_type: '07', psn_name: 'JOHN SMITH' };
  for (const [certno, former] of [
    [now, then],
    [then, now],
  ] as const) {
    install(here.ledger, 'roster', { persons: [{ ...row, certno, former_certno: [former] }] });
    const ids = [then, now].map((on) => opened(here, card({ certno: on, psn_name: 'SMITH JOHN' })));
    expect(new Set(ids.map(({ id }) => id)).size).toBe(1);
    for (const { quote, found } of ids) expect([quote.pay_mode, found]).toEqual(['insured', []]);
  }
});
