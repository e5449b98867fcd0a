import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatFen } from '../../policy/index.ts';
import { isReversal, isSettlement } from '../../sync/contract/record.ts';
import type { Ledger } from './interfaces.ts';
import { createSealer } from './sealer.ts';
import { type Fault, ModelDisk, ModelStore } from './store/index.ts';
import { type Act, bodyOf, KEYS, ledgerOn, randomOf, settle, YEAR_CAP } from './testing/fixtures.ts';
import { verifyLedger } from './tools/verify.ts';

/** Throws at the n-th call, as if the power went there; null lets everything through. */
function crashAt(n: number | null): Fault {
  let left = n ?? Number.POSITIVE_INFINITY;
  return () => {
    if (left-- === 0) throw new Error('power cut');
  };
}

const sealer = createSealer(KEYS.dataKey, randomOf('verify'));
const flawsOf = (disk: ModelDisk) => verifyLedger(new ModelStore(disk), sealer, () => KEYS.signing).flaws;
const refund = [{ way: 'cash' as const, amount: '11.42' }];

/** What the desk does, each safe to ask for again. */
const ACTS: ((ledger: Ledger) => void)[] = [
  (ledger) => settle(ledger, { request: 'a' }),
  (ledger) => settle(ledger, { request: 'b', psn_no: 'P2' }),
  (ledger) => ledger.setPrintState(2, ledger.printState(2)?.copy ?? 0, 'printing'),
  (ledger) => ledger.reverse({ operator: 'D', request: 'c', seq: 2, reason: 'r', day: '2026-11-23', refund }),
  (ledger) => ledger.acknowledge('receipt', 2),
];

describe('a crash at every write', () => {
  test('leaves the whole act or nothing of it, and asking again ends in the same place', () => {
    const whole = new ModelDisk();
    const undisturbed = ledgerOn(new ModelStore(whole));
    for (const act of ACTS) act(undisturbed);

    let cuts = 0;
    for (let n = 0; ; n++) {
      const disk = new ModelDisk();
      let crashed = false;
      try {
        const ledger = ledgerOn(new ModelStore(disk, crashAt(n)));
        for (const act of ACTS) act(ledger);
      } catch (error) {
        expect(String(error)).toContain('power cut');
        crashed = true;
      }
      if (!crashed) break;
      cuts++;
      if (disk.meta.has('ledger'))
        expect(flawsOf(disk).filter((flaw) => flaw.code !== 'LEDGER_BROKEN')).toEqual([]);
      const again = ledgerOn(new ModelStore(disk));
      for (const act of ACTS) act(again);
      expect(again.head().seq).toBe(undisturbed.head().seq);
      expect([...new ModelStore(disk).usedRows()]).toEqual([...new ModelStore(whole).usedRows()]);
      expect([...new ModelStore(disk).settlementRows()]).toEqual([...new ModelStore(whole).settlementRows()]);
    }
    expect(cuts).toBeGreaterThan(30);
  });

  test('a visit leaves the desk in the transaction that settles it, or not at all', () => {
    const ends = { settled: 0, cut: 0 };
    for (let n = 0; n < 24; n++) {
      const disk = new ModelDisk();
      ledgerOn(new ModelStore(disk)).putVisit({
        id: 'v1',
        opened_at: '2026-11-22T04:00:00.000Z',
        json: '{}',
      });
      try {
        const ledger = ledgerOn(new ModelStore(disk, crashAt(n)));
        const body = (seq: number) => bodyOf(ledger.ledger, seq, { request: 'a' });
        ledger.settle({ operator: 'D1', request: 'a', visit: 'v1', body });
        ends.settled++;
      } catch (error) {
        expect(String(error)).toContain('power cut');
        ends.cut++;
      }
      expect(disk.visits.has('v1')).toBe(disk.records.length === 1);
    }
    expect(Math.min(ends.settled, ends.cut)).toBeGreaterThan(2);
  });

  test('never acknowledges what the disk does not have', () => {
    for (let n = 0; n < 16; n++) {
      const disk = new ModelDisk();
      ledgerOn(new ModelStore(disk));
      const ledger = ledgerOn(new ModelStore(disk, crashAt(n)));
      let acknowledged = false;
      try {
        acknowledged = settle(ledger, { request: 'a' }).seq === 2;
      } catch {}
      if (acknowledged) expect(disk.records).toHaveLength(2);
      expect(settle(ledgerOn(new ModelStore(disk)), { request: 'a' }).seq).toBe(2);
    }
  });
});

