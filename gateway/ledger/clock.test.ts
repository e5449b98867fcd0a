import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chinaDay } from '../../policy/index.ts';
import { createBoundedClock } from './clock.ts';
import type { ClockState } from './clock-state.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** 2026-11-22 12:00 in China. */
const NOON_MS = Date.UTC(2026, 10, 22, 4);

/** A machine: its true time, how far its clock is from it, and how it was started. */
function machine(begin = NOON_MS) {
  const is = { now: begin, skew: 0, synchronised: null as boolean | null, boot: 1, started: begin, own: 0 };
  let kept: string | null = null;
  const state: ClockState = {
    uptime: () => is.now - is.started,
    get boot() {
      return String(is.boot);
    },
    synchronised: () => is.synchronised,
  };
  const open = () => createBoundedClock({ now: () => is.now + is.skew }, state, { own: is.own, kept });
  let clock = open();
  return {
    is,
    time: () => clock.read(),
    receipt(at: number) {
      clock.syncTime(at);
      kept = clock.kept();
    },
    dataset: (issued: number) => clock.observeTime(issued),
    confirm(day: string) {
      clock.confirm(day);
      kept = clock.kept();
    },
    /** A record with the time that is taken. */
    book() {
      const { now, day, code } = clock.read();
      if (code === null) is.own = now;
      return code === null ? day : null;
    },
    restart() {
      clock = open();
    },
    /** The power goes for so long; the clock stands meanwhile, as that of a box without a battery. */
    powerCut(ms: number) {
      is.skew -= ms;
      is.now += ms;
      is.started = is.now;
      is.boot += 1;
      clock = open();
    },
  };
}

/** One that works: its clock and the township have agreed, and a record is booked. */
function working() {
  const box = machine();
  box.receipt(NOON_MS);
  expect(box.book()).toBe('2026-11-22');
  return box;
}

describe('a clock that runs and is right', () => {
  test.each([
    ['11 minutes', 11 * MINUTE_MS],
    ['2 days', 2 * DAY_MS],
    ['a year', 365 * DAY_MS],
    ['10 years', 3_653 * DAY_MS],
  ])(
    'is not moved by a receipt %s ahead: the doctor is asked, and the next right receipt answers',
    (_, ms) => {
      const box = working();
      box.receipt(NOON_MS + ms);
      expect(box.time()).toMatchObject({ code: 'CLOCK_DISPUTED', now: NOON_MS, day: '2026-11-22' });
      box.receipt(NOON_MS);
      expect(box.time()).toMatchObject({ code: null, now: NOON_MS });
      expect(box.time().said).toBeUndefined();
    },
  );

  test('goes on when the doctor says the day, and the same false word does not ask again', () => {
    const box = working();
    box.receipt(NOON_MS + 4 * DAY_MS);
    box.confirm('2026-11-22');
    for (let hour = 0; hour < 5; hour++) {
      box.receipt(box.is.now + 4 * DAY_MS);
      expect(box.time()).toMatchObject({ code: null, now: box.is.now, source: 'doctor' });
      box.is.now += 60 * MINUTE_MS;
    }
    box.receipt(box.is.now + 9 * DAY_MS);
    expect(box.time().code).toBe('CLOCK_DISPUTED');
  });

  test('takes the day that was said when the doctor agrees with it', () => {
    const box = working();
    box.receipt(NOON_MS + 4 * DAY_MS);
    box.confirm('2026-11-26');
    expect(box.time()).toMatchObject({ code: null, now: NOON_MS + 4 * DAY_MS });
  });

  test('is not moved by a receipt ten days behind it, nor by the system clock', () => {
    const box = working();
    box.receipt(NOON_MS - 10 * DAY_MS);
    box.is.skew = 39 * DAY_MS;
    expect(box.time()).toMatchObject({ code: null, now: NOON_MS });
    box.is.now += DAY_MS;
    expect(box.time()).toMatchObject({ code: null, now: NOON_MS + DAY_MS });
  });

  test('is not moved by a dataset of tomorrow; the next receipt takes the question back', () => {
    const box = working();
    box.dataset(NOON_MS + DAY_MS);
    expect(box.time()).toMatchObject({ code: 'CLOCK_DISPUTED', day: '2026-11-22', said: '2026-11-23' });
    box.receipt(NOON_MS + MINUTE_MS);
    expect(box.time().code).toBeNull();
    box.dataset(NOON_MS - DAY_MS);
    box.dataset(Number.NaN);
    box.receipt(Number.NaN);
    expect(box.time().code).toBeNull();
  });

  test('passes New Year by itself', () => {
    const box = working();
    for (; box.is.now < Date.UTC(2027, 0, 2, 17); box.is.now += DAY_MS) expect(box.time().code).toBeNull();
    expect(box.time()).toMatchObject({ code: null, day: '2027-01-03' });
  });

  test('goes on over a restart of the process, not over one of the machine', () => {
    const box = working();
    box.is.now += 60 * MINUTE_MS;
    box.restart();
    expect(box.time()).toMatchObject({ code: null, now: box.is.now });
    box.powerCut(14 * DAY_MS);
    expect(box.time()).toMatchObject({ code: 'CLOCK_UNCONFIRMED', day: '2026-11-22' });
  });
});

