import { connect as connectTcp, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { MqttClient } from 'mqtt';
import { DOWN_BYTES_MAX } from '../contract/limits.ts';
import { SyncError } from '../errors.ts';
import type { Clock, Random } from '../ports.ts';
import { type Backoff, waitBefore } from './backoff.ts';
import { limitFrames } from './frame-limit.ts';
import type { Bus, MessageListener, Will } from './port.ts';

export interface MqttBusOptions {
  /** mqtt://host:port or mqtts://host:port */
  url: string;
  clientId: string;
  username?: string;
  password?: string;
  will?: Will;
  /** For mqtts, PEM, asked for at every connection; may throw a SyncError, and then there is none. */
  tls?: (() => { ca: string; cert: string; key: string }) | undefined;
  /** For mqtts instead of certificates, by who has nothing but a one-time code: TLS-PSK (RFC 4279, RFC 8446). */
  psk?: { identity: string; key: Buffer };
  clock: Clock;
  random: Random;
  /** default: 1 s, doubling to 60 s */
  backoff?: Partial<Backoff>;
  /** A connection that lives as long counts as good; a shorter one was a kick. default: 30 000 ms */
  stable_ms?: number;
}

/** Longest time for TCP, TLS and CONNACK together. */
const CONNECT_MS_MAX = 30_000;
const KEEPALIVE_S = 60;
const LEAVE_MS_MAX = 2_000;

/**
 * A Bus over MQTT 3.1.1. Each connection is a new MqttClient that never reconnects by itself, so there is no message that MQTT.js could
 * keep, lose or send twice; back-off is ours, and goes on growing when a connection is accepted and then kicked.
 */
export function createMqttBus(options: MqttBusOptions): Bus {
  const backoff: Backoff = { base_ms: 1_000, cap_ms: 60_000, ...options.backoff };
  const stable_ms = options.stable_ms ?? 30_000;
  const { clock, random } = options;
  const filters = new Set<string>();
  const messageListeners: MessageListener[] = [];
  const stateListeners: ((connected: boolean, why?: SyncError) => void)[] = [];
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
      pauses = messageListeners.map((listener) => quietly(() => listener(topic, payload)));
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
      for (const reject of unacknowledged) reject(new SyncError('LINK_DOWN', reason?.message ?? 'closed'));
      unacknowledged.clear();
    }
    if (changed || !now) for (const listener of stateListeners) quietly(() => listener(now, reason));
  }

  timer = clock.setTimeout(attempt, 0);
  return {
    connected: () => up,
    onState: (listener) => stateListeners.push(listener),
    onMessage: (listener) => messageListeners.push(listener),
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
          if (error) reject(new SyncError('LINK_DOWN', error.message));
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

/** Says DISCONNECT; on a dead line it does not wait for the answer. */
function leave(client: MqttClient, clock: Clock): Promise<void> {
  return new Promise((done) => {
    const tired = clock.setTimeout(() => client.end(true, () => done()), LEAVE_MS_MAX);
    client.end(!client.connected, {}, () => {
      clock.clearTimeout(tired);
      done();
    });
  });
}

const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** A listener's fault is the listener's. */
function quietly<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
    return undefined;
  }
}

function openStream(options: MqttBusOptions) {
  const { protocol, hostname, port } = new URL(options.url);
  const secure = protocol === 'mqtts:';
  const to = { host: hostname, port: Number(port || (secure ? 8883 : 1883)) };
  const name = isIP(hostname) ? {} : { servername: hostname };
  const stream = secure ? connectTls({ ...to, ...name, ...secretsOf(options) }) : connectTcp(to);
  stream.setNoDelay(true);
  limitFrames(stream, () => DOWN_BYTES_MAX + 1_024);
  return stream;
}

/** What proves each side to the other: certificates of one authority, or the key both have from a code, and then nothing else. */
function secretsOf({ tls, psk }: MqttBusOptions): ConnectionOptions {
  if (!psk) return { minVersion: 'TLSv1.2', ca: [], ...tls?.() };
  return {
    minVersion: 'TLSv1.3',
    ca: [],
    pskCallback: () => ({ identity: psk.identity, psk: psk.key }),
    checkServerIdentity: (_host, { raw }) =>
      raw ? new Error('a certificate where the code should prove the broker') : undefined,
  };
}

/** What went wrong, in a code: ours to them, theirs to us, or neither. */
function whyOf(error: unknown): SyncError {
  if (error instanceof SyncError) return error;
  const { code, message } = error as { code?: unknown; message?: string };
  const detail = message || String(error);
  const is = (pattern: RegExp) => typeof code === 'string' && pattern.test(code);
  // While writing, OpenSSL's words come as an EPROTO.
  if (is(/ALERT/) || /SSL routines:.*alert/.test(detail) || REFUSING_CONNACK.has(code))
    return new SyncError('BROKER_REFUSED', detail);
  if (is(/CERT|ISSUER|ERR_TLS_|UNABLE_TO|INVALID_PURPOSE/)) return new SyncError('BROKER_UNTRUSTED', detail);
  return new SyncError('LINK_DOWN', detail);
}

/** MQTT 3.1.1 §3.2.2.3: identifier rejected, bad user name or password, not authorized. */
const REFUSING_CONNACK = new Set<unknown>([2, 4, 5]);

/** MQTT 3.1.1 §3.9.3: the return code of a filter that is refused. */
const SUBACK_FAILURE = 0x80;

function clientOptions({ clientId, username, password, will }: MqttBusOptions) {
  return {
    clientId,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(will
      ? { will: { topic: will.topic, payload: asBuffer(will.payload), qos: 1 as const, retain: will.retain } }
      : {}),
    protocolVersion: 4 as const,
    clean: true,
    keepalive: KEEPALIVE_S,
    connectTimeout: CONNECT_MS_MAX,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    timerVariant: 'native' as const,
  };
}

/** Subscribes at QoS 1. Rejects with SyncError: BROKER_REFUSED when a filter is refused, else as `whyOf`. */
function subscribeAll(client: MqttClient, filters: string[]): Promise<void> {
  if (filters.length === 0) return Promise.resolve();
  return new Promise((resolve, reject) => {
    client.subscribe(filters, { qos: 1 }, (error, _subscriptions, suback) => {
      const refused = suback?.granted.some((code) => Number(code) >= SUBACK_FAILURE);
      if (refused) reject(new SyncError('BROKER_REFUSED', `a subscription to ${filters.join(', ')}`));
      else if (error) reject(whyOf(error));
      else resolve();
    });
  });
}
