import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Channel } from '../contract.ts';
import { DriverProblem } from '../errors.ts';
import { MemoryCable } from '../line/memory.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { createFloodGate } from './flood.ts';
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

describe('a device that floods', () => {
  const piece = (size: number) => far?.write(new Uint8Array(size).fill(1));

  test('is dropped, opened less and less often, and taken back when it is quiet', async () => {
    plugIn();
    sensor.start();
    await clock.advance(1);
    const opens = () => sensor.status().counters.opens;
    for (let n = 0; n < 8; n += 1) {
      for (let kb = 0; kb < 300; kb += 50) await piece(50 * 1024);
      await clock.advance(0);
      expect(sensor.status()).toMatchObject({ state: 'fault', code: 'DEVICE_FLOOD' });
      await clock.advance(2_000);
    }
    expect(opens()).toBeLessThan(14);
    expect(bytes.length).toBeLessThanOrEqual(8 * 256 * 1024);
    await clock.advance(10_000);
    await send(7);
    expect(sensor.status()).toMatchObject({ state: 'ready', code: null });
    expect(bytes.at(-1)).toBe(7);
  });

  test('by single bytes is dropped too', async () => {
    plugIn();
    sensor.start();
    await clock.advance(1);
    for (let n = 0; n < 10_000; n += 1) void piece(1);
    await clock.advance(1);
    expect(sensor.status().code).toBe('DEVICE_FLOOD');
  });

  test('one that says a lot for hours is none', () => {
    let ms = 0;
    const passes = createFloodGate({ now: () => ms });
    for (; ms < 7_200_000; ms += 100) expect(passes(6_000)).toBe(true);
  });

  test('a clock that is set back or ahead makes no flood of what is none', async () => {
    const fake = { ms: 1_000_000 };
    const passes = createFloodGate({ now: () => fake.ms });
    for (const jump of [-900_000, 86_400_000, -86_400_000, 0]) {
      fake.ms += jump;
      expect(passes(60_000)).toBe(true);
    }
  });
});

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
