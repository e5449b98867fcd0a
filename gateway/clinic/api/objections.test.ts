import { beforeEach, describe, expect, test } from 'vitest';
import { OBJECTION_CODES } from '../../../sync/objection-codes.ts';
import { signJws } from '../../../sync/record/jws.ts';
import { errorWords } from '../../errors.ts';
import { KEYS } from '../../ledger/testing/fixtures.ts';
import { PATIENT } from '../visit/testing/desk.ts';
import { testApi } from './testing/api.ts';
import type { DeskView, QuoteView, SettledView, TodayView, VisitView } from './views/types.ts';

/** What the township says of a clinic's records reaches the doctor: on the visit, in 今天, above everything. */

const { api, send, post, quoted } = await testApi();
const desk = async () => (await send({ method: 'GET', url: '/api/desk' })).json<DeskView>();
const today = async () => (await send({ method: 'GET', url: '/api/today' })).json<TodayView>();

let n = 0;
beforeEach(() => {
  n = 0;
});

function hears(seq: number, code: string, more: object = {}): void {
  const { ledger, clinic } = api.here.ledger;
  n += 1;
  const said = { v: 1, ledger, clinic, seq, code, text: 'x', at: '2026-11-22T00:00:00.000Z', n, ...more };
  api.here.ledger.addObjection(signJws('cyt-finding+jws', said, KEYS.signing));
}

async function settled(): Promise<SettledView> {
  const { url, confirm } = await quoted();
  return (await post(url, confirm)).json<SettledView>();
}

test('an objection to a visit is on the visit, in 今天 and a notice, until it is withdrawn', async () => {
  const { seq } = await settled();
  expect((await today()).settlements[0]?.objections).toEqual([]);
  hears(seq, 'AMOUNTS_DIFFER');
  const words = errorWords('AMOUNTS_DIFFER');
  expect((await desk()).settled?.objections).toEqual([words]);
  expect((await today()).settlements[0]).toMatchObject({ objections: [words] });
  expect((await desk()).notices).toEqual([
    { ...words, about: expect.stringMatching(/^刘建国 11 月 22 日 26\.34 元$/) },
  ]);
  hears(seq, 'AMOUNTS_DIFFER', { withdrawn: true });
  expect((await desk()).notices).toEqual([]);
  expect((await today()).settlements[0]?.objections).toEqual([]);
  expect(api.here.restart().ledger.standingObjections()).toEqual([]);
});

test('one to a reversal is on the visit that it takes back', async () => {
  const { seq } = await settled();
  const reversal = { request: 'a-request-of-20-char', reason: '开错了', refund_way: 'cash' };
  await post(`/api/settlements/${seq}/reverse`, reversal);
  hears(api.here.ledger.head().seq, 'REVERSED_TWICE');
  expect((await today()).settlements[0]?.objections).toEqual([errorWords('REVERSED_TWICE')]);
  expect((await desk()).notices[0]?.about).toMatch(/^刘建国 .*（撤销）$/);
});

test('many of one kind are one notice, with three of them by name', async () => {
  const { seq } = await settled();
  for (let i = 0; i < 5; i += 1) hears(seq + i, 'AMOUNTS_DIFFER');
  const { notices } = await desk();
  expect(notices).toHaveLength(1);
  expect(notices[0]?.about).toMatch(/^刘建国 [^、]+、第 \d+ 号记录、第 \d+ 号记录 等 5 笔$/);
});

test.each(Object.keys(OBJECTION_CODES))('%s has words of its own', async (code) => {
  const { seq } = await settled();
  hears(seq, code);
  const [notice] = (await desk()).notices;
  expect(notice).toMatchObject(errorWords(code as keyof typeof OBJECTION_CODES));
});

test('a code of a later release is shown as plain text', async () => {
  const text = `a <b>later</b> fault\u202e\u0000\n${'x'.repeat(900)}`;
  hears(0, 'LATER_CODE', { text });
  const [notice] = (await desk()).notices;
  const { number, text: words } = errorWords('OBJECTION_UNKNOWN');
  expect(notice).toMatchObject({ code: 'LATER_CODE', number, text: words, about: '' });
  expect(notice?.said).toMatch(/^LATER_CODE: a <b>later<\/b> fault {3}x+$/);
  expect(notice?.said).toHaveLength(200);
});

describe('a box that is revoked', () => {
  test('says so, pays nothing from the fund, and keeps what it settles', async () => {
    const before = await quoted();
    hears(0, 'BOX_REVOKED');
    const words = errorWords('BOX_REVOKED');
    const { lights, notices } = await desk();
    expect(notices).toMatchObject([words]);
    expect(lights.at(-1)).toMatchObject({ role: 'township', state: 'attention', number: words.number });
    // What was on the screen before is not settled.
    const answer = (await post(before.url, before.confirm)).json<{ code: string; quote: QuoteView }>();
    expect(answer).toMatchObject({ code: 'QUOTE_CHANGED', quote: { fund_pay_sumamt: '0.00' } });
    const { url, confirm } = await quoted();
    const kept = (await post(url, confirm)).json<SettledView>();
    expect(kept).toMatchObject({ pay_mode: 'self-pay', fund_pay_sumamt: '0.00', township_text: '乡镇不收' });
    const visit = (await post('/api/visits', { psn_no: PATIENT })).json<VisitView>();
    expect(visit.person.self_pay).toEqual(words);
  });
});
