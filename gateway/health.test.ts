import { beforeEach, describe, expect, test } from 'vitest';
import type { DeviceStatus } from '../drivers/contract.ts';
import { FakeClock } from '../drivers/testing/fake-clock.ts';
import type { LinkState } from '../sync/clinic/link.ts';
import { startUpkeep } from './clinic/upkeep.ts';
import { settleOne, type TestDesk, testDesk } from './clinic/visit/testing/desk.ts';
import { createHealth, type Health } from './health.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const counters = { opens: 1, lost: 0, faults: 0 };
const ready: DeviceStatus = { state: 'ready', code: null, since: 0, counters, identity: {} };
const LINKED: LinkState = {
  connected: true,
  code: null,
  certificate_until: null,
  waiting: 0,
  since: 0,
  refused: {},
};

let fake: FakeClock;
/** Time in which nothing turned. */
let frozen: number;
let here: TestDesk;
let link: LinkState;
let room: { code: 'DISK_LOW' | 'DISK_FULL' | 'DISK_FAILED' | null; free: number | null };
let health: Health;
let logged: unknown[];
let maintained: number;
let swept: number;
let announced: number;
let day: string;
let stopUpkeep: () => void;

beforeEach(() => {
  fake = new FakeClock();
  frozen = 0;
  const clock = {
    now: () => fake.now() + frozen,
    setTimeout: fake.setTimeout.bind(fake),
    clearTimeout: fake.clearTimeout.bind(fake),
  };
  here = testDesk();
  link = LINKED;
  room = { code: null, free: 5_000 };
  logged = [];
  [maintained, swept, announced] = [0, 0, 0];
  day = '2026-11-29';
  health = createHealth({
    ledger: { ...here.ledger, disk: () => room },
    link: () => link,
    devices: [{ status: () => ready }, { status: () => ({ ...ready, state: 'absent' }) }],
    clock,
  });
  const log = { info: () => {}, error: () => {}, warn: (entry: object) => void logged.push(entry) };
  stopUpkeep = startUpkeep({
    ledger: { maintain: () => void maintained++, time: () => ({ ...here.ledger.time(), day }) },
    health,
    printing: { wake: () => {} },
    changes: { announce: () => void announced++ },
    access: [{ sweep: () => void swept++ }],
    clock,
    log,
  });
});

describe('a process that works', () => {
  test('announces a new day within seconds', async () => {
    await fake.advance(MINUTE_MS);
    const before = announced;
    day = '2026-11-30';
    await fake.advance(5_000);
    expect(announced).toBe(before + 1);
    await fake.advance(20_000);
    expect(announced).toBe(before + 1);
  });

  test('has no fault, for as long as it runs', async () => {
    await fake.advance(60 * MINUTE_MS);
    expect(health.check()).toEqual({ ok: true, faults: [] });
    expect(maintained).toBeGreaterThan(55);
    expect(swept).toBe(maintained);
    expect(logged).toEqual([]);
  });

  test('says so in numbers', async () => {
    settleOne(here);
    await fake.advance(30_000);
    expect(health.numbers()).toEqual({
      loop_late_ms_max: 0,
      damaged: 0,
      store_silent_ms: 30_000,
      disk_free_bytes: 5_000,
      undelivered: here.ledger.head().seq,
      connected: 1,
      devices: 2,
      devices_ready: 1,
    });
  });

  test('has none without a link or devices: the clinic settles all the same', () => {
    link = { ...LINKED, connected: false, code: 'LINK_DOWN' };
    expect(health.check()).toEqual({ ok: true, faults: [] });
    expect(health.numbers().connected).toBe(0);
  });

  test('ends with nothing left running', () => {
    stopUpkeep();
    health.stop();
    expect(fake.timers).toBe(0);
  });
});

describe('what keeps it from its work', () => {
  test('a loop that stands still, until it turns again; how long is remembered', async () => {
    await fake.advance(5_000);
    frozen = 10_999;
    expect(health.check().faults).toEqual([]);
    frozen = 11_000;
    expect(health.check()).toEqual({ ok: false, faults: ['LOOP_STALLED'] });
    await fake.advance(2_000);
    expect(health.check().ok).toBe(true);
    expect(health.numbers().loop_late_ms_max).toBeGreaterThan(10_000);
  });

  test('a store that answers nothing; a record is an answer', async () => {
    stopUpkeep();
    await fake.advance(179_000);
    expect(health.check().faults).toEqual([]);
    await fake.advance(1_000);
    expect(health.check().faults).toEqual(['STORE_SILENT']);
    settleOne(here);
    await new Promise((done) => queueMicrotask(() => done(undefined)));
    expect(health.check()).toEqual({ ok: true, faults: [] });
  });

  test('disk, clock and fork, which the page shows too', () => {
    room = { code: 'DISK_LOW', free: 10 };
    expect(health.check().ok).toBe(true);
    expect(health.notices()).toEqual(['DISK_LOW']);
    room = { code: 'DISK_FULL', free: 0 };
    here.clock.now -= DAY_MS;
    here.ledger.fork('another record 1');
    const all = ['CLOCK_BACKWARD', 'DISK_FULL', 'LEDGER_FORKED'];
    expect(health.check()).toEqual({ ok: false, faults: all });
    expect(health.notices()).toEqual(all);
  });

  test('is logged when it changes, once', async () => {
    room = { code: 'DISK_FULL', free: 0 };
    await fake.advance(10 * MINUTE_MS);
    room = { code: null, free: 5_000 };
    await fake.advance(10 * MINUTE_MS);
    expect(logged).toMatchObject([{ faults: ['DISK_FULL'], disk_free_bytes: 0 }, { faults: [] }]);
  });
});

test('a certificate’s end is a notice 30 days ahead, and no fault; nobody knows it without a date', () => {
  link = { ...LINKED, certificate_until: here.clock.now + 29 * DAY_MS };
  expect(health.notices()).toEqual(['CERTIFICATE_ENDING']);
  expect(health.check().ok).toBe(true);
  link = { ...LINKED, certificate_until: here.clock.now + 31 * DAY_MS };
  expect(health.notices()).toEqual([]);
  link = { ...LINKED, certificate_until: here.clock.now - DAY_MS };
  here.clock.now -= 2 * DAY_MS;
  expect(health.notices()).toEqual(['CLOCK_BACKWARD']);
});

test('the presence message has the clock’s source and the disk', () => {
  expect(health.presence()).toEqual({ clock: 'system', disk: { code: null, free: 5_000 } });
});
