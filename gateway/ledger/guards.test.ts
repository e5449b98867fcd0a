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
  const parts = { clock: { now: () => at.now }, disk: () => ({ free: at.free, total: 20_000 * MB }) };
  const open = () => ledgerOn(new ModelStore(disk), parts);
  const incidents = (ledger: ReturnType<typeof open>) =>
    Array.from({ length: ledger.head().seq }, (_, i) => ledger.record(i + 1))
      .filter(isIncident)
      .map((record) => record.body.code);
  const flaws = () =>
    verifyLedger(new ModelStore(disk), createSealer(KEYS.dataKey, randomOf('v')), () => KEYS.signing).flaws;
  return { at, open, incidents, flaws };
}
const receipt = (at: number) =>
  signJws(
    'cyt-receipt+jws',
    { v: 1, ledger: 'x', clinic: CLINIC, through: 2, hash: 'x', at: new Date(at).toISOString() },
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
    settle(open(), { request: 'a' });
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

  test('runs a month and more without any outside time', () => {
    const { at, open, incidents } = box();
    const ledger = open();
    for (let day = 0; day < 90; day++) {
      at.now += DAY_MS;
      settle(ledger, { request: `${day}` });
    }
    at.now += 39 * DAY_MS; // shut over the new year
    settle(ledger, { request: 'again' });
    expect([ledger.time().source, incidents(ledger)]).toEqual(['system', []]);
  });

  test('is set right by a receipt for what was just made, forward and back', () => {
    const { at, open } = box();
    const ledger = open();
    settle(ledger, { request: 'a' });
    at.now = 0;
    expect(ledger.time().code).toBe('CLOCK_BACKWARD');
    ledger.acknowledge(receipt(NOON_MS + DAY_MS), 2);
    expect(ledger.time()).toMatchObject({ code: null, source: 'receipt', day: '2026-11-23' });
    at.now += DAY_MS;
    expect(ledger.time().day).toBe('2026-11-24');
    at.now = Date.UTC(2099, 0, 1);
    expect(ledger.time().code).toBe('CLOCK_FORWARD');
    ledger.acknowledge(receipt(NOON_MS + 3 * DAY_MS), 2);
    expect(ledger.time()).toMatchObject({ code: null, day: '2026-11-25' });
  });

  test('that ran a month ahead follows the township back, and order stays', () => {
    const { at, open } = box();
    const ledger = open();
    at.now = NOON_MS + 30 * DAY_MS;
    settle(ledger, { request: 'a' });
    ledger.acknowledge(receipt(NOON_MS + 1000), 2);
    expect(ledger.time()).toMatchObject({ code: null, source: 'receipt', day: '2026-11-22' });
    const { seq } = settle(ledger, { request: 'b' });
    expect(seq).toBe(3);
    expect(String(ledger.record(3)?.at) < String(ledger.record(2)?.at)).toBe(true);
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

  test('an old receipt or dataset only says what is past, also after a restart', () => {
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
    expect(ledger.time().code).toBe('CLOCK_BACKWARD');
    expect(open().time()).toMatchObject({ code: 'CLOCK_BACKWARD', day: '2026-11-24' });
    at.now = NOON_MS + 2 * DAY_MS;
    expect(ledger.time().code).toBeNull();
  });
});
