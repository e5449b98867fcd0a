import { describe, expect, test } from 'vitest';
import { formatFen } from '../../policy/index.ts';
import { createSealer } from './sealer.ts';
import { ModelDisk, ModelStore } from './store/index.ts';
import { CLINIC, KEYS, ledgerOn, NOON_MS, randomOf, settle } from './testing/fixtures.ts';
import { exportLedger } from './tools/export.ts';
import { rebuildLedger } from './tools/rebuild.ts';
import { reconcile } from './tools/reconcile.ts';
import { restoreLedger } from './tools/restore.ts';
import { verifyLedger } from './tools/verify.ts';

const sealer = createSealer(KEYS.dataKey, randomOf('v'));
const [TODAY, TOMORROW] = ['2026-11-22', '2026-11-23'];

function busyDay() {
  const disk = new ModelDisk();
  const ledger = ledgerOn(new ModelStore(disk));
  settle(ledger, { request: 'a', fund: 1000, psn: 500 });
  settle(ledger, { request: 'b', fund: 200, psn: 0, way: 'code' });
  settle(ledger, { request: 'c', fund: 30, psn: 70, way: 'owed' });
  const reverse = (seq: number, day: string, psn: number) =>
    ledger.reverse({
      operator: 'D',
      request: `back ${seq}`,
      seq,
      reason: 'r',
      day,
      refund: [{ way: 'cash', amount: formatFen(psn) }],
    });
  return { disk, ledger, reverse };
}

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
      ...{ day: TODAY, first: 2, last: 5, visits: 3, reversals: 1 },
      ...{ medfee_sumamt: '3.00', fund_pay_sumamt: '2.30', psn_part_amt: '0.70' },
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
      ...{ visits: 0, reversals: 1, fund_pay_sumamt: '-10.00', first: 5 },
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

describe('a reconciliation', () => {
  const copy = (disk: ModelDisk) =>
    [...exportLedger(new ModelStore(disk), sealer)].map((line) => JSON.parse(line));

  test('finds nothing between a ledger and its copy', () => {
    const { disk, reverse } = busyDay();
    reverse(3, TOMORROW, 0);
    const report = reconcile(copy(disk), copy(disk));
    expect(report).toMatchObject({ same: 5, differing: [], onlyOurs: [], onlyTheirs: [], days: [] });
  });

  test('names every record that differs or is missing, and the days it costs', () => {
    const { disk } = busyDay();
    const theirs = copy(disk).filter((it) => it.record.seq !== 3);
    theirs[1] = { ...theirs[1], hash: 'f'.repeat(64) };
    theirs.push({ hash: 'e', record: { ...theirs[1].record, seq: 9 } });
    const report = reconcile(copy(disk), theirs);
    expect(report).toMatchObject({ ours: { ledgers: 1, records: 4 }, theirs: { records: 4 }, same: 2 });
    expect(report).toMatchObject({
      onlyOurs: [{ seq: 3 }],
      onlyTheirs: [{ seq: 9 }],
      differing: [{ seq: 2, theirs: 'f'.repeat(64) }],
    });
    expect(report.days).toEqual([
      {
        day: TODAY,
        ours: { visits: 3, medfee: '18.00', fund: '12.30' },
        theirs: { visits: 3, medfee: '31.00', fund: '20.30' },
      },
    ]);
  });

  test('of a clinic that was restored counts what was handed in, once, and shows the branch that won', () => {
    const { disk, reverse } = busyDay();
    const held = copy(disk).slice(0, 2);
    reverse(3, TOMORROW, 0);
    const next = new ModelDisk();
    const { handedIn } = restoreLedger({
      ...{ store: new ModelStore(next), keys: KEYS, clinic: CLINIC, clock: { now: () => NOON_MS } },
      ...{ random: randomOf('new box'), held: { seq: 2, hash: held[1].hash } },
      backup: { store: new ModelStore(disk), keyOf: () => KEYS.signing },
    });
    expect(handedIn).toBe(3);
    const ours = [...copy(disk), ...copy(next)];
    const agreed = reconcile(ours, [...held, ...copy(next)]);
    expect(agreed).toMatchObject({ differing: [], onlyOurs: [], onlyTheirs: [], days: [] });
    expect([agreed.ours, agreed.same]).toEqual([agreed.theirs, 5 + next.records.length]);
    const fork = { hash: 'e', record: { ...ours[2].record } };
    const forked = reconcile(ours, [...held, fork, ...copy(next)]);
    expect(forked.differing).toMatchObject([{ seq: 3, ours: null, theirs: 'e' }]);
    expect(forked.days).toHaveLength(1);
  });
});
