import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { formatFen } from '../../policy/index.ts';
import { signDataset } from '../../sync/record/dataset.ts';
import { payloadOf } from '../../sync/record/jws.ts';
import { checkChain, EMPTY_HEAD, type Head, openRecord } from '../../sync/record/record.ts';
import type { Ledger } from './interfaces.ts';
import { setlIdOf } from './settle.ts';
import { ModelDisk, ModelStore } from './store/index.ts';
import { bodyOf, CLINIC, KEYS, ledgerOn, settle, YEAR_CAP } from './testing/fixtures.ts';

const DAY = '2026-11-22';
const PERSON = { psn_no: 'P0001', insutype: '390', poolarea: '440882' };
const BUCKETS = [
  { name: 'outpatient-year', period: 'year', scope: 'person' },
  { name: 'visits-day', period: 'day', scope: 'person' },
  { name: 'clinic-year', period: 'year', scope: 'clinic' },
  { name: 'per-visit', period: 'visit', scope: 'person' },
] as const;
const fresh = () => {
  const disk = new ModelDisk();
  return { disk, ledger: ledgerOn(new ModelStore(disk)), reopen: () => ledgerOn(new ModelStore(disk)) };
};
const cash = (fen: number) => [{ way: 'cash', amount: formatFen(fen) } as const];
const reversal = {
  operator: 'D',
  request: 'back',
  seq: 2,
  reason: 'wrong person',
  day: '2026-11-23',
  refund: cash(1142),
};

describe('a ledger', () => {
  test('begins with what was enrolled, and goes on where it was', () => {
    const { ledger, reopen } = fresh();
    expect(ledger.head().seq).toBe(1);
    expect(ledger.record(1)?.body).toEqual({ event: 'ledger-opened', demo: true });
    settle(ledger, { request: 'a' });
    const again = reopen();
    expect([again.ledger, again.head()]).toEqual([ledger.ledger, ledger.head()]);
  });

  test('is that of one clinic and one data key', () => {
    const { disk } = fresh();
    expect(() => ledgerOn(new ModelStore(disk), { clinic: 'H14022500002' })).toThrow('LEDGER_FOREIGN');
    const keys = { ...KEYS, dataKey: new Uint8Array(32) };
    expect(() => ledgerOn(new ModelStore(disk), { keys })).toThrow('SEAL_BROKEN');
  });

  test('hands out signed records that chain', () => {
    const { ledger } = fresh();
    for (const request of ['a', 'b', 'c']) settle(ledger, { request });
    ledger.append('incident', { code: 'DISK_LOW' }, 'gateway');
    let head: Head = EMPTY_HEAD;
    for (const jws of ledger.read(0, 100, 1_000_000)) {
      const signed = openRecord(jws, () => KEYS.signing);
      checkChain(head, signed);
      head = { seq: signed.record.seq, hash: signed.hash };
    }
    expect(head).toEqual(ledger.head());
    expect(ledger.read(1, 2, 1_000_000)).toHaveLength(2);
    expect(ledger.read(1, 9, 1)).toHaveLength(1);
    expect(ledger.read(5, 9, 1)).toEqual([]);
  });

  test('tells listeners after the commit', async () => {
    const { ledger } = fresh();
    const seen: number[] = [];
    ledger.onAppend(() => seen.push(ledger.head().seq));
    settle(ledger, { request: 'a' });
    settle(ledger, { request: 'a' });
    ledger.putVisit({ id: 'v', opened_at: 't', json: '{}' });
    await Promise.resolve();
    expect(seen).toEqual([2]);
  });

  test('takes no more after a fork, and says so after a restart', () => {
    const { ledger, reopen } = fresh();
    ledger.fork('seq 1 differs');
    expect(() => settle(ledger, { request: 'a' })).toThrow('LEDGER_FORKED');
    expect(() => settle(reopen(), { request: 'a' })).toThrow('LEDGER_FORKED');
    expect(reopen().forked()).toBe('seq 1 differs');
  });
});

