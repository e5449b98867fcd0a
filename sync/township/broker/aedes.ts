import { timingSafeEqual } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { Aedes, type AedesOptions, type Client } from 'aedes';
import { limitFrames } from '../../bus/frame-limit.ts';
import { DOWN_BYTES_MAX, ENROL_BYTES_MAX, UP_BYTES_MAX } from '../../contract/limits.ts';
import { boxName, parseTopic, TOWNSHIP_FILTERS } from '../../contract/topics.ts';
import { SyncError } from '../../errors.ts';
import type { Log } from '../../ports.ts';
import { createRefusals } from '../../refusals.ts';
import type { EnrolDesk } from '../enrol/enrolment-service.ts';

/** Name of the receiver's own login. */
export const RECEIVER = 'township';

/** Who is at the other end of a connection: the receiver, a box by its name, somebody with a one-time code by its topic. */
type Who = { kind: 'township' } | { kind: 'box'; name: string } | { kind: 'guest'; topic: string };

export interface BrokerOptions {
  desk: Pick<EnrolDesk, 'boxPassword' | 'doorPassword'>;
  log: Log;
  /** Of the receiver. */
  password: string;
  host: string;
  /** 0 takes a free one. */
  port: number;
}

const PACKET_EXTRA_BYTES = 1_024;
const BYTES_MAX = { township: DOWN_BYTES_MAX, box: UP_BYTES_MAX, guest: ENROL_BYTES_MAX };
const CONNECTIONS_MAX = 2_000;

/** May `who` publish (or subscribe, `to: 'hear'`) here? A box under its own name only, a guest under its code's topic only. */
export function mayUse(who: Who, to: 'say' | 'hear', topic: string, retain = false): boolean {
  if (who.kind === 'township' && to === 'hear' && TOWNSHIP_FILTERS.includes(topic)) return true;
  const parsed = parseTopic(topic);
  if (!parsed) return false;
  const { leaf } = parsed;
  if (retain && leaf !== 'state') return false;
  if (who.kind === 'township') return to === 'say' && (leaf === 'down' || leaf === 'answer');
  if (parsed.kind === 'enrol')
    return who.kind === 'guest' && parsed.name === who.topic && leaf === (to === 'say' ? 'ask' : 'answer');
  if (who.kind !== 'box' || boxName(parsed.clinic, parsed.ledger) !== who.name) return false;
  return to === 'say' ? leaf !== 'down' : leaf === 'down';
}

/** Who comes with this login? A client id is bound to the login, so that nobody can take another's connection away. */
function identify(
  options: BrokerOptions,
  id: string,
  username?: string,
  password?: Uint8Array,
): Who | undefined {
  const { desk } = options;
  if (username === undefined || username !== id || !password) return undefined;
  const is = (wanted: string | undefined) => wanted !== undefined && same(password, Buffer.from(wanted));
  if (username === RECEIVER) return is(options.password) ? { kind: 'township' } : undefined;
  if (is(desk.boxPassword(username))) return { kind: 'box', name: username };
  return is(desk.doorPassword(username)) ? { kind: 'guest', topic: username } : undefined;
}

const same = (a: Uint8Array, b: Uint8Array) => a.length === b.length && timingSafeEqual(a, b);

function rulesOf(options: BrokerOptions, whoIs: WeakMap<Client, Who>): AedesOptions {
  const refusals = createRefusals(options.log, 'the broker refused a client');
  const no = (what: string) => new Error(`not allowed: ${what}`);
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
      const who = client ? whoIs.get(client) : undefined;
      done(who && mayUse(who, 'say', packet.topic, packet.retain) ? null : no('publish'));
    },
    authorizeSubscribe(client, subscription, done) {
      const who = whoIs.get(client);
      done(null, who && mayUse(who, 'hear', subscription.topic) ? subscription : null);
    },
  };
}

/** The embedded broker: aedes on a TCP port, with an account per box. */
export async function startBroker(options: BrokerOptions) {
  const whoIs = new WeakMap<Client, Who>();
  const aedes = await Aedes.createBroker(rulesOf(options, whoIs));
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.setNoDelay(true);
    const client = aedes.handle(socket);
    limitFrames(socket, () => BYTES_MAX[whoIs.get(client)?.kind ?? 'guest'] + PACKET_EXTRA_BYTES);
  });
  server.maxConnections = CONNECTIONS_MAX;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const address = server.address();
  return {
    port: address !== null && typeof address === 'object' ? address.port : options.port,
    /** Ends every connection, as a cut cable would. */
    drop() {
      for (const socket of sockets) socket.destroy();
    },
    async close(): Promise<void> {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((done) => aedes.close(() => done()));
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}

export type Broker = Awaited<ReturnType<typeof startBroker>>;
