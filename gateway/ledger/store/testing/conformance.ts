import { describe, expect, test } from 'vitest';
import type { SettlementRow, Store, UsedRow } from '../port.ts';

/** A store under test: opened on something that outlives it. */
export interface Bench {
  open(): Store;
  /** As after a power cut: nothing is closed in order. */
  crash(): void;
  done(): void;
}

const bytes = (n: number) => Buffer.alloc(16, n);
const hash = (n: number) => n.toString(16).padStart(64, '0');
const record = (seq: number) => ({
  seq,
  hash: hash(seq),
  kind: 'settlement',
  day: '2026-11-22',
  sealed: bytes(seq),
});
const used = (more: Partial<UsedRow> = {}): UsedRow => ({
  ...{
    holder: bytes(1),
    insutype: '390',
    poolarea: '440882',
    bucket: '门诊',
    period: '2026',
    unit: 'fen',
    amount: 1492,
  },
  ...more,
});
const settlement = (seq: number, more: Partial<SettlementRow> = {}): SettlementRow => ({
  seq,
  day: '2026-11-22',
  person: bytes(1),
  medfee: 2634,
  fund: 1492,
  psn: 1142,
  cash: 1142,
  reverses: null,
  reversed_by: null,
  ...more,
});

/** What every Store must do. */
export function storeConformance(name: string, bench: () => Bench): void {
  const withStore = (work: (store: Store, its: Bench) => void) => () => {
    const its = bench();
    try {
      work(its.open(), its);
    } finally {
      its.done();
    }
  };

  describe(`${name} is a Store`, () => {
    test(
      'gives nothing when empty',
      withStore((store) => {
        expect(store.head()).toBeNull();
        expect(store.record(1)).toBeNull();
        expect(store.records(0, 10)).toEqual([]);
        expect(store.meta('ledger')).toBeNull();
        expect(store.request(bytes(1))).toBeNull();
        expect(store.used(used())).toBeNull();
        expect(store.settlement('2026-11-22', 1)).toBeNull();
        expect(store.dataset('roster')).toBeNull();
        expect(store.visit('v')).toBeNull();
        expect([...store.requestRows(), ...store.usedRows(), ...store.settlementRows()]).toEqual([]);
      }),
    );

    test(
      'keeps records in order and hands them out in pages',
      withStore((store) => {
        store.transact(() => {
          for (let seq = 1; seq <= 5; seq++) store.addRecord(record(seq));
        });
        expect(store.head()).toEqual(record(5));
        expect(store.record(3)).toEqual(record(3));
        expect(store.records(2, 2)).toEqual([record(3), record(4)]);
        expect(store.records(5, 2)).toEqual([]);
        expect(() => store.transact(() => store.addRecord(record(5)))).toThrow();
      }),
    );

    test(
      'adds to buckets, each under its whole key',
      withStore((store) => {
        const others = [used({ holder: bytes(2) }), used({ insutype: '310' }), used({ poolarea: '440000' })];
        others.push(used({ bucket: 'b' }), used({ period: '2025' }));
        store.transact(() => {
          for (const row of [used(), used({ amount: 8 }), ...others]) store.addUsed(row);
        });
        expect(store.used(used())).toEqual(used({ amount: 1500 }));
        for (const row of others) expect(store.used(row)).toEqual(row);
        store.transact(() => store.addUsed(used({ amount: -1500 })));
        expect(store.used(used())).toEqual(used({ amount: 0 }));
        expect([...store.usedRows()]).toHaveLength(6);
      }),
    );

    test(
      'keeps what was carried over apart from what was used here',
      withStore((store) => {
        store.transact(() => {
          store.addCarried(used({ amount: 7 }));
          store.addUsed(used({ amount: 2 }));
          store.addUsed(used({ amount: 1, unit: 'count', bucket: 'visits' }));
        });
        expect([store.carried(used())?.amount, store.used(used())?.amount]).toEqual([7, 2]);
        expect([...store.carriedRows()]).toEqual([used({ amount: 7 })]);
        store.transact(() => store.clearDerived());
        expect([store.carried(used())?.amount, store.used(used()), store.failed()]).toEqual([7, null, null]);
      }),
    );

    test(
      'finds settlements by day and by person, and a request once',
      withStore((store) => {
        store.transact(() => {
          store.addSettlement(settlement(2));
          store.addSettlement(settlement(3, { person: null }));
          store.addSettlement(settlement(4, { day: '2026-11-23' }));
          store.addSettlement(settlement(5, { day: '2026-11-21' }));
          store.addRequest(bytes(1), 2);
        });
        expect(store.settlementsOn('2026-11-22')).toEqual([settlement(2), settlement(3, { person: null })]);
        expect(store.settlementsOf(bytes(1), 2).map((row) => row.seq)).toEqual([5, 4]);
        store.transact(() => store.setReversed('2026-11-22', 2, 6));
        expect(store.settlement('2026-11-22', 2)).toEqual(settlement(2, { reversed_by: 6 }));
        expect([...store.settlementRows()].map((row) => row.seq)).toEqual([5, 2, 3, 4]);
        store.transact(() => {
          for (const [code, seq] of [
            [7, 3],
            [7, 2],
            [8, 2],
          ] as const)
            store.addSold({ code: bytes(code), seq });
        });
        expect([store.soldIn(bytes(7)), store.soldIn(bytes(9))]).toEqual([[2, 3], []]);
        expect([...store.soldRows()].map(({ seq }) => seq)).toEqual([2, 3, 2]);
        expect(store.request(bytes(1))).toBe(2);
        expect(() => store.transact(() => store.addRequest(bytes(1), 3))).toThrow();
        store.transact(() => store.clearDerived());
        expect([...store.requestRows(), ...store.settlementRows(), ...store.soldRows()]).toEqual([]);
      }),
    );

    test(
      'keeps print jobs, datasets, findings and visits',
      withStore((store) => {
        const job = { seq: 3, copy: 0, state: 'waiting', code: null, unsure: 0 } as const;
        const dataset = (version: number) => ({
          name: 'roster',
          version,
          sha256: hash(1),
          manifest: 'm',
          sealed: bytes(version),
          seq: version,
        });
        const visit = (id: string, opened_at: string) => ({ id, opened_at, sealed: bytes(1) });
        store.transact(() => {
          store.putPrintJob({ ...job, copy: 1 });
          store.putPrintJob(job);
          store.putPrintJob({ ...job, seq: 2 });
          for (const version of [1, 2, 10]) store.addDataset(dataset(version));
          for (const n of [2, 1, 2]) store.addObjection(bytes(n), bytes(n));
          for (const row of [visit('b', '2'), visit('a', '3'), visit('c', '1')]) store.putVisit(row);
        });
        store.transact(() => store.putPrintJob({ ...job, state: 'printed', code: 'X', unsure: 1 }));
        expect(store.openPrintJobs()).toEqual([
          { ...job, seq: 2 },
          { ...job, copy: 1 },
        ]);
        expect(store.printJobsOf(3)).toEqual([
          { ...job, state: 'printed', code: 'X', unsure: 1 },
          { ...job, copy: 1 },
        ]);
        store.transact(() => store.putPrintJob({ ...job, copy: 1, unsure: 2 }));
        expect(store.openPrintJobs().map(({ unsure }) => unsure)).toEqual([0, 2]);
        store.transact(() => store.dropPrintJob(3, 1));
        expect(store.printJobsOf(3)).toHaveLength(1);
        expect(store.dataset('roster')).toEqual(dataset(10));
        expect(store.dataset('roster', 2)).toEqual(dataset(2));
        expect(store.datasets()).toEqual([{ name: 'roster', version: 10 }]);
        expect(() => store.transact(() => store.addDataset(dataset(2)))).toThrow();
        const undone = () => {
          store.mendDataset('roster', 2, bytes(7));
          throw new Error('undone');
        };
        expect(() => store.transact(undone)).toThrow('undone');
        expect(store.dataset('roster', 2)).toEqual(dataset(2));
        store.transact(() => store.mendDataset('roster', 2, bytes(7)));
        expect(store.dataset('roster', 2)).toEqual({ ...dataset(2), sealed: bytes(7) });
        expect(store.dataset('roster')).toEqual(dataset(10));
        expect(store.objections()).toEqual([bytes(2), bytes(1)]);
        store.transact(() => store.addObjection(bytes(2), bytes(9)));
        expect(store.objections()).toEqual([bytes(9), bytes(1)]);
        store.transact(() => store.dropVisit('a'));
        expect(store.visits().map((row) => row.id)).toEqual(['c', 'b']);
        expect(store.visit('b')).toEqual(visit('b', '2'));
      }),
    );

    test(
      'takes all of a transaction or nothing, and keeps it over a crash',
      withStore((store, its) => {
        const act = (seq: number) => {
          store.addRecord(record(seq));
          store.addUsed(used());
          store.addSettlement(settlement(seq));
          store.setMeta('held', String(seq));
          store.putVisit({ id: 'v', opened_at: String(seq), sealed: bytes(seq) });
        };
        const said = store.transact(() => {
          act(1);
          return 'said';
        });
        expect(said).toBe('said');
        const fails = () => {
          act(2);
          store.setReversed('2026-11-22', 1, 2);
          store.clearDerived();
          store.dropVisit('v');
          throw new Error('no');
        };
        expect(() => store.transact(fails)).toThrow('no');
        expect(() => store.transact(() => store.transact(() => 1))).toThrow('ACT_INVALID');
        its.crash();
        const again = its.open();
        expect(again.head()).toEqual(record(1));
        expect(again.used(used())).toEqual(used());
        expect([...again.settlementRows()]).toEqual([settlement(1)]);
        expect(again.meta('held')).toBe('1');
        expect(again.visit('v')?.opened_at).toBe('1');
      }),
    );
  });
}
