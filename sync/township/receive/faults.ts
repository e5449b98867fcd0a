import { SyncError } from '../../errors.ts';
import type { Log } from '../../ports.ts';
import { createRefusals } from '../../refusals.ts';
import { townshipDiskError } from '../store/disk.ts';

/** Counts what was refused, and ends everything when the disk has failed. */
export interface Faults {
  refuse(error: unknown): void;
  /** After TOWNSHIP_DISK_FAILED: nothing more is taken or written. */
  failed(): boolean;
  /** By error code. */
  counts(): Record<string, number>;
}

export function createFaults(log: Log, onFailed: (why: SyncError) => void): Faults {
  const refusals = createRefusals(log, 'refused a message from a box');
  let failed = false;
  return {
    refuse(error) {
      const known = townshipDiskError(error);
      refusals.count(known);
      if (failed || !(known instanceof SyncError) || known.code !== 'TOWNSHIP_DISK_FAILED') return;
      failed = true;
      onFailed(known);
    },
    failed: () => failed,
    counts: refusals.counts,
  };
}
