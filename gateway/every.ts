import type { Clock } from '../drivers/contract.ts';

/** Runs something again and again, first after `ms`. The result ends it. */
export function every(clock: Clock, ms: number, run: () => void): () => void {
  let timer = clock.setTimeout(turn, ms);
  function turn(): void {
    timer = clock.setTimeout(turn, ms);
    run();
  }
  return () => clock.clearTimeout(timer);
}
