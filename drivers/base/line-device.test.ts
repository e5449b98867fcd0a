import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Channel } from '../contract.ts';
import { DriverProblem } from '../errors.ts';
import { MemoryCable } from '../line/memory.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { LineDevice } from './line-device.ts';
import type { Waiter } from './waiter.ts';

/** The least that can be a device: it is never asked, and each byte it sends is an event. */
class Sensor extends LineDevice<'bytes'> {
  readonly #events = this.listeners<number>();

  onByte(listener: (byte: number) => void) {
    return this.#events.add(listener);
  }

  protected async session(channel: Channel, waiter: Waiter): Promise<void> {
    const bytes: number[] = [];
    channel.onData((chunk) => {
      if (chunk.includes(99)) throw new Error('a mistake of the driver');
      bytes.push(...chunk);
      waiter.notify();
    });
    this.set('ready', null);
    for (;;) {
      const byte = await waiter.waitFor(() => bytes.shift());
      if (byte === 0) throw new DriverProblem('SDT_SILENT', 'the byte that fails');
      this.count('bytes');
      this.#events.emit(byte);
    }
  }
}

let clock: FakeClock;
let cable: MemoryCable;
let far: Channel | null;
let sensor: Sensor;
let log: string[];
let bytes: number[];

beforeEach(() => {
  clock = new FakeClock();
  cable = new MemoryCable();
  [far, log, bytes] = [null, [], []];
  sensor = new Sensor(
    {
      id: 'sensor',
      title: '传感器',
      transport: cable,
      context: { clock, log: ({ code }) => log.push(code) },
    },
    { reopenMsMin: 250, reopenMsMax: 2_000 },
    { bytes: 'A byte came.' },
  );
  sensor.onByte((byte) => bytes.push(byte));
});
afterEach(async () => {
  const stopped = sensor.stop();
  await clock.advance(5_000);
  await stopped;
  expect(clock.timers).toBe(0);
});

const plugIn = () =>
  cable.plugIn((channel) => {
    far = channel;
  });
async function send(...data: number[]): Promise<void> {
  await far?.write(Uint8Array.from(data));
  await clock.advance(1);
}

describe('a device that speaks without being asked', () => {
  test('is ready when its line is open, waits without a timer, and each event comes once', async () => {
    plugIn();
    sensor.start();
    await clock.advance(1);
    expect(sensor.status()).toMatchObject({ state: 'ready', code: null });
    expect(clock.timers).toBe(0);
    await send(7, 8);
    await clock.advance(3_600_000);
    await send(9);
    expect(bytes).toEqual([7, 8, 9]);
    expect(sensor.status().counters).toEqual({ bytes: 3, opens: 1, lost: 0, faults: 0 });
  });

  test('is absent with its cable out, and back after it', async () => {
    plugIn();
    sensor.start();
    await clock.advance(1);
    cable.pull();
    await clock.advance(1);
    expect(sensor.status()).toMatchObject({ state: 'absent', code: 'DEVICE_LOST' });
    plugIn();
    await clock.advance(3_000);
    expect(sensor.status()).toMatchObject({ state: 'ready', code: null });
    await send(5);
    expect(bytes).toEqual([5]);
    expect(sensor.status().counters).toMatchObject({ opens: 2, lost: 1 });
  });

  test('what its session throws is its status, and the line is opened again', async () => {
    plugIn();
    sensor.start();
    await clock.advance(1);
    for (let i = 0; i < 3; i++) {
      await send(0);
      expect(sensor.status()).toMatchObject({ state: 'fault', code: 'SDT_SILENT' });
      await clock.advance(3_000);
      expect(sensor.status().state).toBe('ready');
    }
    expect(log).toEqual(['SDT_SILENT', 'SDT_SILENT', 'SDT_SILENT']);
  });

  test('what it throws while it takes bytes ends its session, which is counted and begun again', async () => {
    plugIn();
    sensor.start();
    await clock.advance(1);
    await send(99);
    expect(sensor.status()).toMatchObject({ state: 'fault', code: 'DRIVER_FAULT', counters: { faults: 1 } });
    await clock.advance(3_000);
    await send(7);
    expect(sensor.status().state).toBe('ready');
    expect(bytes).toEqual([7]);
  });

  test('a listener that throws is counted and stops neither the device nor the next listener', async () => {
    const later: number[] = [];
    sensor.onByte(() => {
      throw new Error('a mistake of the listener');
    });
    const unsubscribe = sensor.onByte((byte) => later.push(byte));
    plugIn();
    sensor.start();
    await clock.advance(1);
    await send(1);
    unsubscribe();
    await send(2);
    expect(bytes).toEqual([1, 2]);
    expect(later).toEqual([1]);
    expect(sensor.status()).toMatchObject({ state: 'ready', counters: { faults: 2 } });
    expect(log).toEqual(['DRIVER_FAULT', 'DRIVER_FAULT']);
  });
});