describe('after a start with the time of the last shutdown', () => {
  test('the doctor says the day', () => {
    const box = working();
    box.powerCut(14 * DAY_MS);
    expect(box.book()).toBeNull();
    expect(() => box.confirm('2026-11-21')).toThrow('CLOCK_DAY_REFUSED');
    expect(() => box.confirm('2027-01-02')).toThrow('CLOCK_DAY_REFUSED');
    expect(() => box.confirm('2026-11-31')).toThrow('CLOCK_DAY_REFUSED');
    box.confirm('2026-12-06');
    expect(box.book()).toBe('2026-12-06');
  });

  test('a receipt alone does not: the doctor is asked, and agrees', () => {
    const box = working();
    box.powerCut(14 * DAY_MS);
    box.receipt(box.is.now);
    expect(box.time()).toMatchObject({ code: 'CLOCK_UNCONFIRMED', said: '2026-12-06' });
    box.confirm('2026-12-06');
    expect(box.book()).toBe('2026-12-06');
  });

  test('nor does one of a township that is 2.5 days ahead of a machine that is right', () => {
    const box = working();
    box.powerCut(0);
    box.receipt(box.is.now + 2.5 * DAY_MS);
    expect(box.time()).toMatchObject({ code: 'CLOCK_UNCONFIRMED', day: '2026-11-22', said: '2026-11-25' });
    box.receipt(box.is.now);
    expect(box.book()).toBe('2026-11-22');
  });

  test('or a time server, which steps the clock', () => {
    const box = working();
    box.powerCut(14 * DAY_MS);
    box.time();
    Object.assign(box.is, { skew: 0, synchronised: true });
    expect(box.time()).toMatchObject({ code: null, source: 'system', day: '2026-12-06' });
  });

  test.each([
    ['into another year', 60 * DAY_MS],
    ['by more than 40 days', 41 * DAY_MS - 60 * MINUTE_MS],
  ])('no single word moves it %s; two that agree do', (_, ms) => {
    const box = working();
    box.powerCut(ms);
    box.receipt(box.is.now);
    expect(box.time().code).toBe('CLOCK_UNCONFIRMED');
    Object.assign(box.is, { skew: 0, synchronised: true });
    box.receipt(box.is.now);
    expect(box.time()).toMatchObject({ code: null, now: box.is.now });
  });

  test('what the township said may be confirmed beyond 40 days', () => {
    const box = working();
    box.powerCut(100 * DAY_MS);
    expect(() => box.confirm(chinaDay(box.is.now))).toThrow('CLOCK_DAY_REFUSED');
    box.receipt(box.is.now);
    box.confirm(chinaDay(box.is.now));
    expect(box.time()).toMatchObject({ code: null, now: box.is.now });
  });
});

describe('a wrong day that the doctor gave', () => {
  test('is asked for again when the township says another, and can be taken back', () => {
    const box = working();
    box.powerCut(0);
    box.confirm('2026-12-22');
    expect(box.book()).toBe('2026-12-22');
    box.receipt(box.is.now);
    expect(box.time()).toMatchObject({ code: 'CLOCK_DISPUTED', said: '2026-11-22' });
    box.confirm('2026-11-22');
    expect(box.book()).toBe('2026-11-22');
  });

  test('can be taken back without the township, as far as two have agreed', () => {
    const box = working();
    box.powerCut(0);
    box.confirm('2026-12-22');
    box.book();
    expect(() => box.confirm('2026-11-21')).toThrow('CLOCK_DAY_REFUSED');
    box.confirm('2026-11-22');
    expect(box.book()).toBe('2026-11-22');
  });
});

test('a new box in 1970 believes neither its clock nor the township alone', () => {
  const box = machine();
  Object.assign(box.is, { skew: -NOON_MS, synchronised: true });
  expect(box.time().code).toBe('CLOCK_BACKWARD');
  box.receipt(NOON_MS);
  expect(box.time()).toMatchObject({ code: 'CLOCK_BACKWARD', said: '2026-11-22' });
  box.confirm('2026-11-22');
  expect(box.book()).toBe('2026-11-22');
});

