import { describe, expect, test } from 'vitest';
import { createSealer } from './sealer.ts';
import { ModelStore } from './store/index.ts';
import { busyDay, KEYS, randomOf, settle } from './testing/fixtures.ts';
import { rebuildLedger } from './tools/rebuild.ts';
import { verifyLedger } from './tools/verify.ts';

const sealer = createSealer(KEYS.dataKey, randomOf('v'));
const [TODAY, TOMORROW] = ['2026-11-22', '2026-11-23'];

describe('a day-close', () => {
  test('signs what the day came to, by fund and by way of payment', () => {
    const { ledger, reverse } = busyDay();
    reverse(2, TODAY, 500);
    const closed = ledger.closeDay(TODAY, 'D140225000001');
    expect(ledger.record(closed.seq)).toMatchObject({
      kind: 'day-close',
      operator: 'D140225000001',
      body: closed.body,
    });
    expect(closed.body).toEqual({
      day: TODAY,
      first: 2,
      last: 5,
      visits: 3,
      reversals: 1,
      medfee_sumamt: '3.00',
      fund_pay_sumamt: '2.30',
      psn_part_amt: '0.70',
      funds: [{ fund_pay_type: '310101', fund_payamt: '2.30' }],
      paid: [
        { way: 'cash', amount: '0.00' },
        { way: 'code', amount: '0.00' },
        { way: 'owed', amount: '0.70' },
      ],
    });
  });

  test('books a reversal in its own day, below zero if need be', () => {
    const { ledger, reverse } = busyDay();
    reverse(2, TOMORROW, 500);
    expect(ledger.closeDay(TODAY, 'D').body).toMatchObject({ visits: 3, fund_pay_sumamt: '12.30', last: 4 });
    expect(ledger.closeDay(TOMORROW, 'D').body).toMatchObject({
      visits: 0,
      reversals: 1,
      fund_pay_sumamt: '-10.00',
      first: 5,
      paid: [{ way: 'cash', amount: '-5.00' }],
    });
    expect(ledger.closeDay('2026-11-24', 'D').body).toMatchObject({ first: null, visits: 0, funds: [] });
  });

  test('is made again only when something came after it', () => {
    const { ledger, disk } = busyDay();
    expect(ledger.dayClose(TODAY)).toBeNull();
    const first = ledger.closeDay(TODAY, 'D');
    expect(ledger.closeDay(TODAY, 'D')).toEqual({ ...first, repeated: true });
    settle(ledger, { request: 'late' });
    expect(ledger.dayClose(TODAY)).toMatchObject({ seq: first.seq, stale: true });
    const second = ledger.closeDay(TODAY, 'D');
    expect(second).toMatchObject({ repeated: false, body: { visits: 4 } });
    expect(ledger.dayClose(TODAY)).toMatchObject({ seq: second.seq, stale: false });
    const store = new ModelStore(disk);
    disk.meta.delete(`day-close ${TODAY}`);
    expect(verifyLedger(store, sealer, () => KEYS.signing).flaws).toHaveLength(2);
    rebuildLedger(store, sealer);
    expect(verifyLedger(store, sealer, () => KEYS.signing).flaws).toEqual([]);
  });
});
