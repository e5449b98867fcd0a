import type { Clock, Log } from '../../sync/ports.ts';
import { every } from '../every.ts';
import type { Health } from '../health.ts';
import type { LedgerHealth } from '../ledger/index.ts';
import type { Changes } from './changes.ts';
import type { Printing } from './slip/runner.ts';

const EVERY_MS = 60_000;

interface UpkeepOptions {
  ledger: Pick<LedgerHealth, 'maintain'>;
  health: Health;
  printing: Pick<Printing, 'wake'>;
  changes: Pick<Changes, 'announce'>;
  /** Sessions and locks, which end by themselves. */
  access: readonly { sweep(): void }[];
  clock: Clock;
  log: Log;
}

/** Once a minute: disk and clock are checked, the store is tidied, slips that met a full disk are retried. */
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
  return every(clock, EVERY_MS, () => {
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
}
