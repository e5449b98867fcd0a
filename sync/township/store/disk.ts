import { type DiskFault, diskError } from '../../disk-fault.ts';
import { SyncError, type SyncErrorCode } from '../../errors.ts';

const CODES: Partial<Record<DiskFault, SyncErrorCode>> = {
  full: 'TOWNSHIP_DISK_FULL',
  failed: 'TOWNSHIP_DISK_FAILED',
  corrupt: 'TOWNSHIP_DISK_FAILED',
  // The database was taken away under the process: what it writes now is in no file of this name.
  moved: 'TOWNSHIP_DISK_FAILED',
};

/** A disk in trouble as TOWNSHIP_DISK_FULL or TOWNSHIP_DISK_FAILED; any other error unchanged. */
export const townshipDiskError = (error: unknown): unknown =>
  diskError(error, (fault, detail, options) => {
    const code = CODES[fault];
    return code === undefined ? null : new SyncError(code, detail, options);
  });
