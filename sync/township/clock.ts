import type { Milliseconds } from '../../drivers/contract.ts';
import { chinaDay, type Day } from '../../policy/index.ts';
import { SyncError } from '../errors.ts';
import type { TownshipStore } from './store/port.ts';

const DAY_MS = 86_400_000;
/** A clock so far behind the newest message is wrong. */
const BEHIND_MS_MAX = DAY_MS;
/** A clock so far beyond the newest message is wrong, or nobody was there for days: somebody must look. */
const AHEAD_MS_MAX = 3 * DAY_MS;
/** A box whose time is no further away says the same. */
const APART_MS_MAX = DAY_MS;

/** Whether the township's own clock may be signed by. docs/township.md, *The clock* */
export interface TownshipClock {
  /** What is wrong with it, in English: nothing may be signed, or stored by its time. null: nothing. */
  wrong(): string | null;
  /** Throws SyncError TOWNSHIP_CLOCK_WRONG. */
  assertRight(): void;
  /** What a box takes the time to be, ms since 1970. */
  heard(at: Milliseconds): void;
}

interface TownshipClockOptions {
  clock: { now(): number };
  /** ms that no setting of the clock moves; absent: the clock itself, which runs evenly. */
  uptime?: () => Milliseconds;
  store: Pick<TownshipStore, 'reports'>;
  /** What the operator says today is, at the start. */
  today?: Day;
}

export function createTownshipClock(options: TownshipClockOptions): TownshipClock {
  const { clock, store, today } = options;
  const uptime = options.uptime ?? (() => clock.now());
  let right: { at: Milliseconds; uptime: Milliseconds } | null = null;

  const trust = () => {
    right = { at: clock.now(), uptime: uptime() };
  };
  if (today !== undefined && chinaDay(clock.now()) === today) trust();

  function wrong(): string | null {
    const newest = right === null ? newestTime(store) : right.at + uptime() - right.uptime;
    const fault = clockFault(clock.now(), newest);
    if (fault === null && right === null) trust();
    return fault;
  }

  return {
    wrong,
    assertRight() {
      const fault = wrong();
      if (fault !== null) throw new SyncError('TOWNSHIP_CLOCK_WRONG', fault);
    },
    heard(at) {
      if (Math.abs(at - clock.now()) <= APART_MS_MAX) trust();
    },
  };
}

/** What is wrong with a township's clock, in English; null: nothing. `newest`: 0 when nothing is held. */
function clockFault(now: Milliseconds, newest: Milliseconds): string | null {
  const [here, there] = [now, newest].map((at) => new Date(at).toISOString());
  if (newest === 0 || (now >= newest - BEHIND_MS_MAX && now <= newest + AHEAD_MS_MAX)) return null;
  return now < newest
    ? `the clock says ${here}, and ${there} is past`
    : `the clock says ${here}, days beyond the last message of a box (${there})`;
}

/** What an official asks. */
export function clockReport(store: TownshipClockOptions['store'], now: Milliseconds) {
  const newest = newestTime(store);
  return { now: instant(now), newest: newest === 0 ? null : instant(newest), fault: clockFault(now, newest) };
}

const instant = (at: Milliseconds) => new Date(at).toISOString();

/** When the last signed message of any box came, by the clock that was right then. 0: none has. */
function newestTime({ reports }: TownshipClockOptions['store']): Milliseconds {
  const heard = reports.clinics().map(({ heard_at }) => (heard_at === null ? 0 : Date.parse(heard_at)));
  return Math.max(0, ...heard);
}