describe('settling', () => {
  test('books record, totals and slip together', () => {
    const { ledger } = fresh();
    const settled = settle(ledger, { request: 'a' });
    expect(settled).toMatchObject({ seq: 2, repeated: false });
    expect(settled.body.setl_id).toBe(setlIdOf(CLINIC, ledger.ledger, 2));
    expect(settled.body.setl_id).toHaveLength(30);
    expect(ledger.record(2)).toMatchObject({
      kind: 'settlement',
      operator: 'D140225000001',
      body: settled.body,
    });
    expect(ledger.used(PERSON, DAY, [...BUCKETS])).toEqual({ 'outpatient-year': '14.92', 'visits-day': '1' });
    expect(ledger.todayTotals(DAY)).toEqual({ visits: 1, medfee: 2634, fund: 1492, cash: 1142 });
    expect(ledger.printJobs()).toEqual([{ seq: 2, copy: 0, state: 'waiting', code: null, unsure: false }]);
    expect(ledger.settlementsOf('P0001', 5)).toMatchObject([{ seq: 2, medfee: 2634 }]);
    expect(ledger.settlementsOf('P0002', 5)).toEqual([]);
  });

  test('happens once for one request, also after a restart', () => {
    const { ledger, reopen } = fresh();
    const first = settle(ledger, { request: 'a' });
    for (const it of [ledger, reopen()]) {
      const again = it.settle({ operator: 'other', request: 'a', body: () => expect.fail('built again') });
      expect(again).toEqual({ ...first, repeated: true });
      expect(it.head().seq).toBe(2);
      expect(it.todayTotals(DAY).visits).toBe(1);
      expect(it.settledBy('a')).toEqual({ seq: 2, hash: first.hash, body: first.body });
    }
    expect(ledger.settledBy('b')).toBeNull();
  });

  test('keeps each bucket in its period, and the clinic’s apart from the person’s', () => {
    const { ledger } = fresh();
    const put = (amount: string, more: object) => ({ ...YEAR_CAP, period: '2026', amount, ...more });
    settle(ledger, {
      request: 'a',
      put: [put('10.00', {}), put('30.00', { scope: 'clinic', bucket: 'clinic-year' })],
    });
    settle(ledger, {
      request: 'b',
      put: [put('0.01', { period: '2027' }), put('2', { bucket: 'visits-day', period: DAY })],
    });
    settle(ledger, {
      request: 'c',
      psn_no: 'P2',
      put: [put('5.00', {}), put('5.00', { bucket: 'per-visit', period: '' })],
    });
    expect(ledger.used(PERSON, DAY, [...BUCKETS])).toEqual({
      'outpatient-year': '10.00',
      'clinic-year': '30.00',
      'visits-day': '2',
    });
    expect(ledger.used(PERSON, '2027-01-01', [...BUCKETS])).toEqual({ 'outpatient-year': '0.01' });
    expect(ledger.used({ ...PERSON, psn_no: 'P2' }, DAY, [...BUCKETS])).toEqual({
      'outpatient-year': '5.00',
      'clinic-year': '30.00',
    });
    expect(ledger.used({ ...PERSON, insutype: '310' }, DAY, [...BUCKETS])).toEqual({});
  });

  test.each([
    ['another request', { request: 'z' }],
    ['another setl_id', { setl_id: 'x' }],
    ['a payment that is not the person’s part', { paid: cash(1) }],
    ['an amount that is no money', { put: [{ ...YEAR_CAP, period: '2026', amount: '1.5' }] }],
    ['a negative amount', { put: [{ ...YEAR_CAP, period: '2026', amount: '-1.00' }] }],
    ['a refused answer', { answer: { outcome: 'refused', code: 'NO_POLICY' } as const }],
  ])('refuses a body with %s, and nothing happened', (_, wrong) => {
    const { ledger, disk } = fresh();
    const before = inspect(disk, { depth: null, maxArrayLength: null });
    const body = (seq: number) => ({ ...bodyOf(ledger.ledger, seq, { request: 'a' }), ...wrong });
    expect(() => ledger.settle({ operator: 'D', request: 'a', body })).toThrow();
    expect(inspect(disk, { depth: null, maxArrayLength: null })).toBe(before);
    expect(settle(ledger, { request: 'a' }).seq).toBe(2);
  });
});

