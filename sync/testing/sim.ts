import type { Clock, Random } from '../ports.ts';

/** Time and chance that are functions of a seed. */

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
  return (bytes) => Uint8Array.from({ length: bytes }, () => next() & 255);
}

interface Timer {
  at: number;
  order: number;
  run: () => void;
}

export interface SimClock extends Clock {
  /** Runs what falls due within so many ms, with all that follows from it. */
  pass(ms: number): Promise<void>;
}

export function simClock(start = Date.parse('2026-11-22T00:00:00.000Z')): SimClock {
  const timers = new Set<Timer>();
  let now = start;
  let order = 0;
  const settle = () => new Promise<void>((done) => setImmediate(done));
  const next = (until: number) => {
    let first: Timer | undefined;
    for (const timer of timers)
      if (
        timer.at <= until &&
        (!first || timer.at < first.at || (timer.at === first.at && timer.order < first.order))
      )
        first = timer;
    return first;
  };
  return {
    now: () => now,
    setTimeout(run, ms) {
      const timer = { at: now + Math.max(0, ms), order: order++, run };
      timers.add(timer);
      return timer;
    },
    clearTimeout: (handle) => void timers.delete(handle as Timer),
    async pass(ms) {
      const until = now + ms;
      await settle();
      for (let timer = next(until); timer; timer = next(until)) {
        timers.delete(timer);
        now = Math.max(now, timer.at);
        timer.run();
        await settle();
      }
      now = until;
    },
  };
}
