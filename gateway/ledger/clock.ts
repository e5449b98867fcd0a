import type { Milliseconds } from '../../drivers/contract.ts';
import { chinaDay, type Day, isDay } from '../../policy/index.ts';
import type { ClockState } from './clock-state.ts';
import { LedgerError } from './errors.ts';

/** Who says what time it is. `system`: the machine's clock, while it is known to be kept right. */
type Witness = 'system' | 'receipt' | 'doctor';

/** Why the doctor has to confirm the date before money is booked. */
type ClockCode = 'CLOCK_UNCONFIRMED' | 'CLOCK_DISPUTED' | 'CLOCK_YEAR' | 'CLOCK_BACKWARD' | 'CLOCK_FORWARD';

/** What the ledger takes the time to be. */
export interface LedgerTime {
  /** ms since 1970. */
  now: Milliseconds;
  day: Day;
  /** Who said so first. */
  source: Witness;
  code: ClockCode | null;
  /** The day that somebody else says it is, when the doctor is to decide. */
  said?: Day;
}

/** What is known of the past; ms since 1970. */
interface Past {
  /** The newest record's `at`: what this box itself took the time to be. */
  own: Milliseconds;
  /** What `kept` gave last. */
  kept: string | null;
}

/** A clock that believes no word that it can check and that does not hold. docs/decisions/0012 */
export interface BoundedClock {
  read(): LedgerTime;
  /** `issued` of a dataset: signed at some earlier moment. */
  observeTime(at: Milliseconds): void;
  /** `at` of a receipt of the session: signed just now. */
  syncTime(at: Milliseconds): void;
  /** Throws LedgerError CLOCK_DAY_REFUSED. */
  confirm(day: Day): void;
  /** To be stored with the records, for the next start of the process; null for a clock without a boot. */
  kept(): string | null;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const CHINA_OFFSET_MS = 8 * 3_600_000;
/** Two clocks that differ by no more say the same. */
const APART_MS_MAX = 10 * MINUTE_MS;
/** Longer than a clinic is ever closed. */
const AHEAD_DAYS_MAX = 40;
const AHEAD_MS_MAX = AHEAD_DAYS_MAX * DAY_MS;
/** No box ran this software before. */
const EARLIEST_MS = Date.UTC(2026, 0, 1);

/** A year of four digits. */
const LAST_DAY = '9999-12-30';

/** An instant, and the machine's uptime at it: from there time runs on. */
interface Mark {
  at: Milliseconds;
  uptime: Milliseconds;
}

/** Time as it runs since somebody said it. */
interface Running extends Mark {
  source: Witness;
  /** When it was said: a year that began since then began by this clock alone. */
  taken: Milliseconds;
  /** All who say the same. */
  witnesses: readonly Witness[];
}

/** A word that contradicts the running clock, or cannot be believed alone. */
interface Word extends Mark {
  by: 'system' | 'receipt' | 'dataset';
}

const near = (a: Milliseconds, b: Milliseconds) => Math.abs(a - b) <= APART_MS_MAX;
const yearOf = (at: Milliseconds) => chinaDay(at).slice(0, 4);

/**
 * Time runs by the machine's uptime from the last word that was believed. A word that differs from it by
 * more than APART_MS_MAX moves nothing by itself: the doctor is asked. A word that lies behind a clock on
 * which machine and township have agreed is not even asked about; and what machine and township say alike
 * outweighs any other. After a boot nothing runs: then a synchronised clock is believed within bounds, a
 * receipt when the machine's clock says the same, and a new year only when both say so. `floor` is the
 * newest time that was taken, `certain` the newest that machine and township agreed on: nobody goes back
 * behind that one. Order is never decided by time, but by `seq`.
 */
export function createBoundedClock(clock: { now(): number }, state: ClockState, past: Past): BoundedClock {
  const before = readKept(past.kept);
  let floor = Math.max(past.own, EARLIEST_MS);
  let certain = before?.certain ?? 0;
  let running: Running | null = before?.boot === state.boot ? (before?.running ?? null) : null;
  let dispute: Word | null = null;
  let denied: Word[] = [];

  const uptime = () => state.uptime();
  const carried = ({ at, uptime: then }: Mark) => at + uptime() - then;

  /** By a word alone: not behind what was taken, no month ahead of it, and in its year. */
  const plausible = (at: Milliseconds, from: Milliseconds) =>
    floor > EARLIEST_MS
      ? at >= from - APART_MS_MAX && at <= floor + AHEAD_MS_MAX && yearOf(at) === yearOf(floor)
      : at >= EARLIEST_MS;

  /** The running time, or null when there is none that can be believed. */
  function current(): Milliseconds | null {
    if (running === null) return null;
    const now = carried(running);
    const holds = now >= floor - APART_MS_MAX && (now <= floor + AHEAD_MS_MAX || floor === EARLIEST_MS);
    if (holds) return now;
    running = null;
    return null;
  }

  function take(at: Milliseconds, source: Witness, witnesses: readonly Witness[]): void {
    running = { at, uptime: uptime(), source, taken: at, witnesses };
    floor = at;
    dispute = null;
    if (isSure(witnesses)) certain = at;
  }

  function agree(by: Witness, at: Milliseconds, { source, taken, witnesses }: Running): void {
    const all = witnesses.includes(by) ? witnesses : [...witnesses, by];
    running = { at, uptime: uptime(), source, taken, witnesses: all };
    if (isSure(all)) certain = at;
    // The township's new word takes its old one back, and that of a dataset it has sent.
    if (dispute?.by === by || (dispute?.by === 'dataset' && by === 'receipt')) dispute = null;
  }

  function hear(by: 'system' | 'receipt', at: Milliseconds): void {
    const now = current();
    if (running === null || now === null) hearFirst(by, at);
    else if (by === 'system' && !plausible(at, backTo()))
      return; // a flat battery, a bad time server
    else if (says(running, now, at)) agree(by, at, running);
    else if (!isDenied(by, at)) contradict(by, at, now, running);
  }

  function hearFirst(by: 'system' | 'receipt', at: Milliseconds): void {
    if (by === 'system') {
      if (plausible(at, floor)) take(at, by, [by]);
    } else if (near(at, clock.now()) && at >= certain - APART_MS_MAX) take(at, by, [by, 'system']);
    else ask(by, at);
  }

  function contradict(by: 'system' | 'receipt', at: Milliseconds, now: Milliseconds, is: Running): void {
    const { witnesses } = is;
    const sure = isSure(witnesses);
    const second = secondOf(by, at);
    if (by === 'receipt' && state.synchronised() === true && near(at, clock.now()))
      take(at, by, [by, 'system']);
    else if (!sure && second !== null) take(at, by, [by, second]);
    else if (at > now || !sure) ask(by, at);
  }

  const isDenied = (by: Witness, at: Milliseconds) =>
    denied.some((word) => word.by === by && near(at, carried(word)));

  /** Who has said the same before, and was not believed alone. */
  function secondOf(by: Witness, at: Milliseconds): Witness | null {
    if (dispute === null || dispute.by === 'dataset' || dispute.by === by) return null;
    return near(at, carried(dispute)) ? dispute.by : null;
  }

  function ask(by: Word['by'], at: Milliseconds): void {
    dispute = { by, at, uptime: uptime() };
  }

  /** How far behind a synchronised clock may say that the running one is ahead. */
  const backTo = () => certain || floor - AHEAD_MS_MAX;

  function read(): LedgerTime {
    if (state.synchronised() === true) hear('system', clock.now());
    const now = current();
    const other = dispute && { said: chinaDay(carried(dispute)) };
    if (running !== null && now !== null) {
      floor = Math.max(floor, now);
      const code = dispute ? 'CLOCK_DISPUTED' : beganAlone(running, now) ? 'CLOCK_YEAR' : null;
      return { now: floor, day: chinaDay(floor), source: running.source, code, ...other };
    }
    const system = clock.now();
    const guess = plausible(system, floor) ? Math.max(floor, system) : floor;
    return { now: guess, day: chinaDay(guess), source: 'system', code: faultOf(system), ...other };
  }

  function faultOf(system: Milliseconds): ClockCode {
    if (system < floor - APART_MS_MAX) return 'CLOCK_BACKWARD';
    if (plausible(system, floor)) return 'CLOCK_UNCONFIRMED';
    return system <= floor + AHEAD_MS_MAX ? 'CLOCK_YEAR' : 'CLOCK_FORWARD';
  }

  function confirm(day: Day): void {
    const { at, others } = meant(day);
    const heard: Word[] = [{ by: 'system', at: clock.now(), uptime: uptime() }];
    if (dispute !== null) heard.push(dispute);
    denied = heard.filter((word) => !near(at, carried(word)));
    take(at, 'doctor', ['doctor', ...others]);
  }

  /** The instant that the doctor means by a day, and who else says so. Throws CLOCK_DAY_REFUSED. */
  function meant(day: Day): { at: Milliseconds; others: readonly Witness[] } {
    const [now, system] = [current(), clock.now()];
    if (running !== null && now !== null && chinaDay(now) === day)
      return { at: now, others: running.witnesses.filter((one) => one !== 'doctor') };
    const said = dispute !== null && chinaDay(carried(dispute)) === day ? dispute : null;
    const kept = state.synchronised() === true && chinaDay(system) === day;
    assertSayable(day, said !== null || kept);
    if (said !== null) return { at: carried(said), others: said.by === 'dataset' ? [] : [said.by] };
    return { at: hourOn(day), others: kept ? ['system'] : [] };
  }

  function assertSayable(day: Day, asSaid: boolean): void {
    const first = chinaDay(Math.max(certain, EARLIEST_MS));
    // Where two have never agreed, what was taken so far bounds nothing.
    const last = certain === 0 ? LAST_DAY : chinaDay(floor + AHEAD_MS_MAX);
    if (!isDay(day) || day < first || (day > last && !asSaid))
      throw new LedgerError('CLOCK_DAY_REFUSED', `${day} is not within ${first} and ${last}`);
  }

  /** The hour may be wrong: only the day counts. */
  function hourOn(day: Day): Milliseconds {
    const system = clock.now();
    const today = Math.floor((system + CHINA_OFFSET_MS) / DAY_MS);
    const at = system + (Date.parse(day) / DAY_MS - today) * DAY_MS;
    return chinaDay(floor) === day ? Math.max(floor, at) : at;
  }

  return {
    read,
    observeTime(at) {
      const now = current();
      if (running === null || now === null || !(at > now) || says(running, now, at)) return;
      if (dispute === null) ask('dataset', at);
    },
    syncTime(at) {
      if (Number.isFinite(at)) hear('receipt', at);
    },
    confirm,
    kept: () =>
      state.boot === null ? null : JSON.stringify({ boot: state.boot, certain, running } satisfies Kept),
  };
}

/** Machine and township say the same: neither the doctor nor a single word outweighs that. */
const isSure = (witnesses: readonly Witness[]) =>
  witnesses.includes('system') && witnesses.includes('receipt');

/** A year has begun by a clock that neither the doctor nor two others have confirmed. */
const beganAlone = ({ taken, witnesses }: Running, now: Milliseconds) =>
  !isSure(witnesses) && !witnesses.includes('doctor') && yearOf(now) !== yearOf(taken);

/** Whether a word says what the running clock says; where only the doctor has spoken, that is the day. */
function says({ witnesses }: Running, now: Milliseconds, at: Milliseconds): boolean {
  const byDay = witnesses.length === 1 && witnesses[0] === 'doctor';
  return near(at, now) || (byDay && chinaDay(at) === chinaDay(now));
}

interface Kept {
  boot: string | null;
  certain: Milliseconds;
  running: Running | null;
}

function readKept(text: string | null): Kept | null {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null; // nothing is certain then: somebody is asked
  }
}
