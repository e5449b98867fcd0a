import type { Duplex } from 'node:stream';
import { MqttClient } from 'mqtt';
import { Listeners } from '../../drivers/base/listeners.ts';
import { SyncError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import { type Backoff, waitBefore } from './backoff.ts';
import {
  asBuffer,
  clientOptions,
  type MqttBusOptions,
  openStream,
  subscribeAll,
  whyOf,
} from './mqtt-connection.ts';
import type { Bus } from './port.ts';

const LEAVE_MS_MAX = 2_000;

interface Message {
  topic: string;
  payload: Buffer;
}

interface State {
  connected: boolean;
  why: SyncError | undefined;
}

/**
 * A listener's fault is not the connection's: it ends the process, but keeps no other listener from being
 * called.
 */
function isolate(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

/**
 * A Bus over MQTT 3.1.1. Each connection is a new MqttClient that never reconnects by itself, so there is no
 * message that MQTT.js could keep, lose or send twice; back-off is ours, and goes on growing when a
 * connection is accepted and then kicked.
 */
export function createMqttBus(options: MqttBusOptions): Bus {
  const backoff: Backoff = { base_ms: 1_000, cap_ms: 60_000, ...options.backoff };
  const stable_ms = options.stable_ms ?? 30_000;
  const { clock, random } = options;
  const filters = new Set<string>();
  const messages = new Listeners<Message, unknown>(isolate);
  const states = new Listeners<State>(isolate);
  const unacknowledged = new Set<(error: Error) => void>();
  let client: MqttClient | undefined;
  let up = false;
  let closed = false;
  let failures = 0;
  /** Why the connection will have ended when it ends. */
  let why = new SyncError('LINK_DOWN', 'not connected yet');
  let timer: unknown;

  function attempt(): void {
    let stream: Duplex;
    try {
      stream = openStream(options);
    } catch (error) {
      failed(whyOf(error), Number.POSITIVE_INFINITY);
      return;
    }
    const mine = new MqttClient(() => stream, clientOptions(options));
    client = mine;
    why = new SyncError('LINK_DOWN', 'connection closed');
    let since = Number.POSITIVE_INFINITY;
    mine.on('error', (error: Error) => {
      if (client === mine) why = whyOf(error);
    });
    let pauses: unknown[] = [];
    mine.on('message', (topic: string, payload: Buffer) => {
      pauses = messages.emit({ topic, payload });
    });
    // MQTT.js reads on, and acknowledges, when this is done.
    mine.handleMessage = (_packet, done) => {
      if (pauses.some((pause) => pause instanceof Promise)) void Promise.all(pauses).then(() => done());
      else done();
    };
    mine.on('connect', () => {
      since = clock.now();
      subscribeOn(mine, [...filters]).then(
        () => client === mine && !closed && setUp(true),
        () => undefined, // it has ended with the reason
      );
    });
    mine.once('close', () => {
      mine.end(true);
      if (client !== mine) return;
      client = undefined;
      failed(why, since);
    });
  }

  /** Ends a connection that is refused a filter: it would look sound, and nothing would ever come on it. */
  async function subscribeOn(connection: MqttClient, wanted: string[]): Promise<void> {
    try {
      await subscribeAll(connection, wanted);
    } catch (error) {
      if (client === connection) why = whyOf(error);
      connection.end(true);
      throw error;
    }
  }

  function failed(reason: SyncError, since: number): void {
    failures = clock.now() - since >= stable_ms ? 0 : failures + 1;
    setUp(false, reason);
    if (!closed) timer = clock.setTimeout(attempt, waitBefore(failures, backoff, random));
  }

  function setUp(now: boolean, reason?: SyncError): void {
    const changed = now !== up;
    up = now;
    if (!now) {
      for (const reject of unacknowledged)
        reject(new SyncError('LINK_DOWN', reason?.message ?? 'closed', { cause: reason }));
      unacknowledged.clear();
    }
    if (changed || !now) states.emit({ connected: now, why: reason });
  }

  timer = clock.setTimeout(attempt, 0);
  return {
    connected: () => up,
    onState: (listener) => void states.add(({ connected, why: reason }) => listener(connected, reason)),
    onMessage: (listener) => void messages.add(({ topic, payload }) => listener(topic, payload)),
    async subscribe(filter) {
      filters.add(filter);
      if (client?.connected) await subscribeOn(client, [filter]);
    },
    publish(topic, payload, opts) {
      const connection = client;
      if (!up || !connection) return Promise.reject(new SyncError('LINK_DOWN', 'not connected'));
      return new Promise((resolve, reject) => {
        unacknowledged.add(reject);
        connection.publish(topic, asBuffer(payload), { qos: 1, retain: opts?.retain ?? false }, (error) => {
          unacknowledged.delete(reject);
          if (error) reject(new SyncError('LINK_DOWN', error.message, { cause: error }));
          else resolve();
        });
      });
    },
    async close() {
      closed = true;
      clock.clearTimeout(timer);
      const last = client;
      client = undefined;
      if (last) await leave(last, clock);
      setUp(false, new SyncError('LINK_DOWN', 'closed by us'));
    },
  };
}

/** Sends DISCONNECT; on a dead line it does not wait for the answer. */
function leave(client: MqttClient, clock: Clock): Promise<void> {
  return new Promise((done) => {
    const timeout = clock.setTimeout(() => client.end(true, () => done()), LEAVE_MS_MAX);
    client.end(!client.connected, {}, () => {
      clock.clearTimeout(timeout);
      done();
    });
  });
}
