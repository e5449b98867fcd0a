import { connect as connectTcp } from 'node:net';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { boxLogin, enrolLogin } from '../../clinic/login.ts';
import { enrolTopic, ledgerTopic } from '../../contract/topics.ts';
import { makeCode } from '../../record/enrolment-code.ts';
import { makeBoxKeys, readBoxKeys } from '../../record/key-file.ts';
import { memorySource } from '../../testing/memory-source.ts';
import { type Box, clinicOf, random, until, type World, world } from '../../testing/world.ts';
import { mayUse } from './aedes.ts';

const [A, B] = ['a'.repeat(32), 'b'.repeat(32)];
const box = { kind: 'box', name: `H1/${A}` } as const;
const enrollee = { kind: 'enrollee', topic: A } as const;

test.each([
  [box, 'publish', ledgerTopic('H1', A, 'up'), true],
  [box, 'publish', ledgerTopic('H1', A, 'state'), true],
  [box, 'subscribe', ledgerTopic('H1', A, 'down'), true],
  [box, 'publish', ledgerTopic('H1', A, 'down'), false],
  [box, 'subscribe', ledgerTopic('H1', A, 'up'), false],
  [box, 'publish', ledgerTopic('H1', B, 'up'), false],
  [box, 'publish', ledgerTopic('H2', A, 'up'), false],
  [box, 'subscribe', ledgerTopic('H1', B, 'down'), false],
  [box, 'subscribe', `cyt/1/H1/${A}/#`, false],
  [box, 'subscribe', 'cyt/1/+/+/down', false],
  [box, 'subscribe', '#', false],
  [box, 'subscribe', '$SYS/#', false],
  [box, 'publish', enrolTopic(A, 'answer'), false],
  [enrollee, 'publish', enrolTopic(A, 'ask'), true],
  [enrollee, 'subscribe', enrolTopic(A, 'answer'), true],
  [enrollee, 'publish', enrolTopic(A, 'answer'), false],
  [enrollee, 'subscribe', enrolTopic(A, 'ask'), false],
  [enrollee, 'subscribe', 'cyt/1/enrol/+/answer', false],
  [enrollee, 'subscribe', 'cyt/1/enrol/#', false],
  [enrollee, 'publish', enrolTopic(B, 'ask'), false],
  [enrollee, 'subscribe', enrolTopic(B, 'answer'), false],
  [enrollee, 'publish', ledgerTopic('H1', A, 'up'), false],
] as const)('%o may %s %s: %s', (who, to, topic, answer) => {
  expect(mayUse(who, to, topic)).toBe(answer);
});

