import { connect as connectTcp, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import type { IClientOptions, MqttClient } from 'mqtt';
import { DOWN_BYTES_MAX } from '../contract/limits.ts';
import { SyncError } from '../errors.ts';
import type { Clock, Random } from '../ports.ts';
import type { Backoff } from './backoff.ts';
import { limitFrames } from './frame-limit.ts';
import type { Will } from './port.ts';

/** One connection to a broker: its stream, what proves who is at each end, and what its errors mean. */

export interface MqttBusOptions {
  /** mqtt://host:port or mqtts://host:port */
  url: string;
  clientId: string;
  username?: string;
  password?: string;
  will?: Will;
  /** For mqtts, PEM, asked for at every connection; may throw a SyncError, and then there is none. */
  tls?: (() => { ca: string; cert: string; key: string }) | undefined;
  /**
   * For mqtts instead of certificates, by who has nothing but a one-time code: TLS-PSK (RFC 4279, RFC 8446).
   */
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

export const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** A stream to the broker, which ends at a packet that is too long. Throws what `tls` throws. */
export function openStream(options: MqttBusOptions): Duplex {
  const { protocol, hostname, port } = new URL(options.url);
  const secure = protocol === 'mqtts:';
  const to = { host: hostname, port: Number(port || (secure ? 8883 : 1883)) };
  const name = isIP(hostname) ? {} : { servername: hostname };
  const stream = secure ? connectTls({ ...to, ...name, ...secretsOf(options) }) : connectTcp(to);
  stream.setNoDelay(true);
  limitFrames(stream, () => DOWN_BYTES_MAX + 1_024);
  return stream;
}

/**
 * What proves each side to the other: certificates of one authority, or the key both have from a code alone.
 */
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
export function whyOf(error: unknown): SyncError {
  if (error instanceof SyncError) return error;
  const { code, message } = error as { code?: unknown; message?: string };
  const detail = message || String(error);
  const is = (pattern: RegExp) => typeof code === 'string' && pattern.test(code);
  // During a write, OpenSSL's errors come as EPROTO.
  if (is(/ALERT/) || /SSL routines:.*alert/.test(detail) || REFUSING_CONNACK.has(code))
    return new SyncError('BROKER_REFUSED', detail, { cause: error });
  if (is(/CERT|ISSUER|ERR_TLS_|UNABLE_TO|INVALID_PURPOSE/))
    return new SyncError('BROKER_UNTRUSTED', detail, { cause: error });
  return new SyncError('LINK_DOWN', detail, { cause: error });
}

/** MQTT 3.1.1 §3.2.2.3: identifier rejected, bad user name or password, not authorized. */
const REFUSING_CONNACK = new Set<unknown>([2, 4, 5]);

/** MQTT 3.1.1 §3.9.3: the return code of a filter that is refused. */
const SUBACK_FAILURE = 0x80;

export function clientOptions({ clientId, username, password, will }: MqttBusOptions): IClientOptions {
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
export function subscribeAll(client: MqttClient, filters: string[]): Promise<void> {
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
