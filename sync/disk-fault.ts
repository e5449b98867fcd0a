/** What SQLite and the system say of a disk in trouble. */
export type DiskFault = 'full' | 'failed' | 'corrupt' | 'no-database' | 'read-only' | 'moved' | 'no-access';

/** SHMSIZE: the -shm file could not be made long enough. It holds no data: the disk is full, not failing. */
const FULL = ['SQLITE_FULL', 'ENOSPC', 'EDQUOT', 'SQLITE_IOERR_SHMSIZE'];

const NO_ACCESS = ['SQLITE_PERM', 'EACCES', 'EPERM', 'ENOTDIR', 'EISDIR', 'ELOOP', 'ENOENT', 'EEXIST'];

/** The `code` of an error of SQLite or the system; '' when it has none. */
export const systemCode = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

export function diskFaultOf(error: unknown): DiskFault | null {
  const code = systemCode(error);
  if (FULL.includes(code)) return 'full';
  if (code.startsWith('SQLITE_IOERR') || code === 'EIO' || code === 'EROFS') return 'failed';
  if (code.startsWith('SQLITE_CORRUPT')) return 'corrupt';
  if (code === 'SQLITE_NOTADB') return 'no-database';
  // The open file has been taken away or replaced under the process.
  if (code === 'SQLITE_READONLY_DBMOVED') return 'moved';
  if (NO_ACCESS.includes(code) || code.startsWith('SQLITE_CANTOPEN')) return 'no-access';
  return code.startsWith('SQLITE_READONLY') ? 'read-only' : null;
}

/** An error of the disk as `coded` makes it from the fault, with its cause; any other error unchanged. */
export function diskError(
  error: unknown,
  coded: (fault: DiskFault, detail: string, options: { cause: unknown }) => Error | null,
): unknown {
  const fault = diskFaultOf(error);
  const detail = error instanceof Error ? error.message : systemCode(error);
  return (fault && coded(fault, detail, { cause: error })) ?? error;
}
