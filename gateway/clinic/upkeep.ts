import type { Clock, Log } from '../../sync/ports.ts';
import { every } from '../every.ts';
import type { Health } from '../health.ts';
import type { LedgerClock, LedgerHealth } from '../ledger/index.ts';
import type { Changes } from './changes.ts';
import type { Printing } from './slip/runner.ts';

const EVERY_MS = 60_000;
const DAY_LOOK_MS = 5_000;

interface UpkeepOptions {
  ledger: Pick<LedgerHealth, 'maintain'> & Pick<LedgerClock, 'time'>;
  health: Health;
  printing: Pick<Printing, 'wake'>;
  changes: Pick<Changes, 'announce'>;
  /** Sessions and locks, which end by themselves. */
  access: readonly { sweep(): void }[];
  clock: Clock;
  log: Log;
}

/**
 * Once a minute: disk and clock are checked, the store is tidied, slips that met a full disk are retried. A
 * new day is announced at once: a page left open over midnight must not show yesterday as today.
 */
export function startUpkeep({
  ledger,
  health,
  printing,
  changes,
  access,
  clock,
  log,
}: UpkeepOptions): () => void {
  let logged = '';
  let { day } = ledger.time();
  const stopDayLook = every(clock, DAY_LOOK_MS, () => {
    const now = ledger.time().day;
    if (now !== day) changes.announce();
    day = now;
  });
  const stop = every(clock, EVERY_MS, () => {
    ledger.maintain();
    health.storeAnswered();
    printing.wake();
    for (const one of access) one.sweep();
    changes.announce();
    const { faults } = health.check();
    if (faults.join() === logged) return;
    logged = faults.join();
    log.warn({ faults, ...health.numbers() }, 'what keeps the gateway from its work has changed');
  });
  return () => {
    stopDayLook();
    stop();
  };
}
