import { describe, expect, test } from 'vitest';
import { isIncident } from '../../sync/contract/record.ts';
import { signDataset } from '../../sync/record/dataset.ts';
import { payloadOf, signJws } from '../../sync/record/jws.ts';
import { createSealer } from './sealer.ts';
import { ModelDisk, ModelStore } from './store/index.ts';
import { CLINIC, KEYS, ledgerOn, NOON_MS, randomOf, settle } from './testing/fixtures.ts';
import { verifyLedger } from './tools/verify.ts';

const MB = 1024 * 1024;
const DAY_MS = 86_400_000;

function box() {
  const disk = new ModelDisk();
  const at = { now: NOON_MS, free: 10_000 * MB };
  const clockState = { uptime: () => at.now, boot: 'the only one', synchronised: () => true };
  const parts = {
    clock: { now: () => at.now },
    clockState,
    disk: () => ({ free: at.free, total: 20_000 * MB }),
  };
  const open = () => ledgerOn(new ModelStore(disk), parts);
  const incidents = (ledger: ReturnType<typeof open>) =>
    Array.from({ length: ledger.head().seq }, (_, i) => ledger.record(i + 1))
      .filter(isIncident)
      .map((record) => record.body.code);
  const flaws = () =>
    verifyLedger(new ModelStore(disk), createSealer(KEYS.dataKey, randomOf('v')), () => KEYS.signing).flaws;
  return { at, open, incidents, flaws };
}
const receipt = (at: number, hash = 'x') =>
  signJws(
    'cyt-receipt+jws',
    { v: 1, ledger: 'x', clinic: CLINIC, through: 2, hash, at: new Date(at).toISOString() },
    KEYS.signing,
  );

describe('the disk', () => {
  test('is announced at 20 %, refuses before the reserve, and goes on when there is room', () => {
    const { at, open, incidents } = box();
    const ledger = open();
    expect(ledger.disk().code).toBeNull();
    at.free = 3_999 * MB;
    settle(ledger, { request: 'a' });
    settle(ledger, { request: 'b' });
    expect([ledger.disk().code, incidents(ledger)]).toEqual(['DISK_LOW', ['DISK_LOW']]);
    at.free = 63 * MB;
    expect(() => settle(ledger, { request: 'c' })).toThrow('DISK_FULL');
    expect(settle(ledger, { request: 'a' }).repeated).toBe(true);
    ledger.setPrintState(3, 0, 'printing');
    ledger.acknowledge(receipt(NOON_MS), 2);
    at.free = 64 * MB;
    expect(settle(ledger, { request: 'c' }).repeated).toBe(false);
    expect(incidents(ledger)).toEqual(['DISK_LOW', 'DISK_FULL', 'DISK_LOW']);
  });
});

