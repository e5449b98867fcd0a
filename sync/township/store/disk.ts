import { SyncError } from '../../errors.ts';

/** What SQLite and the system say of a disk in trouble, as TOWNSHIP_DISK_FULL or TOWNSHIP_DISK_FAILED; anything else stays as it is. */
export function diskError(error: unknown): unknown {
  const code = String((error as { code?: unknown } | null)?.code ?? '');
  const detail = error instanceof Error ? error.message : code;
  if (['SQLITE_FULL', 'ENOSPC', 'SQLITE_IOERR_SHMSIZE'].includes(code))
    return new SyncError('TOWNSHIP_DISK_FULL', detail);
  if (code.startsWith('SQLITE_IOERR') || code === 'EIO' || code === 'EROFS' || code === 'SQLITE_CORRUPT')
    return new SyncError('TOWNSHIP_DISK_FAILED', detail);
  return error;
}
