import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Scan } from '../contract.ts';
import type { DriverErrorCode } from '../errors.ts';
import { MemoryCable } from '../line/memory.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { CodeScanner } from './driver.ts';
import { SCANNER_STANDARD } from './profile.ts';
import { ScannerSimulator } from './simulator.ts';

const clock = new FakeClock();
const cable = new MemoryCable();
const simulator = new ScannerSimulator();
const setup = { id: 'gun', title: '扫码枪', transport: cable, context: { clock, log: () => undefined } };
const device = new CodeScanner(setup, SCANNER_STANDARD);
const scans: Scan[] = [];
const problems: DriverErrorCode[] = [];
device.onScan((scan) => scans.push(scan));
device.onProblem((code) => problems.push(code));

beforeEach(async () => {
  cable.plugIn((channel) => simulator.attach(channel));
  device.start();
  await clock.advance(1_000); // virtual milliseconds: timers run in order, promises between them
  [scans.length, problems.length] = [0, 0];
});
afterEach(async () => {
  const stopped = device.stop();
  await clock.advance(5_000);
  await stopped;
  expect(clock.timers).toBe(0); // nothing is left behind
});

test('each pull of the trigger is one scan', async () => {
  expect(device.status()).toMatchObject({ state: 'ready', code: null });
  simulator.scan('6901234567892');
  simulator.scan('6901234567892', { suffix: '\r\n' });
  await clock.advance(100);
  expect(scans).toEqual([{ text: '6901234567892' }, { text: '6901234567892' }]);
});

test('half a code is refused and stands before no other', async () => {
  simulator.half('6901234567892', 7);
  await clock.advance(60_000);
  expect(problems).toEqual(['SCAN_UNREADABLE']);
  simulator.scan('4006381333931');
  await clock.advance(100);
  expect(scans).toEqual([{ text: '4006381333931' }]);
});

test('after the cable was out it is back within three seconds', async () => {
  cable.pull();
  await clock.advance(0); // the driver hears of it
  expect(device.status()).toMatchObject({ state: 'absent', code: 'DEVICE_LOST' });
  cable.plugIn((channel) => simulator.attach(channel));
  await clock.advance(3_000);
  expect(device.status().state).toBe('ready');
});