const act: fc.Arbitrary<Act> = fc.record({
  request: fc.constantFrom(...'abcdefghij'),
  psn_no: fc.constantFrom('P1', 'P2', null),
  day: fc.constantFrom('2025-12-31', '2026-01-01', '2026-11-22'),
  fund: fc.nat(1_000_000),
  psn: fc.nat(1_000_000),
  way: fc.constantFrom('cash', 'code', 'account', 'owed'),
});
type Step = { settle: Act } | { reverse: number } | { crash: number };
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ settle: act }) },
  { weight: 2, arbitrary: fc.record({ reverse: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 1, arbitrary: fc.record({ crash: fc.nat(12) }) },
);

function take(ledger: Ledger, it: Step, n: number): void {
  if ('settle' in it) {
    const clinicCap = {
      ...YEAR_CAP,
      scope: 'clinic' as const,
      bucket: 'clinic-year',
      period: '2026',
      amount: formatFen(n),
    };
    settle(ledger, it.settle.psn_no === null ? { ...it.settle, put: [clinicCap] } : it.settle);
  } else if ('reverse' in it) {
    const body = ledger.record(it.reverse)?.body as
      | { answer?: { setlinfo: { psn_part_amt: string } } }
      | undefined;
    const amount = body?.answer?.setlinfo.psn_part_amt ?? '0.00';
    const back = {
      seq: it.reverse,
      reason: 'r',
      day: '2026-11-22',
      refund: [{ way: 'cash' as const, amount }],
    };
    ledger.reverse({ operator: 'D', request: `back ${it.reverse}`, ...back });
  }
}

describe('whatever is done, and wherever it is cut', () => {
  test('the derived tables are those of the records, and each request stands once', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const disk = new ModelDisk();
        let ledger = ledgerOn(new ModelStore(disk));
        for (const [n, it] of steps.entries()) {
          if ('crash' in it) ledger = ledgerOn(new ModelStore(disk, crashAt(it.crash)));
          try {
            take(ledger, it, n);
          } catch (error) {
            if (String(error).includes('power cut')) ledger = ledgerOn(new ModelStore(disk));
            else expect(String(error)).toContain('REVERSAL_REFUSED');
          }
        }
        expect(flawsOf(disk)).toEqual([]);
        expect(new Set(disk.requests.values()).size).toBe(disk.requests.size);
        expect(inspect(sums(disk))).toBe(inspect(sumsOfRecords(ledger)));
      }),
      { numRuns: 150 },
    );
  });
});

/** Counted without apply.ts: what all buckets hold together, and how many settlements stand. */
function sums(disk: ModelDisk) {
  let held = 0;
  for (const row of disk.used.values()) held += row.amount;
  const stand = [...disk.settlements.values()].filter(
    (row) => row.reverses === null && row.reversed_by === null,
  );
  return { held, stand: stand.length };
}

function sumsOfRecords(ledger: Ledger) {
  let held = 0;
  let stand = 0;
  for (let seq = 1; seq <= ledger.head().seq; seq++) {
    const record = ledger.record(seq);
    if (!isSettlement(record) && !isReversal(record)) continue;
    const sign = isSettlement(record) ? 1 : -1;
    stand += sign;
    for (const { amount } of record.body.put)
      held += sign * Number(amount.includes('.') ? amount.replace('.', '') : amount);
  }
  return { held, stand };
}
