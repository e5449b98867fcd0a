import { expect, test } from 'vitest';
import { FakeClock } from '../../drivers/testing/fake-clock.ts';
import { realMachine } from '../real.ts';
import { startMachineClock } from './machine-clock.ts';

const given = (clock: FakeClock, battery: boolean, timeServerState: () => Promise<string>) =>
  startMachineClock({ boot: () => 'b', uptime: () => 7, timeServerState }, battery, clock);

test('asks the system at the start and every minute, and believes only a plain yes', async () => {
  const clock = new FakeClock();
  const answers = [
    '',
    'NTPSynchronized=no\n',
    'NTPSynchronized=yes\n',
    'Failed to connect',
    'NTPSynchronized=yes',
  ];
  const machine = given(clock, false, () => Promise.resolve(answers.shift() ?? ''));
  expect(machine.synchronised()).toBeNull();
  const seen: (boolean | null)[] = [];
  for (const _ of [...answers, '']) {
    await clock.advance(1);
    seen.push(machine.synchronised());
    await clock.advance(60_000);
  }
  expect(seen).toEqual([null, false, true, null, true]);
  machine.stop();
  expect(clock.timers).toBe(0);
});

test('a clock with a battery is believed without asking', () => {
  const clock = new FakeClock();
  const machine = given(clock, true, () => Promise.reject(new Error('asked')));
  expect([machine.synchronised(), clock.timers, machine.uptime()]).toEqual([true, 0, 7]);
});

test('the machine that runs this: its boot has a name, its uptime runs, its time server answers in time', async () => {
  const [boot, before, began] = [realMachine.boot(), realMachine.uptime(), performance.now()];
  expect(boot).toMatch(/^[0-9a-f-]{32,}$/);
  expect(realMachine.boot()).toBe(boot);
  expect(await realMachine.timeServerState()).toMatch(/^$|^NTPSynchronized=(yes|no)\n$/);
  expect(performance.now() - began).toBeLessThan(10_000);
  expect(realMachine.uptime()).toBeGreaterThanOrEqual(before);
});
