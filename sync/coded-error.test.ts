import { expect, test } from 'vitest';
import { diskError, diskFaultOf } from './disk-fault.ts';
import { SyncError } from './errors.ts';
import { townshipDiskError } from './township/store/disk.ts';

const withCode = (code: string) => Object.assign(new Error('disk I/O error'), { code });

test('an error has its code, says it first, and keeps what was thrown below', () => {
  const below = new Error('below');
  const error = new SyncError('LINK_DOWN', 'closed', { cause: below });
  expect(error).toBeInstanceOf(Error);
  expect([error.name, error.code, error.message]).toEqual(['SyncError', 'LINK_DOWN', 'LINK_DOWN: closed']);
  expect(error.cause).toBe(below);
  expect(new SyncError('LINK_DOWN').message).toBe('LINK_DOWN');
});

test.each([
  ['SQLITE_FULL', 'full', 'TOWNSHIP_DISK_FULL'],
  ['SQLITE_IOERR_SHMSIZE', 'full', 'TOWNSHIP_DISK_FULL'],
  ['ENOSPC', 'full', 'TOWNSHIP_DISK_FULL'],
  ['SQLITE_IOERR_FSYNC', 'failed', 'TOWNSHIP_DISK_FAILED'],
  ['EIO', 'failed', 'TOWNSHIP_DISK_FAILED'],
  ['EROFS', 'failed', 'TOWNSHIP_DISK_FAILED'],
  ['SQLITE_CORRUPT', 'corrupt', 'TOWNSHIP_DISK_FAILED'],
  ['SQLITE_NOTADB', 'no-database', undefined],
  ['SQLITE_READONLY', 'read-only', undefined],
  ['SQLITE_READONLY_DBMOVED', 'moved', 'TOWNSHIP_DISK_FAILED'],
  ['SQLITE_CANTOPEN', 'no-access', undefined],
  ['EACCES', 'no-access', undefined],
  ['EDQUOT', 'full', 'TOWNSHIP_DISK_FULL'],
  ['SQLITE_BUSY', null, undefined],
])('%s is a disk that is %s', (code, fault, atTownship) => {
  const error = withCode(code);
  expect(diskFaultOf(error)).toBe(fault);
  const known = townshipDiskError(error);
  expect(known instanceof SyncError ? known.code : undefined).toBe(atTownship);
  if (known instanceof SyncError) expect(known.cause).toBe(error);
  else expect(known).toBe(error);
});

test('what is no disk error is handed back as it is', () => {
  for (const other of [null, undefined, 7, new Error('x')])
    expect(diskError(other, () => new Error('no'))).toBe(other);
});
