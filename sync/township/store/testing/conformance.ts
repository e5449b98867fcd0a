import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Hello } from '../../../contract/messages.ts';
import { makeBoxKeys, readBoxKeys } from '../../../record/key-file.ts';
import { EMPTY_HEAD, type Head, type SignedRecord, signRecord } from '../../../record/record.ts';
import { jwkOf } from '../../../record/suite.ts';
import { seededRandom } from '../../../testing/seeded-random.ts';
import { clinicOf } from '../../../testing/world.ts';
import type { FundRow, Posting, TownshipStore, Use } from '../port.ts';
import { objectionConformance } from './objections.ts';

/** A store under test, and another process's view of the same one where there can be one. */
interface Opened {
  store: TownshipStore;
  /** Opens it once more, beside the first. */
  beside?(): TownshipStore;
}

const [A, B, C] = ['a'.repeat(32), 'b'.repeat(32), 'c'.repeat(32)] as const;
const T1 = '2026-11-22T00:00:00.000Z';
const T2 = '2026-11-23T00:00:00.000Z';
const H1 = clinicOf(1).fixmedins_code;
const H2 = clinicOf(2).fixmedins_code;
const { signing } = readBoxKeys(makeBoxKeys(seededRandom(1)));

function recordOf(ledger: string, head: Head, kind = 'stock', body: object = {}): SignedRecord {
  const fields = { ledger, clinic: H1, at: T1, kind, operator: 'x', body: { ...body } };
  return signRecord(head, fields, signing);
}

function chain(ledger: string, count: number): SignedRecord[] {
  const all: SignedRecord[] = [];
  for (let n = 0; n < count; n += 1) {
    const last = all.at(-1);
    all.push(recordOf(ledger, last ? { seq: n, hash: last.hash } : EMPTY_HEAD));
  }
  return all;
}

const posting = (seq: number, change: Partial<Posting> = {}): Posting => ({
  ...{ ledger: A, seq, kind: 'settlement', day: '2026-11-22', person: 'P1', setl_id: `s${seq}` },
  ...{ medfee: 100, fund: 60, hosp: 10, part: 30 },
  ...change,
});
const use = (change: Partial<Use> = {}): Use => ({
  ...{ ledger: A, person: 'P1', insutype: '390', poolarea: '140200', bucket: 'year', period: '2026' },
  ...{ unit: 'fen', amount: 60 },
  ...change,
});
const hello = (change: Partial<Hello> = {}): Hello => ({
  ...{ v: 1, ledger: A, clinic: H1, head: 7, hash: EMPTY_HEAD.hash, held: 3, boot: 'b1', n: 1 },
  datasets: { roster: 2 },
  ...change,
});

