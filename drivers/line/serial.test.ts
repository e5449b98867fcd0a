/** The serial port and the pseudo-terminal against each other: real kernel, real bytes. */
import { mkdtemp, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Channel } from '../contract.ts';
import { openPty, PtyPlug } from '../simulator/pty.ts';
import { eventually, FakeClock } from '../testing/fake-clock.ts';
import { bounded } from './bounded.ts';
import { serialTransport } from './serial.ts';

let directory: string;
let plug: PtyPlug;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cyt-serial-'));
  plug = new PtyPlug(join(directory, 'idcard'));
});
afterEach(async () => {
  await plug.pull();
  await rm(directory, { recursive: true });
});

function collect(channel: Channel): number[] {
  const bytes: number[] = [];
  channel.onData((chunk) => bytes.push(...chunk));
  return bytes;
}

test('every byte value passes both ways unchanged, line discipline or not', async () => {
  const device = await plug.plugIn();
  const host = await serialTransport(plug.link, 115_200).open();
  const atDevice = collect(device);
  const atHost = collect(host);
  const special = [0x03, 0x04, 0x0a, 0x0d, 0x11, 0x13, 0x1a, 0x1c, 0x7f, 0xff];
  const bytes = Uint8Array.from([...special, ...Array.from({ length: 256 }, (_, i) => i), ...special]);
  for (let i = 0; i < 5; i++) {
    await host.write(bytes);
    await device.write(bytes);
    await eventually(
      () => atDevice.length >= (i + 1) * bytes.length && atHost.length >= (i + 1) * bytes.length,
    );
  }
  const expected = Array.from({ length: 5 }, () => [...bytes]).flat();
  expect(atDevice).toEqual(expected);
  expect(atHost).toEqual(expected);
  await host.close();
});

test('a pulled cable closes the port; plugged in again the same name leads to the device anew', async () => {
  for (let i = 0; i < 5; i++) {
    const device = await plug.plugIn();
    expect(await readlink(plug.link)).toBe(plug.path);
    const host = await serialTransport(plug.link, 115_200).open();
    const reasons: string[] = [];
    host.onClose((why) => reasons.push(why));
    const atHost = collect(host);
    await device.write(Uint8Array.of(1, 2, 3));
    await eventually(() => atHost.length === 3);
    await plug.pull();
    await eventually(() => reasons.length > 0);
    await expect(host.write(Uint8Array.of(1))).rejects.toMatchObject({ code: 'DEVICE_LOST' });
    await expect(serialTransport(plug.link, 115_200).open()).rejects.toMatchObject({ code: 'DEVICE_ABSENT' });
    await host.close();
  }
});

test('a cable pulled just as the port begins to read closes it too', async () => {
  // serialport alone asks the hung-up line for bytes for ever here, and nothing ever closes.
  for (let i = 0; i < 5; i++) {
    const end = openPty();
    const host = await serialTransport(end.path, 115_200).open();
    const reasons: string[] = [];
    host.onClose((why) => reasons.push(why));
    host.onData(() => undefined);
    await end.channel.close();
    await eventually(() => reasons.length > 0);
    await host.close();
  }
});

test('a second opener is refused while the first holds the port', async () => {
  await plug.plugIn();
  const first = await serialTransport(plug.link, 115_200).open();
  await expect(serialTransport(plug.link, 115_200).open()).rejects.toMatchObject({ code: 'DEVICE_IN_USE' });
  await first.close();
  const second = await serialTransport(plug.link, 115_200).open();
  await second.close();
});

test('what a device says while nobody listens is lost and stops nothing', async () => {
  const device = await plug.plugIn();
  for (let i = 0; i < 100; i++) await device.write(new Uint8Array(4_096).fill(0x55));
  const host = await serialTransport(plug.link, 115_200).open();
  await host.close();
});

test('a device that takes no more bytes ends the line instead of hanging it', async () => {
  const clock = new FakeClock();
  const stuck = {
    name: 'stuck',
    open: async (): Promise<Channel> => ({
      write: () => new Promise<void>(() => undefined),
      onData: () => undefined,
      onClose: () => undefined,
      close: () => new Promise<void>(() => undefined),
    }),
  };
  const line = { baudRate: 115_200, openMsMax: 3_000, writeMsMax: 2_000 };
  const channel = await bounded(stuck, line, clock).open();
  const reasons: string[] = [];
  channel.onClose((why) => reasons.push(why));
  const written = channel.write(Uint8Array.of(1)).catch((error: { code: string }) => error.code);
  await clock.advance(2_000);
  expect(await written).toBe('DEVICE_LOST');
  expect(reasons).toHaveLength(1);
  const closed = channel.close();
  await clock.advance(1_000);
  await closed;
  expect(clock.timers).toBe(0);
});

test('a port that opens too late is closed again, so that it does not lock us out', async () => {
  const clock = new FakeClock();
  let openNow: (channel: Channel) => void = () => undefined;
  let closed = 0;
  const slow = {
    name: 'slow',
    open: () =>
      new Promise<Channel>((resolve) => {
        openNow = resolve;
      }),
  };
  const line = { baudRate: 115_200, openMsMax: 3_000, writeMsMax: 2_000 };
  const opening = bounded(slow, line, clock)
    .open()
    .catch((error: { code: string }) => error.code);
  await clock.advance(3_000);
  expect(await opening).toBe('DEVICE_ABSENT');
  openNow({
    write: async () => undefined,
    onData: () => undefined,
    onClose: () => undefined,
    close: async () => {
      closed += 1;
    },
  });
  await clock.advance(1);
  expect(closed).toBe(1);
});