describe('on the wire', () => {
  let here: World;
  let mine: Box;
  let theirs: Box;
  const clients: MqttClient[] = [];
  beforeAll(async () => {
    here = await world();
    [mine, theirs] = [await here.box(1), await here.box(2)];
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.endAsync(true);
  });
  afterAll(() => here.close());

  const login = () => boxLogin(mine.enrolment);
  const topicOf = (of: Box, leaf: 'up' | 'down' | 'state') =>
    ledgerTopic(of.source.clinic, of.source.ledger, leaf);

  function open(options: IClientOptions): MqttClient {
    const client = mqtt.connect(here.url, {
      protocolVersion: 4,
      reconnectPeriod: 0,
      clean: true,
      ...options,
    });
    client.on('error', () => undefined);
    clients.push(client);
    return client;
  }

  /** Whether a client with these options is let in. */
  const enters = (options: IClientOptions) =>
    new Promise<boolean>((done) => {
      const client = open(options);
      client.once('connect', () => done(true));
      client.once('close', () => done(false));
    });

  test('a wrong password, an unknown user, another’s client id or a lasting session gets nobody in', async () => {
    await mine.close();
    expect(await enters(login())).toBe(true);
    const guest = enrolLogin(here.town().invite(clinicOf(3), 7));
    expect(await enters(guest)).toBe(true);
    for (const options of [
      { ...login(), password: 'x' },
      { ...login(), password: theirs.enrolment.mqtt.password },
      { ...login(), username: `H1/${A}`, clientId: `H1/${A}` },
      { ...login(), username: A, clientId: A },
      { ...login(), username: 'township', clientId: 'township' },
      { ...login(), clientId: theirs.enrolment.mqtt.username },
      { ...login(), clientId: 'township' },
      { ...login(), clean: false },
      { clientId: mine.enrolment.mqtt.username },
      { ...enrolLogin(makeCode(random)) },
      { ...guest, clientId: 'enrol-1' },
      { ...guest, password: 'x' },
      { clientId: guest.clientId },
      { clientId: 'township' },
      { clientId: '' },
      { clientId: 'enrol-1', username: '', password: '' },
    ])
      expect(await enters(options), JSON.stringify({ ...options, password: '' })).toBe(false);
    expect(theirs.link.state().connected).toBe(true);
  });

  test.each([
    ['into another’s name', () => topicOf(theirs, 'up'), false],
    ['down to itself', () => topicOf(mine, 'down'), false],
    ['a retained message that is no state', () => topicOf(mine, 'up'), true],
    ['to $SYS', () => '$SYS/x', false],
    ['an answer to somebody’s enrolment', () => enrolTopic(A, 'answer'), false],
  ])('a box that publishes %s is thrown out, and nothing arrives', async (_what, topic, retain) => {
    const before = JSON.stringify(here.town().receiver.refused());
    const client = open(login());
    await new Promise((done) => client.once('connect', done));
    const closed = new Promise<void>((done) => client.once('close', () => done()));
    client.publish(topic(), 'x', { qos: 1, retain });
    await closed;
    expect(JSON.stringify(here.town().receiver.refused())).toBe(before);
  });

  test('a box may not listen to others, nor who has a code to other enrolments', async () => {
    const strange = open(enrolLogin(here.town().invite(clinicOf(3), 7)));
    const known = open(login());
    for (const [client, topics] of [
      [
        known,
        [topicOf(theirs, 'down'), topicOf(theirs, 'state'), topicOf(mine, 'up'), '#', 'cyt/1/+/+/down'],
      ],
      [strange, ['cyt/1/enrol/+/answer', enrolTopic(A, 'answer'), '#', topicOf(mine, 'down')]],
    ] as const)
      for (const topic of topics) {
        const granted = await client.subscribeAsync(topic, { qos: 1 }).catch(() => [{ qos: 128 }]);
        expect(
          granted.map(({ qos }) => qos),
          topic,
        ).toEqual([128]);
      }
  });

  test('a packet that announces more than it may ends the connection before it is gathered', async () => {
    const guest = enrolLogin(here.town().invite(clinicOf(3), 7));
    for (const [options, topic, bytes] of [
      [guest, enrolTopic(guest.clientId, 'ask'), 20_000],
      [login(), topicOf(mine, 'up'), 400_000],
    ] as const) {
      const client = open(options);
      await new Promise((done) => client.once('connect', done));
      const closed = new Promise<void>((done) => client.once('close', () => done()));
      client.publish(topic, Buffer.alloc(bytes), { qos: 1 });
      await closed;
    }
    const socket = connectTcp(here.port, '127.0.0.1');
    socket.on('error', () => undefined);
    const closed = new Promise((done) => socket.once('close', done));
    socket.write(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f])); // CONNECT of 256 MB
    await closed;
  });

  test('a revoked box is not let in again', async () => {
    const revoked = await here.box(4);
    await revoked.close();
    expect(await enters(boxLogin(revoked.enrolment))).toBe(true);
    here.town().store.ledgers.revoke(revoked.keys.signing.kid, new Date().toISOString());
    expect(await enters(boxLogin(revoked.enrolment))).toBe(false);
  });

  test('a box that is revoked while it is connected does nothing more', async () => {
    const revoked = await here.box(4);
    await until('connected', () => revoked.link.state().connected);
    await until('in', () => here.town().store.ledgers.get(revoked.source.ledger)?.boot !== null);
    here.town().store.ledgers.revoke(revoked.keys.signing.kid, new Date().toISOString());
    const before = JSON.stringify(here.town().receiver.refused());
    revoked.source.append('stock', {});
    await until('thrown out', () => !revoked.link.state().connected);
    expect(JSON.stringify(here.town().receiver.refused())).toBe(before);
  });

  test('a code that has ended, has done its work, or whose box was revoked opens nothing', async () => {
    const town = here.town();
    expect(await enters(enrolLogin(town.invite(clinicOf(5), -1)))).toBe(false);
    const code = town.invite(clinicOf(5), 7);
    const used = enrolLogin(code);
    const keys = readBoxKeys(makeBoxKeys(random));
    const ledger = Buffer.from(random(16)).toString('hex');
    const enrolment = await here.enrol(code, keys, ledger);
    expect(await enters(used), 'its answer may have been lost').toBe(true);
    const waiting = open(used);
    await new Promise((done) => waiting.once('connect', done));
    here.connect(keys, enrolment, memorySource(ledger, clinicOf(5).fixmedins_code, keys.signing));
    await until('in', () => town.store.ledgers.get(ledger)?.boot !== null);
    expect(await enters(used)).toBe(false);
    const closed = new Promise<void>((done) => waiting.once('close', () => done()));
    waiting.publish(enrolTopic(used.clientId, 'ask'), 'x', { qos: 1 });
    await closed;

    const lost = town.invite(clinicOf(5), 7);
    const other = readBoxKeys(makeBoxKeys(random));
    await here.enrol(lost, other, Buffer.from(random(16)).toString('hex'));
    town.store.ledgers.revoke(other.signing.kid, new Date().toISOString());
    expect(await enters(enrolLogin(lost))).toBe(false);
  });

  test('bytes that are no MQTT at all harm nobody', async () => {
    for (let i = 0; i < 100; i += 1) {
      const socket = connectTcp(here.port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.end(Buffer.from(Array.from({ length: 200 }, () => Math.floor(Math.random() * 256))));
    }
    theirs.source.append('stock', {});
    await until('the other box goes on', () => theirs.source.deliveredThrough() === theirs.source.head().seq);
  });
});
