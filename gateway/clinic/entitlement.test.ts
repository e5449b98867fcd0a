import { expect, test } from 'vitest';
import type { Entitlement } from './entitlement.ts';
import { DOCTOR, DRAFT, PATIENT, settleOne, testDesk, UNINSURED } from './visit/testing/desk.ts';

/** A desk whose sources say more than today's do. */
const deskWith = (more: Partial<Entitlement>) =>
  testDesk({ entitlement: (own) => (subject, day) => ({ ...own(subject, day), ...more }) });

test('a share of a cap binds the price and stands in the record', () => {
  const here = deskWith({ allotted: { 'two-disease-year': '10.00' } });
  const { body } = settleOne(here);
  expect(body.claim.allotted).toEqual({ 'two-disease-year': '10.00' });
  const bound = { put: { 'two-disease-year': '10.00' }, warnings: ['ALLOTMENT_BOUND'] };
  expect(body.answer).toMatchObject(bound);
});

test('the record names the reservation it was settled under', () => {
  expect(settleOne(deskWith({ reservation: 'R-1' })).body.reservation).toBe('R-1');
  expect(settleOne(testDesk()).body).toMatchObject({ reservation: null });
});

test('without a source for it a claim has no share at all', () => {
  expect(settleOne(testDesk()).body.claim).not.toHaveProperty('allotted');
});

test('what was used here counts, and nothing is asked for a person that no fund pays for', () => {
  const here = testDesk();
  settleOne(here);
  const insured = here.desk.open({ psn_no: PATIENT });
  expect(here.desk.quote(insured.id, DRAFT, DOCTOR).entitlement).toMatchObject({
    insured: { ok: true },
    used: { 'two-disease-year': '14.92' },
    raised: null,
  });
  const other = here.desk.open({ psn_no: UNINSURED });
  expect(here.desk.quote(other.id, DRAFT, DOCTOR).entitlement).toMatchObject({
    insured: { ok: false, code: 'PERSON_NOT_INSURED' },
    used: {},
  });
});

test('what is left is said before anything is prescribed, as the next quote will have it', () => {
  const here = testDesk();
  const { body } = settleOne(here);
  const { left, registered, self_pay_reason } = here.desk.standing(here.desk.open({ psn_no: PATIENT }));
  expect(left.map(({ title, left: amount }) => ({ title, amount }))).toEqual(body.left);
  expect({ registered, self_pay_reason }).toEqual({
    registered: { designated_here: true, signed_here: false, chronic: ['hypertension'] },
    self_pay_reason: null,
  });
  const none = here.desk.standing(here.desk.open({ psn_name: '钱过路' }));
  expect(none).toMatchObject({ left: [], registered: null, self_pay_reason: 'PERSON_UNKNOWN' });
});

test('a person is looked up once for a quote', () => {
  const here = testDesk();
  const { id } = here.desk.open({ psn_no: PATIENT });
  const roster = here.desk.reference().roster.value;
  const { byNumber } = roster;
  let lookups = 0;
  roster.byNumber = (psn_no) => {
    lookups += 1;
    return byNumber(psn_no);
  };
  here.desk.quote(id, DRAFT, DOCTOR);
  expect(lookups).toBe(1);
});