describe('a reversal', () => {
  test('takes back what was put, in the periods of the settlement, and is booked in its own day', () => {
    const { ledger } = fresh();
    settle(ledger, { request: 'a' });
    const done = ledger.reverse(reversal);
    expect(done).toMatchObject({ seq: 3, repeated: false });
    expect(ledger.used(PERSON, DAY, [...BUCKETS])).toEqual({});
    expect(ledger.todayTotals(DAY)).toEqual({ visits: 1, medfee: 2634, fund: 1492, cash: 1142 });
    expect(ledger.todayTotals('2026-11-23')).toEqual({ visits: -1, medfee: -2634, fund: -1492, cash: -1142 });
    expect(ledger.settlements(DAY)).toMatchObject([{ seq: 2, reversedBy: 3, reverses: null }]);
    expect(ledger.settlements('2026-11-23')).toMatchObject([{ seq: 3, reverses: 2, medfee: -2634 }]);
    expect(ledger.settlementsOf('P0001', 5)).toEqual([]);
  });

  test('happens once, whoever asks', () => {
    const { ledger } = fresh();
    settle(ledger, { request: 'a' });
    const done = ledger.reverse(reversal);
    expect(ledger.reverse(reversal)).toEqual({ ...done, repeated: true });
    expect(() => ledger.reverse({ ...reversal, request: 'again' })).toThrow('REVERSAL_REFUSED');
    expect(() => ledger.reverse({ ...reversal, request: 'c', seq: 1 })).toThrow('REVERSAL_REFUSED');
    expect(() => ledger.reverse({ ...reversal, request: 'c', seq: 9 })).toThrow('REVERSAL_REFUSED');
    expect(() => ledger.settledBy('back')).toThrow('REQUEST_REUSED');
    expect(ledger.head().seq).toBe(3);
  });

  test('of one request id is one reversal: another settlement under it is refused', () => {
    const { ledger, reopen } = fresh();
    settle(ledger, { request: 'a' });
    settle(ledger, { request: 'b' });
    const first = ledger.reverse(reversal);
    for (const it of [ledger, reopen()]) {
      expect(() => it.reverse({ ...reversal, seq: 3 })).toThrow('REQUEST_REUSED');
      expect(() => it.reverse({ ...reversal, request: 'b', seq: 3 })).toThrow('REQUEST_REUSED');
      expect(it.reverse(reversal)).toEqual({ ...first, repeated: true });
      expect(it.head().seq).toBe(4);
      expect(it.todayTotals('2026-11-23')).toMatchObject({ visits: -1, cash: -1142 });
    }
  });

  test('gives back neither more nor less than was paid', () => {
    const { ledger } = fresh();
    settle(ledger, { request: 'a' });
    expect(() => ledger.reverse({ ...reversal, refund: cash(1141) })).toThrow('ACT_INVALID');
    expect(ledger.head().seq).toBe(2);
  });
});