/** What every TownshipStore must do; port.ts says it in words. */
export function townshipStoreConformance(name: string, open: () => Opened): void {
  describe(`the township's store: ${name}`, () => {
    let opened: Opened;
    let store: TownshipStore;
    beforeEach(() => {
      opened = open();
      store = opened.store;
      enrol(A, 'k1');
    });
    afterEach(() => store.close());

    function enrol(ledger: string, kid: string, clinic = clinicOf(1)): void {
      const jwk = jwkOf(`x of ${kid}`);
      store.ledgers.enrol({ ledger, kid, jwk, sealing: `s of ${kid}` }, clinic, T1);
    }

    function add(...records: SignedRecord[]): void {
      for (const { hash, jws, record } of records) {
        const { ledger, seq, kind, v } = record;
        store.records.add({ ledger, seq, hash, kind, v, jws }, T1);
      }
    }

    describe('ledgers', () => {
      test('are enrolled empty, with their box, and listed by clinic and ledger', () => {
        enrol(C, 'k3', clinicOf(2));
        enrol(B, 'k1');
        expect(store.ledgers.get(A)).toEqual({
          ...{ ledger: A, clinic: H1, kid: 'k1', x: 'x of k1', sealing: 's of k1', revoked_at: null },
          ...{ through: 0, hash: EMPTY_HEAD.hash, fork: null, successor: null, cloned_at: null },
          ...{ boot: null, n: null, datasets: {}, refused: [] },
        });
        expect(store.ledgers.get('f'.repeat(32))).toBeUndefined();
        expect(store.ledgers.all().map(({ ledger }) => ledger)).toEqual([A, B, C]);
        expect(() => enrol(A, 'k9'), 'a ledger is enrolled once').toThrow();
        expect(store.ledgers.box('k9'), 'and nothing of it is left').toBeUndefined();
      });

      test('a box is revoked once, with all its ledgers', () => {
        enrol(B, 'k1');
        expect(store.ledgers.box('k1')).toEqual({ sealing: 's of k1', revoked_at: null });
        expect(store.ledgers.revoke('k1', T1)).toBe(true);
        expect(store.ledgers.revoke('k1', T2)).toBe(false);
        expect(store.ledgers.revoke('nobody', T1)).toBe(false);
        expect([A, B].map((ledger) => store.ledgers.get(ledger)?.revoked_at)).toEqual([T1, T1]);
      });

      test('a hello is remembered by boot, and the last one with the ledger', () => {
        expect(store.ledgers.lastHello(A, 'b1')).toBeUndefined();
        store.ledgers.noteBoot(A, 'b1', 1);
        store.ledgers.noteBoot(A, 'b1', 4);
        store.ledgers.noteBoot(A, 'b2', 1);
        store.ledgers.saveHello(hello({ boot: 'b2' }), T2);
        expect([store.ledgers.lastHello(A, 'b1'), store.ledgers.lastHello(A, 'b2')]).toEqual([4, 1]);
        expect(store.ledgers.get(A)).toMatchObject({ boot: 'b2', n: 1, datasets: { roster: 2 } });
        expect(store.reports.clinics()[0]).toMatchObject({ head: 7, heard_at: T2, connected: true });
        store.ledgers.setConnected(A, false);
        expect(store.reports.clinics()[0]).toMatchObject({ heard_at: T2, connected: false, refused: [] });
        const refused = [{ name: 'roster', version: 3, why: 'x' }];
        store.ledgers.saveHello(hello({ refused }), T2);
        expect(store.reports.clinics()[0]).toMatchObject({ refused });
        store.ledgers.saveHello(hello(), T2);
        expect(store.reports.clinics()[0]).toMatchObject({ refused: [] });
      });

      test('keep the first instant of a clone, the lowest seq of a fork and the first successor', () => {
        for (const at of [T1, T2]) store.ledgers.markCloned(A, at);
        for (const seq of [5, 3, 9]) store.ledgers.markFork(A, seq);
        enrol(B, 'k2');
        enrol(C, 'k3', clinicOf(2));
        store.ledgers.close(H2, A, C); // another clinic's
        store.ledgers.close(H1, A, A);
        expect(store.ledgers.get(A)).toMatchObject({ cloned_at: T1, fork: 3, successor: null });
        store.ledgers.close(H1, A, B);
        store.ledgers.close(H1, A, C);
        expect(store.ledgers.get(A)?.successor).toBe(B);
      });

      test('the mark moves, and a clinic’s other ledgers are told newest first', () => {
        enrol(B, 'k2');
        enrol(C, 'k3');
        store.ledgers.advance(A, { seq: 3, hash: 'h3' }, T2);
        expect(store.ledgers.get(A)).toMatchObject({ through: 3, hash: 'h3' });
        expect(store.reports.clinics()[0]?.heard_at).toBe(T2);
        const [b, a] = store.ledgers.heads(H1, C, 4);
        expect(b).toEqual({ ledger: B, through: 0, hash: EMPTY_HEAD.hash });
        expect(a).toEqual({ ledger: A, through: 3, hash: 'h3' });
        expect(store.ledgers.heads(H1, C, 1)).toEqual([b]);
        expect(store.ledgers.heads(H2, C, 4)).toEqual([]);
      });

      test('the other record of a fork may come again', () => {
        const [record] = chain(A, 1) as [SignedRecord];
        for (const at of [T1, T2]) store.ledgers.addFork(A, 1, record, at);
      });
    });

    describe('records', () => {
      test('are read by place, in order of one ledger, and as they came', () => {
        enrol(B, 'k2');
        const [mine, theirs] = [chain(A, 3), chain(B, 2)];
        const order = [mine[0], theirs[0], mine[1], theirs[1], mine[2]] as SignedRecord[];
        add(...order);
        const { jws, hash } = mine[1] as SignedRecord;
        const second = { seq: 2, hash, kind: 'stock', jws, received_at: T1 };
        expect(store.records.get(A, 2)).toEqual(second);
        expect(store.records.hashAt(A, 2)).toBe(hash);
        expect([store.records.get(A, 4), store.records.hashAt(A, 0)]).toEqual([undefined, undefined]);
        expect([...store.records.of(A)][1]).toEqual(second);
        expect([...store.records.of(A)].map((row) => row.jws)).toEqual(mine.map((row) => row.jws));
        const arrived = [...store.records.inOrder()];
        expect(arrived.map((row) => row.jws)).toEqual(order.map((row) => row.jws));
        expect(arrived[1]).toMatchObject({ ledger: B, seq: 1, kind: 'stock', v: 1, x: 'x of k2' });
        expect(() => add(mine[0] as SignedRecord), 'a place is taken once').toThrow();
      });

      test('are walked through by the hundred while others are asked for', () => {
        const all = chain(A, 501);
        add(...all);
        const seen = [...store.records.of(A)].map(({ seq }) => store.records.get(A, seq)?.jws);
        expect(seen).toEqual(all.map(({ jws }) => jws));
        expect([...store.records.inOrder()]).toHaveLength(501);
      });
    });

    describe('the book', () => {
      test('adds up uses by ledger, person, scheme, pool, bucket, period and unit', () => {
        enrol(B, 'k2');
        for (const amount of [60, 5, -20]) store.book.addUse(use({ amount }));
        for (const other of [
          use({ ledger: B }),
          use({ person: '' }),
          use({ insutype: '310' }),
          use({ poolarea: '1' }),
          use({ bucket: 'month' }),
          use({ period: '2027' }),
          use({ unit: 'count', amount: 1 }),
        ])
          store.book.addUse(other);
        expect(
          store.reports.uses('P1').find((row) => row.bucket === 'year' && row.ledger === A),
        ).toBeDefined();
        const all = store.reports.uses();
        expect(all).toHaveLength(8);
        expect(all).toContainEqual(use({ amount: 45 }));
        expect(store.reports.uses('P1')).toHaveLength(7);
        expect(store.reports.uses('P2')).toEqual([]);
        expect(store.book.rows('used')).toHaveLength(8);
      });

      test('finds a settlement of the clinic by seq and hash, and marks it reversed once', () => {
        const [record] = chain(A, 1) as [SignedRecord];
        add(record);
        store.book.addPosting(posting(1));
        expect(store.book.settlement(H1, 1, record.hash)).toMatchObject(posting(1));
        expect(store.book.settlement(H2, 1, record.hash)).toBeUndefined();
        expect(store.book.settlement(H1, 2, record.hash)).toBeUndefined();
        expect(store.book.settlement(H1, 1, EMPTY_HEAD.hash)).toBeUndefined();
        expect(store.book.markReversed({ ledger: A, seq: 1 }, 2)).toBe(true);
        expect(store.book.markReversed({ ledger: A, seq: 1 }, 3)).toBe(false);
        expect(store.book.markReversed({ ledger: A, seq: 9 }, 3)).toBe(false);
      });

      test('a reversal is no settlement that can be reversed', () => {
        const [record] = chain(A, 1) as [SignedRecord];
        add(record);
        store.book.addPosting(posting(1, { kind: 'reversal' }));
        expect(store.book.settlement(H1, 1, record.hash)).toBeUndefined();
        expect(store.book.alike(A, 'P1', 100)).toEqual([]);
      });

      test('finds what was transferred, by hash', () => {
        enrol(B, 'k2');
        const transfer = { hash: 'h', of_ledger: A, fork: false, ledger: B, seq: 4 };
        store.book.addTransfer(transfer);
        store.book.addPosting(posting(4, { ledger: B }));
        expect(store.book.transfer('h')).toEqual(transfer);
        expect(store.book.transfer('other')).toBeUndefined();
        expect(store.book.transferredSettlement(H1, 'h')).toMatchObject({ ledger: B, seq: 4 });
        expect(store.book.transferredSettlement(H2, 'h')).toBeUndefined();
        expect(store.book.hasBranch(A)).toBe(false);
        store.book.addTransfer({ ...transfer, hash: 'h2', fork: true, seq: 5 });
        expect([store.book.hasBranch(A), store.book.hasBranch(B)]).toEqual([true, false]);
        expect(store.book.rows('handed_in')).toHaveLength(2);
      });

      test('finds settlements of a person with the same total', () => {
        const records = chain(A, 3);
        add(...records);
        store.book.addPosting(posting(1));
        store.book.addPosting(posting(2, { medfee: 200 }));
        store.book.addPosting(posting(3, { person: 'P2' }));
        expect(store.book.alike(A, 'P1', 100)).toEqual([records[0]?.jws]);
        expect(store.book.alike(B, 'P1', 100)).toEqual([]);
      });

      test('gives its rows as text that is equal where they are', () => {
        const other = store.scratch();
        other.ledgers.enrol({ ledger: A, kid: 'k', jwk: jwkOf('y'), sealing: '' }, clinicOf(1), T2);
        for (const one of [store, other]) one.book.addPosting(posting(1));
        expect(other.book.rows('postings')).toEqual(store.book.rows('postings'));
        other.book.markReversed({ ledger: A, seq: 1 }, 2);
        expect(other.book.rows('postings')).not.toEqual(store.book.rows('postings'));
        other.close();
        expect(store.records.get(A, 1), 'and the first one knows nothing of it').toBeUndefined();
      });
    });

    objectionConformance(() => store);

    test('an invite is found by its topic, is valid until its instant, and is used once', () => {
      const key = Buffer.alloc(32, 7);
      store.invites.add('t2', key, clinicOf(1), T1);
      store.invites.add('t1', Buffer.alloc(32, 8), clinicOf(2), T2);
      expect(store.invites.get('t2')).toEqual({
        key,
        clinic: clinicOf(1),
        expires_at: T1,
        kid: null,
        ledger: null,
      });
      expect(store.invites.get('t3')).toBeUndefined();
      expect(store.invites.openAt(T1).map(({ topic }) => topic)).toEqual(['t1', 't2']);
      expect(store.invites.openAt(T2)).toEqual([{ topic: 't1', key: Buffer.alloc(32, 8) }]);
      expect([store.invites.openKey('t2', T1), store.invites.openKey('t2', T2)]).toEqual([key, undefined]);
      expect(store.invites.openKey('t3', T1)).toBeUndefined();
      store.invites.use('t2', 'k1', A, T1);
      store.invites.use('t2', 'k2', B, T2);
      expect(store.invites.get('t2')).toMatchObject({ kid: 'k1', ledger: A });
    });

    test('an invite stays open to the box that used it until that has said hello, or is revoked', () => {
      for (const topic of ['t1', 't2', 't3']) store.invites.add(topic, Buffer.alloc(32), clinicOf(1), T2);
      const open = () => store.invites.openAt(T2).map(({ topic }) => topic);
      store.invites.use('t1', 'k1', A, T1);
      expect(open()).toEqual(['t1', 't2', 't3']);
      store.ledgers.saveHello(hello(), T1);
      expect(open()).toEqual(['t2', 't3']);
      enrol(B, 'k2');
      store.invites.use('t2', 'k1', A, T2);
      expect(open(), 'a new code for a box that has long been in').toEqual(['t2', 't3']);
      store.invites.use('t3', 'k2', B, T2);
      store.ledgers.revoke('k2', T2);
      expect(open()).toEqual(['t2']);
      store.ledgers.saveHello(hello(), T2);
      expect(open()).toEqual([]);
    });

    test('datasets: the newest of each name for a clinic, its own or everybody’s', () => {
      const put = (name: string, version: number, clinic: string) =>
        store.datasets.add({ name, version, clinic }, { manifest: `m${version}`, content: `c${version}` });
      put('roster', 1, '*');
      put('roster', 2, H1);
      put('roster', 3, H2);
      put('bundle/demo', 1, '*');
      expect([H1, H2, '*', 'H9'].map((clinic) => store.datasets.newest('roster', clinic))).toEqual([
        2, 3, 3, 1,
      ]);
      expect(store.datasets.newest('catalogue', '*')).toBe(0);
      expect(store.datasets.newestOf(H1)).toEqual([
        { name: 'bundle/demo', version: 1 },
        { name: 'roster', version: 2 },
      ]);
      expect(store.datasets.get('roster', 2, H1)).toEqual({ manifest: 'm2', content: 'c2' });
      expect(store.datasets.get('roster', 2, H2)).toBeUndefined();
      expect(store.datasets.get('roster', 1, H2)).toEqual({ manifest: 'm1', content: 'c1' });
      expect([store.datasets.has('roster', 3), store.datasets.has('roster', 4)]).toEqual([true, false]);
      expect(() => put('roster', 2, H1)).toThrow();
    });

    test('operators: whom any version for a clinic has ever named', () => {
      const publish = (version: number, clinic: string, content: string) =>
        store.datasets.add({ name: 'operators', version, clinic }, { manifest: '', content });
      const named = (opter: string) => [H1, H2].map((clinic) => store.datasets.hasOperator(clinic, opter));
      expect(named('D1')).toEqual([null, null]);
      publish(1, H1, '{"operators":[{"opter":"D1"},{"opter":"D2"}]}');
      publish(2, H1, '{"operators":[{"opter":"D2"}]}');
      expect([named('D1'), named('D2'), named('D3'), named('')]).toEqual([
        [true, null],
        [true, null],
        [false, null],
        [false, null],
      ]);
      publish(3, '*', '{"operators":[{"opter":"D3"}]}');
      publish(4, '*', 'no JSON');
      expect([named('D1'), named('D3'), named('D3')]).toEqual([
        [true, false],
        [true, true],
        [true, true],
      ]);
    });

    test('reports add up money by clinic and day or month, and count records by kind and version', () => {
      enrol(C, 'k3', clinicOf(2));
      store.book.addPosting(posting(1));
      store.book.addPosting(posting(2, { day: '2026-11-23', medfee: 50, fund: 20 }));
      store.book.addPosting(posting(3, { kind: 'reversal', medfee: -100, fund: -60, hosp: -10, part: -30 }));
      store.book.addPosting(posting(1, { ledger: C, day: '2026-12-01' }));
      const sums = (row: FundRow) => [
        ...[row.clinic, row.period, row.settlements, row.reversals],
        ...[row.medfee, row.fund, row.hosp, row.part],
      ];
      expect(store.reports.funds('day').map(sums)).toEqual([
        [H1, '2026-11-22', 1, 1, 0, 0, 0, 0],
        [H1, '2026-11-23', 1, 0, 50, 20, 10, 30],
        [H2, '2026-12-01', 1, 0, 100, 60, 10, 30],
      ]);
      expect(store.reports.funds('month').map(sums)).toEqual([
        [H1, '2026-11', 2, 1, 50, 20, 10, 30],
        [H2, '2026-12', 1, 0, 100, 60, 10, 30],
      ]);
      const first = recordOf(A, EMPTY_HEAD);
      add(first, recordOf(A, { seq: 1, hash: first.hash }, 'incident'));
      expect(store.reports.recordCounts()).toEqual([
        { ledger: A, kind: 'incident', v: 1, records: 1 },
        { ledger: A, kind: 'stock', v: 1, records: 1 },
      ]);
    });

    test('transact does all of it or nothing, nested or not', () => {
      const failing = () =>
        store.transact((tables) => {
          tables.ledgers.markFork(A, 1);
          store.transact(({ invites }) => invites.add('t', Buffer.alloc(32), clinicOf(1), T1));
          throw new Error('no');
        });
      expect(failing).toThrow('no');
      expect(store.ledgers.get(A)?.fork).toBeNull();
      expect(store.invites.get('t')).toBeUndefined();
      const inner = store.transact((tables) => {
        expect(() =>
          store.transact(({ ledgers }) => {
            ledgers.markFork(A, 1);
            throw new Error('only this');
          }),
        ).toThrow('only this');
        tables.ledgers.markCloned(A, T1);
        return tables.ledgers.get(A);
      });
      expect(inner).toMatchObject({ fork: null, cloned_at: T1 });
      expect(store.ledgers.get(A)).toEqual(inner);
    });

    test('what another process commits is seen, and shows in the revision', () => {
      const beside = opened.beside?.();
      if (!beside) return;
      const before = store.revision();
      store.ledgers.markFork(A, 4);
      expect(store.revision(), 'its own writes do not count').toBe(before);
      expect(beside.ledgers.get(A)?.fork).toBe(4);
      beside.ledgers.markCloned(A, T1);
      expect(store.revision()).not.toBe(before);
      expect(store.ledgers.get(A)?.cloned_at).toBe(T1);
      beside.close();
    });
  });
}
