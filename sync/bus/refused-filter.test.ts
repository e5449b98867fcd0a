import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Aedes } from 'aedes';
import { afterEach, describe, expect, test } from 'vitest';
import type { SyncErrorCode } from '../errors.ts';
import { mosquittoHere, startMosquitto } from '../testing/mosquitto.ts';
import { clock, quick, random, until } from '../testing/world.ts';
import { createMqttBus } from './mqtt.ts';
import type { Bus } from './port.ts';

/** A broker that lets everybody in and refuses every subscription but to `mine`. */
interface Refusing {
  port: number;
  close(): Promise<void>;
}

async function refusingAedes(): Promise<Refusing> {
  const broker = await Aedes.createBroker({
    authorizeSubscribe: (_client, subscription, done) =>
      done(null, subscription.topic === 'mine' ? subscription : null),
  });
  const server = createServer((socket) => void broker.handle(socket));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    port: (server.address() as { port: number }).port,
    async close() {
      await new Promise<void>((done) => broker.close(() => done()));
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}

/**
 * Its lists of topics (`acl_file`) never refuse a subscription, they only deliver nothing; its plugin does.
 */
const PLUGIN = ['x86_64', 'aarch64']
  .map((machine) => `/usr/lib/${machine}-linux-gnu/mosquitto_dynamic_security.so`)
  .find(existsSync);

async function refusingMosquitto(): Promise<Refusing> {
  const folder = mkdtempSync(join(tmpdir(), 'cyt-refusing-'));
  const file = join(folder, 'dynamic-security.json');
  const mine = { acltype: 'subscribeLiteral', topic: 'mine', priority: 0, allow: true };
  const all = { publishClientSend: true, publishClientReceive: true, subscribe: false, unsubscribe: true };
  const rules = {
    defaultACLAccess: all,
    clients: [],
    groups: [{ groupname: 'everybody', roles: [{ rolename: 'guest' }] }],
    roles: [{ rolename: 'guest', acls: [mine] }],
    anonymousGroup: 'everybody',
  };
  writeFileSync(file, JSON.stringify(rules));
  const settings = `allow_anonymous true\nplugin ${PLUGIN}\nplugin_opt_config_file ${file}\n`;
  const broker = await startMosquitto(settings);
  return {
    port: broker.port(),
    async close() {
      await broker.close();
      rmSync(folder, { recursive: true });
    },
  };
}

function refusals(name: string, start: () => Promise<Refusing>): void {
  describe(`a subscription that ${name} refuses`, () => {
    const open: { close(): Promise<void> }[] = [];
    afterEach(async () => {
      for (const one of open.splice(0).reverse()) await one.close();
    });

    async function busTo(): Promise<{ bus: Bus; states: (SyncErrorCode | 'connected' | null)[] }> {
      const { port } = open[open.push(await start()) - 1] as Refusing;
      const url = `mqtt://127.0.0.1:${port}`;
      const bus = createMqttBus({ url, clientId: 'bus', clock, random, backoff: quick });
      open.push(bus);
      const states: (SyncErrorCode | 'connected' | null)[] = [];
      bus.onState((connected, why) => states.push(connected ? 'connected' : (why?.code ?? null)));
      return { bus, states };
    }

    test('is no connection: it says BROKER_REFUSED at each attempt, and never that it is connected', async () => {
      const { bus, states } = await busTo();
      await bus.subscribe('mine');
      await bus.subscribe('theirs');
      await until('refused twice', () => states.length >= 2);
      expect(new Set(states)).toEqual(new Set(['BROKER_REFUSED']));
      expect(bus.connected()).toBe(false);
      await expect(bus.publish('mine', Buffer.alloc(1))).rejects.toMatchObject({ code: 'LINK_DOWN' });
    });

    test('ends a connection that stood, with the same code', async () => {
      const { bus, states } = await busTo();
      await bus.subscribe('mine');
      await until('connected', () => bus.connected());
      await expect(bus.subscribe('theirs')).rejects.toMatchObject({ code: 'BROKER_REFUSED' });
      await until('refused again', () => states.length >= 3);
      expect(states.slice(0, 3)).toEqual(['connected', 'BROKER_REFUSED', 'BROKER_REFUSED']);
      expect(bus.connected()).toBe(false);
    });
  });
}

refusals('aedes', refusingAedes);
describe.skipIf(!mosquittoHere() || !PLUGIN)('with Debian’s Mosquitto', () => {
  refusals('Mosquitto', refusingMosquitto);
});
