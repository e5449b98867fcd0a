import { chinaDay } from '../../policy/index.ts';
import { LedgerError } from './errors.ts';

/** What the ledger takes the time to be. `code` set: it does not know, and the doctor has to confirm today's date. */
export interface LedgerTime {
  now: number;
  day: string;
  source: 'system' | 'receipt' | 'doctor';
  code: 'CLOCK_BACKWARD' | 'CLOCK_FORWARD' | null;
}

/** What is past for certain, by whose word; ms since 1970. */
export interface Past {
  /** The newest record's `at`: what this box itself took the time to be. */
  own: number;
  /** The newest time that somebody else has signed: a dataset's issue, a receipt. */
  outside: number;
}

/** A clock that never falls behind what is past for certain. */
export interface BoundedClock {
  read(): LedgerTime;
  /** Somebody else has signed that it was `at`. */
  observeTime(at: number): void;
  /** Somebody else has signed that it is `at`, just now. */
  syncTime(at: number): void;
  /** Throws LedgerError CLOCK_DAY_REFUSED. */
  confirm(day: string): void;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const CHINA_OFFSET_MS = 8 * 3_600_000;
/** So far behind the bound is still the same clock being set right. */
const BEHIND_MS_MAX = 10 * MINUTE_MS;
/** Further ahead of the last thing that happened than a clinic is ever shut. */
export const AHEAD_DAYS_MAX = 40;
/** No box of this software ran before. */
export const EARLIEST_MS = Date.UTC(2026, 0, 1);

/**
 * A box has no clock battery. `floor` is a time that is past for certain: the last record, a dataset's issue, a receipt. The system
 * clock is believed when it is not before that and not absurdly far after; else time stands at `floor` until somebody who
 * knows says better. Nothing here decides order: that is the sequence.
 */
export function createBoundedClock(clock: { now(): number }, past: Past): BoundedClock {
  let outside = past.outside;
  let floor = Math.max(past.own, outside, EARLIEST_MS);
  let offset = 0;
  let source: LedgerTime['source'] = 'system';

  const read = (): LedgerTime => {
    const said = clock.now() + offset;
    const code =
      said < floor - BEHIND_MS_MAX
        ? 'CLOCK_BACKWARD'
        : said > floor + AHEAD_DAYS_MAX * DAY_MS && floor > EARLIEST_MS
          ? 'CLOCK_FORWARD'
          : null;
    if (code === null) floor = Math.max(floor, said);
    return { now: floor, day: chinaDay(floor), source, code };
  };

  const observeTime = (at: number) => {
    if (!Number.isFinite(at)) return;
    outside = Math.max(outside, at);
    floor = Math.max(floor, at);
  };

  /** Outside word outweighs what this box made of its own clock, backwards too: then its last records are dated too late, no more. */
  const syncTime = (at: number) => {
    if (!(at >= outside)) return; // an older word that was long under way
    outside = at;
    if (Math.abs(clock.now() + offset - at) > BEHIND_MS_MAX) {
      offset = at - clock.now();
      source = 'receipt';
    }
    floor = floor > at + BEHIND_MS_MAX ? at : Math.max(floor, at);
  };

  const confirm = (day: string) => {
    const first = chinaDay(floor);
    const ahead = (Date.parse(day) - Date.parse(first)) / DAY_MS;
    if (!(Number.isInteger(ahead) && ahead >= 0 && ahead <= AHEAD_DAYS_MAX))
      throw new LedgerError('CLOCK_DAY_REFUSED', `${day} is not within ${AHEAD_DAYS_MAX} days from ${first}`);
    const today = Math.floor((clock.now() + CHINA_OFFSET_MS) / DAY_MS);
    offset = (Date.parse(day) / DAY_MS - today) * DAY_MS; // the hour may be wrong too, but the day is what counts
    offset += Math.max(0, floor - (clock.now() + offset));
    source = 'doctor';
    floor = Math.max(floor, clock.now() + offset);
  };
  return { read, observeTime, syncTime, confirm };
}
