import { expect, test } from 'vitest';
import { SyncError } from '../../errors.ts';
import { memoryLog } from '../../testing/world.ts';
import { createFaults } from './faults.ts';

test('only a disk that has failed ends everything, and says so once', () => {
  const reasons: string[] = [];
  const faults = createFaults(memoryLog(), ({ code }) => reasons.push(code));
  const fault = (code: string) => Object.assign(new Error('disk'), { code });
  faults.refuse(new SyncError('SEAL_BROKEN', 'x'));
  faults.refuse(fault('SQLITE_FULL'));
  expect([faults.failed(), reasons]).toEqual([false, []]);
  for (let n = 0; n < 2; n += 1) faults.refuse(fault('SQLITE_IOERR_FSYNC'));
  expect([faults.failed(), reasons]).toEqual([true, ['TOWNSHIP_DISK_FAILED']]);
  expect(faults.counts()).toEqual({ SEAL_BROKEN: 1, TOWNSHIP_DISK_FULL: 1, TOWNSHIP_DISK_FAILED: 2 });
});
