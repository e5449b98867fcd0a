import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { Clock } from '../ports.ts';
import { seededRandom } from '../testing/seeded-random.ts';
import { clock, random, until } from '../testing/world.ts';
import { waitBefore } from './backoff.ts';
import { createMqttBus } from './mqtt.ts';
import type { Bus } from './port.ts';

const bounds = { base_ms: 1_000, cap_ms: 60_000 };

test('waits are spread over the whole range, which doubles up to the cap', () => {
  const chance = seededRandom(7);
  for (const [failures, bound] of [
    [0, 1_000],
    [1, 2_000],
    [5, 32_000],
    [6, 60_000],
    [1_000, 60_000],
  ] as const) {
    const waits = Array.from({ length: 2_000 }, () => waitBefore(failures, bounds, chance));
    expect(Math.max(...waits)).toBeLessThan(bound);
    expect(Math.max(...waits)).toBeGreaterThan(bound * 0.98);
    expect(Math.min(...waits)).toBeLessThan(bound * 0.02);
    const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
    expect(Math.abs(mean / bound - 0.5)).toBeLessThan(0.03);
  }
});

describe('a bus whose broker', () => {
  let server: Server;
  let bus: Bus;
  afterEach(async () => {
    await bus.close();
    await new Promise<void>((done) => server.close(() => done()));
  });

  /** The bounds that a bus waited within: chance is fixed at the very top of the range. */
  async function waitsWith(
    onConnection: Parameters<typeof createServer>[1],
    stable_ms: number,
    count: number,
  ) {
    const waits: number[] = [];
    const impatient: Clock = {
      ...clock,
      setTimeout(run, ms) {
        if (ms > 0 && ms < 1_900) waits.push(ms);
        return clock.setTimeout(run, ms < 1_900 ? 0 : ms);
      },
    };
    server = createServer(onConnection as never);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as { port: number };
    const top = (bytes: number) => new Uint8Array(bytes).fill(255);
    const url = `mqtt://127.0.0.1:${port}`;
    const backoff = { base_ms: 10, cap_ms: 1_000 };
    bus = createMqttBus({ url, clientId: 'x', clock: impatient, random: top, backoff, stable_ms });
    await until('it has waited often enough', () => waits.length >= count);
    return waits.slice(0, count);
  }

  const CONNACK = Buffer.from([0x20, 2, 0, 0]);
  const growing = [19, 39, 79, 159, 319, 639, 999, 999];

  test('hangs up at once is asked less and less often', async () => {
    expect(await waitsWith((socket: import('node:net').Socket) => void socket.destroy(), 60_000, 8)).toEqual(
      growing,
    );
  });

  test('accepts and then kicks is asked less and less often, too', async () => {
    const kick = (socket: import('node:net').Socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => {
        socket.write(CONNACK);
        setTimeout(() => socket.destroy(), 5);
      });
    };
    expect(await waitsWith(kick, 60_000, 8)).toEqual(growing);
  });

  test('was there for a good while is asked again soon', async () => {
    const kick = (socket: import('node:net').Socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => {
        socket.write(CONNACK);
        setTimeout(() => socket.destroy(), 30);
      });
    };
    expect(await waitsWith(kick, 1, 4)).toEqual([9, 9, 9, 9]);
  });
});

test('two boxes that lose their broker together do not come back together', () => {
  const waits = Array.from({ length: 50 }, () => waitBefore(3, bounds, random));
  expect(new Set(waits).size).toBeGreaterThan(40);
});
