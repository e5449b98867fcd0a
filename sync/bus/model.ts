import { Listeners } from '../../drivers/base/listeners.ts';
import { SyncError } from '../errors.ts';
import type { Clock, Random } from '../ports.ts';
import type { Bus, Will } from './port.ts';

/** Faults injected; chances from 0 to 1. All of it comes from `random`, so a run replays from its seed. */
export interface Faults {
  /** A message is lost between the broker and one subscriber, though it was acknowledged. */
  loss: number;
  /** A message reaches a subscriber twice. */
  doubling: number;
  /** Longest time on one leg. */
  delay_ms_max: number;
  /** A message may overtake another. */
  reorder: boolean;
  /** Longest wait before a bus that was cut is connected again. */
  reconnect_ms_max: number;
  /** What a connection carries each way, and how far it is. default: everything, nowhere */
  line?: { bytes_per_s: number; one_way_ms: number };
}

export const NO_FAULTS: Faults = {
  loss: 0,
  doubling: 0,
  delay_ms_max: 0,
  reorder: false,
  reconnect_ms_max: 5,
};

interface ModelOptions {
  clock: Clock;
  random: Random;
  /** Read at every use: a test may change its mind. */
  faults: Faults;
}

const ACK_BYTES = 4;

interface Message {
  topic: string;
  payload: Buffer;
}

interface State {
  connected: boolean;
  why: SyncError | undefined;
}

interface Connection {
  /** Rises with every connection: what was under way on an older one is lost. */
  epoch: number;
  up: boolean;
  closed: boolean;
  filters: Set<string>;
  will: Will | undefined;
  messages: Listeners<Message, unknown>;
  /** What has arrived, while a listener asks to wait. */
  inbox: Message[];
  waits: boolean;
  states: Listeners<State>;
  /** What is under way, oldest first: nothing arrives before what was sent earlier on the same leg. */
  legs: Record<'up' | 'down', (() => void)[]>;
  /** When the line is free again. */
  freeAt: Record<'up' | 'down', number>;
}

/** Does an MQTT filter cover a topic? (3.1.1 §4.7) */
function covers(filter: string, topic: string): boolean {
  const [wanted, given] = [filter.split('/'), topic.split('/')];
  for (const [index, level] of wanted.entries()) {
    if (level === '#') return true;
    if (index >= given.length || (level !== '+' && level !== given[index])) return false;
  }
  return wanted.length === given.length;
}

export interface ModelBroker {
  bus(options?: { will?: Will }): ModelBus;
  /** The broker dies; with `forget` it has no retained messages afterwards. */
  stop(forget: boolean): void;
  start(): void;
}

interface ModelBus extends Bus {
  /** Ends the connection as a cut cable would; it comes back by itself. */
  cut(): void;
}