describe('slips', () => {
  test('go from waiting to printed, and never back', () => {
    const { ledger } = fresh();
    settle(ledger, { request: 'a' });
    expect(() => ledger.setPrintState(2, 0, 'printed')).toThrow('PRINT_JOB_UNKNOWN');
    ledger.setPrintState(2, 0, 'printing');
    ledger.setPrintState(2, 0, 'waiting', 'PRINTER_PAPER_OUT');
    expect(ledger.printState(2)).toMatchObject({
      state: 'waiting',
      code: 'PRINTER_PAPER_OUT',
      unsure: false,
    });
    ledger.setPrintState(2, 0, 'printing');
    ledger.setPrintState(2, 0, 'printed');
    expect(ledger.printJobs()).toEqual([]);
    expect(() => ledger.setPrintState(2, 0, 'printing')).toThrow('PRINT_JOB_UNKNOWN');
    expect(() => ledger.setPrintState(9, 0, 'printing')).toThrow('PRINT_JOB_UNKNOWN');
    expect(ledger.addReprint(2)).toBe(1);
    expect(ledger.addReprint(2)).toBe(2);
    expect(ledger.printJobs().map((job) => job.copy)).toEqual([1, 2]);
  });

  test('are marked when a crash left it open whether they came out', () => {
    const { ledger, reopen } = fresh();
    settle(ledger, { request: 'a' });
    ledger.addReprint(2);
    ledger.setPrintState(2, 0, 'printing');
    const again = reopen();
    expect(again.printJobs()).toMatchObject([
      { copy: 1, unsure: false },
      { copy: 2, unsure: true, state: 'waiting' },
    ]);
    expect(() => again.setPrintState(2, 0, 'printing')).toThrow('PRINT_JOB_UNKNOWN');
    again.setPrintState(2, 1, 'printing');
    again.printUnsure(2, 1, 'PRINTER_SILENT');
    expect(again.printState(2)).toEqual({
      seq: 2,
      copy: 3,
      state: 'waiting',
      code: 'PRINTER_SILENT',
      unsure: true,
    });
  });

  describe('of which nobody knows whether they came out', () => {
    /** The original and its marked copy, both of unknown outcome; over a restart between them. */
    function asked() {
      const { ledger, reopen } = fresh();
      settle(ledger, { request: 'a' });
      ledger.setPrintState(2, 0, 'printing');
      ledger.printUnsure(2, 0, 'PRINTER_SILENT');
      ledger.setPrintState(2, 1, 'printing');
      return reopen();
    }
    const question = { seq: 2, copy: 1, state: 'asked', unsure: true };

    test('are repeated once, then nothing is printed until the doctor has answered', () => {
      const ledger = asked();
      expect(ledger.printJobs()).toEqual([]);
      expect(ledger.printQuestions()).toMatchObject([question]);
      expect(ledger.printState(2)).toMatchObject(question);
      for (const state of ['printing', 'printed', 'waiting', 'asked'] as const)
        expect(() => ledger.setPrintState(2, 1, state)).toThrow('PRINT_JOB_UNKNOWN');
    });

    test('it came out: the copy is printed, and a later one has the next number', () => {
      const ledger = asked();
      for (let clicks = 0; clicks < 2; clicks++) ledger.answerPrint(2, 1, true);
      expect([ledger.printQuestions(), ledger.printJobs()]).toEqual([[], []]);
      expect(ledger.printState(2)).toMatchObject({ copy: 1, state: 'printed' });
      expect(ledger.addReprint(2)).toBe(2);
    });

    test.each([
      ['another one', (ledger: Ledger) => ledger.answerPrint(2, 1, false)],
      ['补打', (ledger: Ledger) => ledger.addReprint(2)],
    ])('%s: one marked copy, and if that is not known either, the doctor is asked at once', (_, act) => {
      const ledger = asked();
      act(ledger);
      ledger.answerPrint(2, 1, false); // a second click
      expect(ledger.printQuestions()).toEqual([]);
      expect(ledger.printJobs()).toMatchObject([{ seq: 2, copy: 2, state: 'waiting', unsure: true }]);
      ledger.setPrintState(2, 2, 'printing');
      ledger.printUnsure(2, 2, 'PRINTER_SILENT');
      expect(ledger.printJobs()).toEqual([]);
      expect(ledger.printQuestions()).toMatchObject([{ ...question, copy: 2, code: 'PRINTER_SILENT' }]);
    });
  });
});

