import { timingSafeEqual } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { Aedes, type AedesOptions, type Client } from 'aedes';
import { limitFrames } from '../../bus/frame-limit.ts';
import { DOWN_BYTES_MAX, ENROL_BYTES_MAX, UP_BYTES_MAX } from '../../contract/limits.ts';
import { boxName, parseTopic, TOWNSHIP_FILTERS } from '../../contract/topics.ts';
import { SyncError } from '../../errors.ts';
import type { Clock, Log } from '../../ports.ts';
import { createRefusals } from '../../refusals.ts';
import type { BrokerAccess } from '../enrol/access.ts';

/** Name of the receiver's own login. */
export const RECEIVER = 'township';

/** Who is at the other end: the receiver, a box by its name, or an enrollee by its code's topic. */
type Who = { kind: 'township' } | { kind: 'box'; name: string } | { kind: 'enrollee'; topic: string };

interface BrokerOptions {
  access: Pick<BrokerAccess, 'boxPassword' | 'enrolleePassword'>;
  log: Log;
  clock: Pick<Clock, 'now'>;
  /** Of the receiver. */
  password: string;
  host: string;
  /** 0 takes a free one. */
  port: number;
}

const PACKET_EXTRA_BYTES = 1_024;
const BYTES_MAX = { township: DOWN_BYTES_MAX, box: UP_BYTES_MAX, enrollee: ENROL_BYTES_MAX };
const CONNECTIONS_MAX = 2_000;

/**
 * May `who` publish or subscribe here? A box under its own name only, an enrollee under its code's topic
 * only.
 */
export function mayUse(who: Who, to: 'publish' | 'subscribe', topic: string, retain = false): boolean {
  if (who.kind === 'township' && to === 'subscribe' && TOWNSHIP_FILTERS.includes(topic)) return true;
  const parsed = parseTopic(topic);
  if (!parsed) return false;
  const { leaf } = parsed;
  if (retain && leaf !== 'state') return false;
  if (who.kind === 'township') return to === 'publish' && (leaf === 'down' || leaf === 'answer');
  if (parsed.kind === 'enrol')
    return (
      who.kind === 'enrollee' && parsed.name === who.topic && leaf === (to === 'publish' ? 'ask' : 'answer')
    );
  if (who.kind !== 'box' || boxName(parsed.clinic, parsed.ledger) !== who.name) return false;
  return to === 'publish' ? leaf !== 'down' : leaf === 'down';
}

/** The password of each kind of login, as it is now; undefined when it is none any more. */
function passwordOf({ access, password, clock }: BrokerOptions, who: Who): string | undefined {
  if (who.kind === 'township') return password;
  if (who.kind === 'box') return access.boxPassword(who.name);
  return access.enrolleePassword(who.topic, new Date(clock.now()).toISOString());
}

/** Whose login is this? A client id is bound to it, so that nobody can take another's connection away. */
function identify(
  options: BrokerOptions,
  id: string,
  username?: string,
  password?: Uint8Array,
): Who | undefined {
  if (username === undefined || username !== id || !password) return undefined;
  const all: Who[] =
    username === RECEIVER
      ? [{ kind: 'township' }]
      : [
          { kind: 'box', name: username },
          { kind: 'enrollee', topic: username },
        ];
  return all.find((who) => {
    const wanted = passwordOf(options, who);
    return wanted !== undefined && same(password, Buffer.from(wanted));
  });
}

const same = (a: Uint8Array, b: Uint8Array) => a.length === b.length && timingSafeEqual(a, b);

function rulesOf(options: BrokerOptions, whoIs: WeakMap<Client, Who>): AedesOptions {
  const refusals = createRefusals(options.log, 'the broker refused a client');
  const no = (what: string) => new Error(`not allowed: ${what}`);
  /** A login that has ended since (a box revoked, a code used up) may do nothing more. */
  const stillIn = (client: Client | null) => {
    const who = client ? whoIs.get(client) : undefined;
    return who && passwordOf(options, who) !== undefined ? who : undefined;
  };
  return {
    // A session kept would make the broker a second queue, in memory.
    preConnect: (_client, packet, done) =>
      packet.clean === true ? done(null, true) : done(no('a session that outlives its connection'), false),
    authenticate(client, username, password, done) {
      const who = identify(options, client.id, username, password);
      if (who) whoIs.set(client, who);
      else refusals.count(new SyncError('LINK_DOWN', 'wrong login, or a client id that is not its own'));
      done(null, who !== undefined);
    },
    authorizePublish(client, packet, done) {
      const who = stillIn(client);
      done(who && mayUse(who, 'publish', packet.topic, packet.retain) ? null : no('publish'));
    },
    authorizeSubscribe(client, subscription, done) {
      const who = stillIn(client);
      done(null, who && mayUse(who, 'subscribe', subscription.topic) ? subscription : null);
    },
  };
}

export interface Broker {
  readonly port: number;
  /** Ends every connection, as a cut cable would. */
  drop(): void;
  close(): Promise<void>;
}

/** The embedded broker: aedes on a TCP port, with an account per box. */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const whoIs = new WeakMap<Client, Who>();
  const aedes = await Aedes.createBroker(rulesOf(options, whoIs));
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.setNoDelay(true);
    const client = aedes.handle(socket);
    limitFrames(socket, () => BYTES_MAX[whoIs.get(client)?.kind ?? 'enrollee'] + PACKET_EXTRA_BYTES);
  });
  server.maxConnections = CONNECTIONS_MAX;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const address = server.address();
  return {
    port: address !== null && typeof address === 'object' ? address.port : options.port,
    drop() {
      for (const socket of sockets) socket.destroy();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((done) => aedes.close(() => done()));
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}