describe('the clock', () => {
  test.each([
    ['boots in 1970', 0, 'CLOCK_BACKWARD'],
    ['boots before time', -1e15, 'CLOCK_BACKWARD'],
    ['boots in 2099', Date.UTC(2099, 0, 1), 'CLOCK_FORWARD'],
    ['is an hour slow', NOON_MS - 3_600_000, 'CLOCK_BACKWARD'],
  ])('%s: the day is asked for, and then it goes on', (_, now, code) => {
    const { at, open, incidents, flaws } = box();
    const before = open();
    settle(before, { request: 'a' });
    before.acknowledge(receipt(NOON_MS, before.head().hash), 2);
    at.now = now;
    const ledger = open();
    expect(ledger.time()).toMatchObject({ code, day: '2026-11-22', now: NOON_MS });
    expect(() => settle(ledger, { request: 'b' })).toThrow(code);
    expect(settle(ledger, { request: 'a' }).repeated).toBe(true);
    for (const day of ['2026-11-21', '2027-01-02', '1970-01-01', 'x'])
      expect(() => ledger.confirmDay(day, 'D')).toThrow('CLOCK_DAY_REFUSED');
    ledger.confirmDay('2026-11-23', 'D');
    expect(ledger.time()).toMatchObject({ code: null, day: '2026-11-23', source: 'doctor' });
    const { seq } = settle(ledger, { request: 'b' });
    expect(ledger.record(seq)?.at.slice(0, 9)).toBe('2026-11-2');
    expect(incidents(ledger)).toEqual([code, 'CLOCK_CONFIRMED']);
    expect(flaws()).toEqual([]);
  });

  test('stands still at the bound when the doctor says it is still that day', () => {
    const { at, open } = box();
    settle(open(), { request: 'a' });
    at.now = 0;
    const ledger = open();
    ledger.confirmDay('2026-11-22', 'D');
    expect(ledger.time()).toMatchObject({ code: null, day: '2026-11-22', now: NOON_MS });
    at.now += 3_600_000;
    expect(ledger.time().now).toBe(NOON_MS + 3_600_000);
  });

  test('runs a month and more without any further word from outside', () => {
    const { at, open, incidents } = box();
    const ledger = open();
    ledger.acknowledge(receipt(NOON_MS), 1);
    for (let day = 0; day < 90; day++) {
      at.now += DAY_MS;
      settle(ledger, { request: `${day}` });
    }
    at.now += 39 * DAY_MS; // shut over the new year
    settle(ledger, { request: 'again' });
    expect([ledger.time().source, incidents(ledger)]).toEqual(['system', []]);
  });

  test('that lost the time is set right by the doctor who agrees with a receipt, forward and back', () => {
    const { at, open } = box();
    const ledger = open();
    settle(ledger, { request: 'a' });
    at.now = 0;
    expect(ledger.time().code).toBe('CLOCK_BACKWARD');
    ledger.acknowledge(receipt(NOON_MS + DAY_MS), 2);
    expect(ledger.time()).toMatchObject({ code: 'CLOCK_BACKWARD', said: '2026-11-23' });
    ledger.confirmDay('2026-11-23', 'D');
    expect(ledger.time()).toMatchObject({ code: null, source: 'doctor', day: '2026-11-23' });
    at.now += DAY_MS;
    expect(ledger.time().day).toBe('2026-11-24');
    at.now = Date.UTC(2099, 0, 1);
    expect(ledger.time().code).toBe('CLOCK_FORWARD');
    ledger.acknowledge(receipt(NOON_MS + 3 * DAY_MS), 2);
    ledger.confirmDay('2026-11-25', 'D');
    expect(ledger.time()).toMatchObject({ code: null, now: NOON_MS + 3 * DAY_MS });
  });

  test('that ran a month ahead is asked for, and order stays when it goes back', () => {
    const { at, open, incidents, flaws } = box();
    const ledger = open();
    at.now = NOON_MS + 30 * DAY_MS;
    settle(ledger, { request: 'a' });
    ledger.acknowledge(receipt(NOON_MS + 1000, ledger.head().hash), 2);
    expect(ledger.time()).toMatchObject({ code: 'CLOCK_DISPUTED', day: '2026-12-22', said: '2026-11-22' });
    expect(() => settle(ledger, { request: 'b' })).toThrow('CLOCK_DISPUTED');
    ledger.confirmDay('2026-11-22', 'D');
    expect(ledger.time()).toMatchObject({ code: null, source: 'doctor', day: '2026-11-22' });
    expect(incidents(ledger)).toEqual(['CLOCK_DISPUTED', 'CLOCK_CONFIRMED']);
    const { seq } = settle(ledger, { request: 'b' });
    expect(seq).toBe(5);
    expect(String(ledger.record(5)?.at) < String(ledger.record(2)?.at)).toBe(true);
    expect(flaws()).toEqual([]);
  });

  test('that is right again after running ahead is believed when the township says the same', () => {
    const { at, open } = box();
    const ledger = open();
    at.now = NOON_MS + 30 * DAY_MS;
    settle(ledger, { request: 'a' });
    at.now = NOON_MS + 1000;
    expect(ledger.time().code).toBe('CLOCK_BACKWARD');
    ledger.acknowledge(receipt(NOON_MS + 1000), 2);
    expect(ledger.time()).toMatchObject({ code: null, day: '2026-11-22' });
  });

  test('an old receipt changes nothing; a dataset from the future asks, until the township says the time', () => {
    const { at, open } = box();
    const ledger = open();
    ledger.acknowledge(receipt(NOON_MS), 1);
    ledger.acknowledge(receipt(NOON_MS - DAY_MS), 1);
    expect(ledger.time()).toMatchObject({ code: null, now: NOON_MS });
    const issued = new Date(NOON_MS + 2 * DAY_MS).toISOString();
    const { manifest } = signDataset(
      { name: 'roster', version: 1, clinic: '*', issued, content: '{}' },
      KEYS.signing,
    );
    ledger.install(manifest, '{}', payloadOf(manifest));
    expect(ledger.time()).toMatchObject({ code: 'CLOCK_DISPUTED', day: '2026-11-22', said: '2026-11-24' });
    expect(() => ledger.confirmDay('2026-11-21', 'D')).toThrow('CLOCK_DAY_REFUSED');
    expect(open().time()).toMatchObject({ code: null, day: '2026-11-22' });
    at.now += 60_000;
    ledger.acknowledge(receipt(at.now), 2);
    expect(ledger.time()).toMatchObject({ code: null, now: at.now });
  });
});
