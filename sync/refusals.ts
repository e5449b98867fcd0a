import { SyncError } from './errors.ts';
import type { Log } from './ports.ts';

/** Counts what was refused, by code. Logs the 1st, 10th, 100th … of each: a flood must not fill the disk with log lines. */
export function createRefusals(log: Log, message: string) {
  const counts: Record<string, number> = {};
  return {
    counts: () => ({ ...counts }),
    count(error: unknown): void {
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
