import type { Milliseconds } from '../../drivers/contract.ts';
import { chinaDay, type Day } from '../../policy/index.ts';
import { LedgerError } from './errors.ts';

/** What the ledger takes the time to be. `code`: unknown until the doctor confirms the date. */
export interface LedgerTime {
  /** ms since 1970. */
  now: Milliseconds;
  day: Day;
  source: 'system' | 'receipt' | 'doctor';
  code: 'CLOCK_BACKWARD' | 'CLOCK_FORWARD' | null;
}

/** What is certainly past, by source; ms since 1970. */
export interface Past {
  /** The newest record's `at`: what this box itself took the time to be. */
  own: Milliseconds;
  /** The newest time in something the township or another office has signed: a dataset's issue, a receipt. */
  outside: Milliseconds;
}

/** A clock that never falls behind what is past for certain. */
export interface BoundedClock {
  read(): LedgerTime;
  /** A time in something that was signed elsewhere at some earlier moment. */
  observeTime(at: Milliseconds): void;
  /** A time in something that was signed elsewhere just now. */
  syncTime(at: Milliseconds): void;
  /** Throws LedgerError CLOCK_DAY_REFUSED. */
  confirm(day: Day): void;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const CHINA_OFFSET_MS = 8 * 3_600_000;
/** Up to this far behind the bound is the correction of a clock, no fault. */
const BEHIND_MS_MAX = 10 * MINUTE_MS;
/** Longer than a clinic is ever closed. */
const AHEAD_DAYS_MAX = 40;
/** No box ran this software before. */
const EARLIEST_MS = Date.UTC(2026, 0, 1);

/**
 * A box has no clock battery. `floor` is a lower bound, a time that is certainly past: of the last record, a
 * dataset, a receipt. The system clock is used when it is not before that and not more than AHEAD_DAYS_MAX
 * after it; otherwise time stands at `floor` until a receipt or the doctor corrects it. Order is never
 * decided by time, but by `seq`.
 */
export function createBoundedClock(clock: { now(): number }, past: Past): BoundedClock {
  let outside = past.outside;
  let floor = Math.max(past.own, outside, EARLIEST_MS);
  let offset = 0;
  let source: LedgerTime['source'] = 'system';

  const read = (): LedgerTime => {
    const system = clock.now() + offset;
    const code =
      system < floor - BEHIND_MS_MAX
        ? 'CLOCK_BACKWARD'
        : system > floor + AHEAD_DAYS_MAX * DAY_MS && floor > EARLIEST_MS
          ? 'CLOCK_FORWARD'
          : null;
    if (code === null) floor = Math.max(floor, system);
    return { now: floor, day: chinaDay(floor), source, code };
  };

  const observeTime = (at: Milliseconds) => {
    if (!Number.isFinite(at)) return;
    outside = Math.max(outside, at);
    floor = Math.max(floor, at);
  };

  /** A time signed just now overrides this box's clock, backwards too: its last records then lie ahead. */
  const syncTime = (at: Milliseconds) => {
    if (!(at >= outside)) return; // older than one already seen: it was delayed on its way
    outside = at;
    if (Math.abs(clock.now() + offset - at) > BEHIND_MS_MAX) {
      offset = at - clock.now();
      source = 'receipt';
    }
    floor = floor > at + BEHIND_MS_MAX ? at : Math.max(floor, at);
  };

  const confirm = (day: Day) => {
    const first = chinaDay(floor);
    const ahead = (Date.parse(day) - Date.parse(first)) / DAY_MS;
    if (!(Number.isInteger(ahead) && ahead >= 0 && ahead <= AHEAD_DAYS_MAX))
      throw new LedgerError('CLOCK_DAY_REFUSED', `${day} is not within ${AHEAD_DAYS_MAX} days from ${first}`);
    const today = Math.floor((clock.now() + CHINA_OFFSET_MS) / DAY_MS);
    offset = (Date.parse(day) / DAY_MS - today) * DAY_MS; // the hour may be wrong: only the day counts
    offset += Math.max(0, floor - (clock.now() + offset));
    source = 'doctor';
    floor = Math.max(floor, clock.now() + offset);
  };
  return { read, observeTime, syncTime, confirm };
}