describe('what came down', () => {
  const dataset = (version: number, content: string) =>
    signDataset(
      { name: 'roster', version, clinic: CLINIC, issued: '2026-11-22T00:00:00.000Z', content },
      KEYS.signing,
    );
  const install = (ledger: ReturnType<typeof ledgerOn>, version: number, content: string) => {
    const { manifest } = dataset(version, content);
    ledger.install(manifest, content, payloadOf(manifest));
  };

  test('comes into force with a record, only upwards, and is kept', () => {
    const { ledger } = fresh();
    install(ledger, 1, '{"persons":[]}');
    install(ledger, 3, '{"persons":[3]}');
    expect(ledger.record(3)?.body).toMatchObject({ event: 'dataset-in-force', name: 'roster', version: 3 });
    for (const version of [2, 3]) expect(() => install(ledger, version, '{}')).toThrow('DATASET_REFUSED');
    expect(ledger.datasets()).toEqual({ roster: 3 });
    expect(ledger.dataset('roster')).toMatchObject({
      content: '{"persons":[3]}',
      ref: { version: 3 },
      manifest: { clinic: CLINIC },
    });
    expect(ledger.dataset('roster', 1)?.content).toBe('{"persons":[]}');
    expect(ledger.dataset('catalogue')).toBeNull();
  });

  test('is announced once it is in force, and not when it was refused', () => {
    const { ledger } = fresh();
    const announced: unknown[] = [];
    ledger.onDataset((name) => announced.push([name, ledger.dataset(name)?.ref.version]));
    install(ledger, 2, '{"persons":[]}');
    expect(() => install(ledger, 1, '{}')).toThrow('DATASET_REFUSED');
    expect(announced).toEqual([['roster', 2]]);
  });

  test('is not taken when it is not valid for its name', () => {
    const validate = () => {
      throw new Error('not valid');
    };
    const ledger = ledgerOn(new ModelStore(new ModelDisk()), { validate });
    expect(() => install(ledger, 1, '{}')).toThrow('not valid');
    expect([ledger.head().seq, ledger.datasets()]).toEqual([1, {}]);
  });

  test('the delivery mark moves both ways, and objections are kept once', () => {
    const { ledger, reopen } = fresh();
    expect(ledger.deliveredThrough()).toBe(0);
    ledger.acknowledge('r1', 1);
    ledger.acknowledge('r0', 0);
    ledger.acknowledge('r1', 1);
    for (const jws of ['f1', 'f2', 'f1']) ledger.addObjection(jws);
    expect([reopen().deliveredThrough(), reopen().objections()]).toEqual([1, ['f1', 'f2']]);
  });

  test('the desk is remembered, sealed', () => {
    const { ledger, reopen, disk } = fresh();
    ledger.putVisit({ id: 'v1', opened_at: '2026-11-22T04:00:00.000Z', json: '{"certno":"1402"}' });
    ledger.putVisit({ id: 'v2', opened_at: '2026-11-22T03:00:00.000Z', json: '{}' });
    expect(
      reopen()
        .visits()
        .map((visit) => visit.id),
    ).toEqual(['v2', 'v1']);
    expect(reopen().visit('v1')?.json).toBe('{"certno":"1402"}');
    expect(Buffer.from(disk.visits.get('v1')?.sealed ?? []).toString('latin1')).not.toContain('1402');
    disk.visits.set('v2', { id: 'v2', opened_at: '2026-11-22T03:00:00.000Z', sealed: Buffer.from('torn') });
    expect(
      reopen()
        .visits()
        .map(({ id, json }) => [id, json === null]),
    ).toEqual([
      ['v2', true],
      ['v1', false],
    ]);
    ledger.dropVisit('v1');
    expect(reopen().visit('v1')).toBeNull();
  });
});
