import { describe, expect, test } from 'vitest';
import { decodeJob } from '../../../drivers/escpos/job.ts';
import { KEYS } from '../../ledger/testing/fixtures.ts';
import { createSlips } from '../slip/slips.ts';
import { testApi } from './testing/api.ts';
import type { DeskView, SettledView, TodayView } from './views/types.ts';

/** What was settled, over the local API: how it was paid, what goes back, and the paper of it. */

const { api, send, post, login, refused, quoted } = await testApi();

async function settled(paid_way: 'cash' | 'code' | 'owed'): Promise<SettledView> {
  const { url, confirm } = await quoted();
  return (await post(url, { ...confirm, paid_way })).json();
}

const reversal = (refund_way: 'cash' | 'code' | 'owed') => ({
  request: `request-of-reversal-${refund_way}`,
  reason: '药开错了',
  refund_way,
});
const reverse = async (seq: number, refund_way: 'cash' | 'code' | 'owed') =>
  (await post(`/api/settlements/${seq}/reverse`, reversal(refund_way))).json<SettledView>();
const today = async () => (await send({ method: 'GET', url: '/api/today' })).json<TodayView>();
const desk = async () => (await send({ method: 'GET', url: '/api/desk' })).json<DeskView>();

function paperOf(seq: number, copy: number) {
  const { ledger, desk: theDesk } = api.here;
  const slips = createSlips({ ledger, reference: theDesk.reference, signing: KEYS.signing, demo: false });
  const { lines, qr } = decodeJob(slips.bytesOf(seq, copy));
  return { text: lines.join('\n'), codes: qr.length };
}

describe('how a visit is paid', () => {
  test.each(['cash', 'code', 'owed'] as const)(
    '%s is said as that, in the view and in the day',
    async (way) => {
      const { seq, due } = await settled(way);
      expect(due).toEqual([{ way, amount: '11.42' }]);
      const title = { cash: '现金', code: '扫码', owed: '欠着' }[way];
      expect((await today()).paid).toEqual([{ title, amount: '11.42' }]);
      expect((await desk()).today.cash).toBe(way === 'cash' ? '11.42' : '0.00');
      expect(paperOf(seq, 0).text).toContain(
        { cash: '已收现金', code: '已扫码收', owed: '欠着，没有收' }[way],
      );
    },
  );

  test.each([
    ['cash', 'code', 'code'],
    ['code', 'cash', 'cash'],
    ['owed', 'cash', 'owed'],
    ['owed', 'code', 'owed'],
    ['owed', 'owed', 'owed'],
  ] as const)('%s, taken back as %s, goes back as %s', async (way, asked, as) => {
    const { seq } = await settled(way);
    const back = await reverse(seq, asked);
    expect(back).toMatchObject({ reversed: true, reversal: { refund: [{ way: as, amount: '11.42' }] } });
    const cash = { cash: '11.42', code: '0.00', owed: '0.00' };
    const left = Number(cash[way]) - Number(cash[as]);
    expect((await desk()).today.cash).toBe(left.toFixed(2));
    expect(await desk()).toMatchObject({ settled: { seq, reversed: true } });
  });

  test('what was paid cannot be given back as owed', async () => {
    const { seq } = await settled('cash');
    const url = `/api/settlements/${seq}/reverse`;
    await refused({ method: 'POST', url, payload: reversal('owed') }, 422, 'REFUND_OWED');
  });
});

test('a day that was never closed is told on the next one, and is closed by its name', async () => {
  const { setl_date } = await settled('cash');
  expect((await today()).unclosed).toBeNull();
  const { clock } = api.here;
  const noon = clock.now;
  clock.now += 24 * 3_600_000;
  try {
    await login();
    expect(await today()).toMatchObject({ unclosed: setl_date, settlements: [] });
    const close = async (day: string) => post('/api/day-close', { day });
    expect((await close(setl_date)).json()).toMatchObject({ day: setl_date });
    expect((await today()).unclosed).toBeNull();
    for (const day of ['2099-01-01', '2026-02-30']) expect((await close(day)).statusCode).toBe(404);
  } finally {
    clock.now = noon;
  }
});

test('a reversal has a slip of its own, and every copy of the other is void', async () => {
  const { seq } = await settled('owed');
  expect(paperOf(seq, 0).codes).toBe(1);
  const { reversal: back } = await reverse(seq, 'cash');
  expect(back?.seq).toBe(seq + 1);
  const jobs = () => api.here.ledger.printJobs().map((job) => [job.seq, job.copy]);
  expect(jobs()).toEqual([
    [seq, 0],
    [seq + 1, 0],
  ]);
  for (const copy of [0, 1, 5]) {
    const { text, codes } = paperOf(seq, copy);
    expect(text).toContain('已撤销，作废');
    expect(codes).toBe(0); // it proves nothing any more
  }
  expect(paperOf(seq + 1, 0).text).toContain('不用退钱');
  const again = await post(`/api/settlements/${seq + 1}/reprint`, {});
  expect(again.json<SettledView>()).toMatchObject({ seq, reversal: { seq: seq + 1, slip: 'waiting' } });
  expect(jobs()).toContainEqual([seq + 1, 1]);
  expect(paperOf(seq + 1, 1).text).toContain('补打 第1次');
});

describe('a slip of which the printer did not say whether it came out', () => {
  /** Twice without an answer. */
  async function asked(): Promise<number> {
    const { seq } = await settled('cash');
    for (const copy of [0, 1]) {
      api.here.ledger.setPrintState(seq, copy, 'printing');
      api.here.ledger.printUnsure(seq, copy, 'PRINTER_SILENT');
    }
    return seq;
  }
  const answer = async (seq: number, copy: number, printed: boolean) =>
    (await post(`/api/settlements/${seq}/slip`, { copy, printed })).json<DeskView>();

  test('is asked about, with whose it is and what to do', async () => {
    const seq = await asked();
    const { slips_asked, settled: last } = await desk();
    expect(slips_asked).toMatchObject([
      { seq, copy: 1, psn_name: '刘建国', reversal: false, reversed: false, code: 'PRINT_UNKNOWN' },
    ]);
    expect(slips_asked[0]?.text).toContain('打出来了');
    expect(slips_asked[0]).toMatchObject({ at: last?.at, medfee_sumamt: last?.medfee_sumamt });
    expect(last).toMatchObject({ seq, slip: 'asked' });
  });

  test('the doctor says it came out, twice in haste', async () => {
    const seq = await asked();
    for (let clicks = 0; clicks < 2; clicks++)
      expect(await answer(seq, 1, true)).toMatchObject({ slips_asked: [], settled: { slip: 'printed' } });
    expect(api.here.ledger.printJobs()).toEqual([]);
  });

  test('the doctor wants one more: one, however often it is touched', async () => {
    const seq = await asked();
    for (let clicks = 0; clicks < 3; clicks++) await answer(seq, 1, false);
    expect(api.here.ledger.printJobs()).toMatchObject([{ seq, copy: 2 }]);
  });

  test('it may be the slip of a reversal', async () => {
    const { seq } = await settled('cash');
    const { reversal: back } = await reverse(seq, 'cash');
    const { ledger } = api.here;
    for (const copy of [0, 1]) {
      ledger.setPrintState(back?.seq ?? 0, copy, 'printing');
      ledger.printUnsure(back?.seq ?? 0, copy, 'DEVICE_LOST');
    }
    expect((await desk()).slips_asked).toMatchObject([{ seq: back?.seq, reversal: true }]);
  });
});
