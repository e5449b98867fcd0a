import { SyncError } from './errors.ts';
import type { Log } from './ports.ts';

/** Counts what was refused, by error code; what has none counts as INTERNAL. */
interface Refusals {
  /** Logs the 1st, 10th, 100th … of each code: a flood must not fill the disk with log lines. */
  count(error: unknown): void;
  counts(): Record<string, number>;
}

export function createRefusals(log: Log, message: string): Refusals {
  const counts: Record<string, number> = {};
  return {
    counts: () => ({ ...counts }),
    count(error) {
      const code = error instanceof SyncError ? error.code : 'INTERNAL';
      const count = (counts[code] ?? 0) + 1;
      counts[code] = count;
      if (!Number.isInteger(Math.log10(count))) return;
      const facts = { code, count, detail: error instanceof Error ? error.message : String(error) };
      if (code === 'INTERNAL') log.error(facts, message);
      else log.warn(facts, message);
    },
  };
}