/** What may happen; the truth is the machine's own `now`. */
const days = fc.constantFrom(-400, -30, -2, -1, 1, 2, 30, 39, 60, 400, 3_650);
/** No clock of a machine is wrong by just as much as a township's: then nobody could know. */
const [clockOff, otherOff] = [0, 3 * 60 * MINUTE_MS].map((more) => days.map((n) => n * DAY_MS + more)) as [
  fc.Arbitrary<number>,
  fc.Arbitrary<number>,
];
const event = fc.oneof(
  fc.record({
    what: fc.constant('time' as const),
    ms: fc.integer({ min: 1, max: 20 }).map((n) => n * 3 * 3_600_000),
  }),
  fc.record({ what: fc.constant('clock' as const), ms: fc.oneof(fc.constant(0), clockOff) }),
  fc.record({ what: fc.constant('receipt' as const), ms: fc.oneof(fc.constant(0), otherOff) }),
  fc.record({ what: fc.constant('dataset' as const), ms: fc.oneof(fc.constant(-DAY_MS), otherOff) }),
  fc.record({ what: fc.constant('doctor' as const), ms: fc.oneof(fc.constant(0), otherOff) }),
  fc.record({
    what: fc.constantFrom('restart' as const, 'power' as const),
    ms: fc.nat(20).map((n) => n * DAY_MS),
  }),
);
type Event = typeof event extends fc.Arbitrary<infer E> ? E : never;

const SEED = { seed: 20_261_128, numRuns: 3_000 };
const tried = (work: () => void) => {
  try {
    work();
  } catch (error) {
    expect(String(error)).toContain('CLOCK_DAY_REFUSED');
  }
};

function happen(box: ReturnType<typeof machine>, { what, ms }: Event): void {
  const { is } = box;
  if (what === 'time') is.now += ms;
  if (what === 'clock') is.skew = ms;
  if (what === 'receipt') box.receipt(is.now + ms);
  if (what === 'dataset') box.dataset(is.now + ms);
  if (what === 'doctor') tried(() => box.confirm(chinaDay(is.now + ms)));
  if (what === 'restart') box.restart();
  if (what === 'power') box.powerCut(ms);
}

describe('in every order of clock, receipt, dataset and doctor, right and wrong', () => {
  const events = fc.array(event, { maxLength: 25 });

  test('no word alone moves a clock that two have agreed on', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(event, event).filter(({ what }) => what !== 'doctor' && what !== 'power'),
          { maxLength: 25 },
        ),
        (all) => {
          const box = working();
          for (const one of all) {
            happen(box, one);
            expect(Math.abs(box.time().now - box.is.now)).toBeLessThanOrEqual(10 * MINUTE_MS);
          }
        },
      ),
      SEED,
    );
  });

  test('no year begins before it does, unless the doctor says so', () => {
    fc.assert(
      fc.property(
        events.map((all) => all.filter(({ what }) => what !== 'doctor')),
        (all) => {
          const box = working();
          for (const one of all) {
            happen(box, one);
            const day = box.book();
            if (day !== null) expect(day.slice(0, 4) <= chinaDay(box.is.now).slice(0, 4)).toBe(true);
          }
        },
      ),
      SEED,
    );
  });

  const alone = event.filter(({ what }) => what !== 'doctor' && what !== 'power');

  test('no day is booked that the township alone says: not after a boot, not on a new box', () => {
    const boot = fc.record({ what: fc.constant('power' as const), ms: fc.constant(0) });
    const word = fc.record({ what: fc.constant('receipt' as const), ms: fc.integer({ min: 1, max: 60 }) });
    const heard = word.map(({ what, ms }) => ({ what, ms: (ms - 30) * 2 * 3_600_000 }));
    const walk = fc.array(fc.oneof(boot, heard), { maxLength: 12 });
    fc.assert(
      fc.property(fc.boolean(), walk, (fresh, all) => {
        const box = fresh ? machine() : working();
        for (const one of all) {
          happen(box, one);
          expect([null, chinaDay(box.is.now)]).toContain(box.book());
        }
        // The township is right again: nobody is asked, nothing is started anew.
        box.receipt(box.is.now);
        expect(box.time()).toMatchObject({ code: null, day: chinaDay(box.is.now) });
      }),
      SEED,
    );
  });

  test('the true day is accepted on a box where two have never agreed, whatever one has said', () => {
    const wrong = alone.filter(({ what, ms }) => what !== 'receipt' || ms !== 0);
    fc.assert(
      fc.property(fc.array(wrong, { maxLength: 12 }), (all) => {
        const box = machine();
        for (const one of all) {
          happen(box, one);
          box.book();
        }
        box.confirm(chinaDay(box.is.now));
        expect(box.book()).toBe(chinaDay(box.is.now));
      }),
      SEED,
    );
  });

  test('nothing shuts the clinic for ever: the true day can be said, or is known, and then stands', () => {
    fc.assert(
      fc.property(events, (all) => {
        const box = working();
        for (const one of all) happen(box, one);
        Object.assign(box.is, { skew: 0, synchronised: null });
        box.receipt(box.is.now);
        tried(() => box.confirm(chinaDay(box.is.now)));
        box.receipt(box.is.now);
        expect(box.time()).toMatchObject({ code: null, day: chinaDay(box.is.now) });
      }),
      SEED,
    );
  });
});