/** A broker in memory, and buses to it: the model that simulations run on. */
export function createModelBroker({ clock, random, faults }: ModelOptions): ModelBroker {
  const connections = new Set<Connection>();
  const retained = new Map<string, Buffer>();
  let running = true;

  const chance = () => Buffer.from(random(4)).readUInt32LE() / 2 ** 32;
  const below = (max: number) => Math.floor(chance() * (max + 1));

  /** Runs something at the other end of a leg, unless the connection is another by then. */
  function travel(
    connection: Connection,
    leg: 'up' | 'down',
    bytes: number,
    arrive: () => void,
    lost: () => void,
  ): void {
    const { epoch } = connection;
    const land = () => (connection.up && connection.epoch === epoch ? arrive() : lost());
    const queue = connection.legs[leg];
    if (!faults.reorder) queue.push(land);
    const wait = below(faults.delay_ms_max) + onLine(connection, leg, bytes);
    clock.setTimeout(faults.reorder ? land : () => queue.shift()?.(), wait);
  }

  /** Bytes leave one after another at the line's speed, and arrive a way later. */
  function onLine(connection: Connection, leg: 'up' | 'down', bytes: number): number {
    if (!faults.line) return 0;
    const now = clock.now();
    const { bytes_per_s, one_way_ms } = faults.line;
    connection.freeAt[leg] = Math.max(now, connection.freeAt[leg]) + (bytes / bytes_per_s) * 1_000;
    return connection.freeAt[leg] - now + one_way_ms;
  }

  function route(topic: string, payload: Buffer, retain: boolean): void {
    if (retain) retained.set(topic, payload);
    for (const connection of connections)
      if ([...connection.filters].some((filter) => covers(filter, topic)))
        deliver(connection, topic, payload);
  }

  function deliver(connection: Connection, topic: string, payload: Buffer): void {
    if (!connection.up || chance() < faults.loss) return;
    const times = chance() < faults.doubling ? 2 : 1;
    for (let time = 0; time < times; time += 1)
      travel(
        connection,
        'down',
        payload.length,
        () => {
          connection.inbox.push({ topic, payload });
          if (!connection.waits) read(connection);
        },
        () => undefined,
      );
  }

  /** Hands over what has arrived, until a listener asks to wait. */
  function read(connection: Connection): void {
    for (let next = connection.inbox.shift(); next; next = connection.inbox.shift()) {
      const answers = connection.messages.emit(next);
      if (!answers.some((answer) => answer instanceof Promise)) continue;
      connection.waits = true;
      void Promise.all(answers).then(() => {
        connection.waits = false;
        read(connection);
      });
      return;
    }
  }

  function giveRetained(connection: Connection, filter: string): void {
    for (const [topic, payload] of retained) if (covers(filter, topic)) deliver(connection, topic, payload);
  }

  function setUp(connection: Connection, up: boolean, why?: SyncError): void {
    if (connection.up === up || (up && (connection.closed || !running))) return;
    connection.up = up;
    connection.epoch += 1;
    connection.freeAt = { up: 0, down: 0 };
    connection.inbox = [];
    if (up) for (const filter of connection.filters) giveRetained(connection, filter);
    connection.states.emit({ connected: up, why });
  }

  const reconnect = (connection: Connection) =>
    clock.setTimeout(() => setUp(connection, true), 1 + below(faults.reconnect_ms_max));

  function cut(connection: Connection, why: string): void {
    if (!connection.up) return;
    setUp(connection, false, new SyncError('LINK_DOWN', why));
    if (running && connection.will)
      route(connection.will.topic, Buffer.from(connection.will.payload), connection.will.retain);
    if (!connection.closed) reconnect(connection);
  }

  function bus(options: { will?: Will } = {}): ModelBus {
    const connection: Connection = {
      epoch: 0,
      up: false,
      closed: false,
      filters: new Set(),
      will: options.will,
      messages: new Listeners(),
      inbox: [],
      waits: false,
      states: new Listeners(),
      legs: { up: [], down: [] },
      freeAt: { up: 0, down: 0 },
    };
    connections.add(connection);
    reconnect(connection);
    return {
      connected: () => connection.up,
      onState: (listener) => void connection.states.add(({ connected, why }) => listener(connected, why)),
      onMessage: (listener) =>
        void connection.messages.add(({ topic, payload }) => listener(topic, Buffer.from(payload))),
      async subscribe(filter) {
        connection.filters.add(filter);
        if (connection.up) giveRetained(connection, filter);
      },
      publish(topic, payload, opts) {
        if (!connection.up) return Promise.reject(new SyncError('LINK_DOWN', 'not connected'));
        const copy = Buffer.from(payload);
        return new Promise((resolve, reject) => {
          const lost = () => reject(new SyncError('LINK_DOWN', 'the link dropped'));
          const arrive = () => {
            route(topic, copy, opts?.retain ?? false);
            travel(connection, 'down', ACK_BYTES, resolve, lost);
          };
          travel(connection, 'up', copy.length, arrive, lost);
        });
      },
      async close() {
        connection.closed = true;
        setUp(connection, false, new SyncError('LINK_DOWN', 'closed by us'));
        connections.delete(connection);
      },
      cut: () => cut(connection, 'cut'),
    };
  }

  return {
    bus,
    stop(forget) {
      running = false;
      if (forget) retained.clear();
      for (const connection of connections) cut(connection, 'broker gone');
    },
    start() {
      running = true;
      for (const connection of connections) if (!connection.up) reconnect(connection);
    },
  };
}
