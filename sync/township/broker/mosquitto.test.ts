import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createMqttBus } from '../../bus/mqtt.ts';
import type { MqttBusOptions } from '../../bus/mqtt-connection.ts';
import type { Bus } from '../../bus/port.ts';
import { createBoxCertificate, makeTlsKey, publicTlsKey } from '../../clinic/certificate.ts';
import { enrolAtTownship } from '../../clinic/enrol.ts';
import { createLink } from '../../clinic/link.ts';
import { boxLogin, enrolLogin } from '../../clinic/login.ts';
import { presenceWill } from '../../clinic/presence.ts';
import { boxName, enrolTopic, ledgerTopic } from '../../contract/topics.ts';
import type { SyncErrorCode } from '../../errors.ts';
import { makeCode } from '../../record/enrolment-code.ts';
import { makeBoxKeys, makeTownshipKeys, readBoxKeys, readTownshipKeys } from '../../record/key-file.ts';
import { memorySource } from '../../testing/memory-source.ts';
import { freePort, mosquittoHere, runMosquitto, wrapMosquitto } from '../../testing/mosquitto.ts';
import { clinicOf, clock, memoryLog, quick, random, until } from '../../testing/world.ts';
import { verifyTownship } from '../book/verify.ts';
import { createAuthority } from '../enrol/authority.ts';
import { openTownshipStore } from '../store/sqlite/store.ts';
import { createTownship, type Township } from '../township.ts';
import { mosquittoFiles, mosquittoLists } from './mosquitto.ts';

type Tls = ReturnType<NonNullable<MqttBusOptions['tls']>>;

const now = () => new Date().toISOString();

describe.skipIf(!mosquittoHere())(
  'Mosquitto on the files that `township mosquitto` writes (apt-get install -y mosquitto)',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'cyt-tls-'));
    const dir = join(folder, 'mosquitto');
    const keys = readTownshipKeys(makeTownshipKeys(random).township);
    const stranger = createAuthority(readTownshipKeys(makeTownshipKeys(random).township));
    const buses: Bus[] = [];
    let mosquitto: Awaited<ReturnType<typeof runMosquitto>>;
    let township: Township;
    let url: string;
    let enrolUrl: string;

    const write = (files: Record<string, string>) => {
      for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
    };
    const refresh = async () => {
      write(mosquittoLists(township.access, now()));
      await mosquitto.reload();
    };

    beforeAll(async () => {
      const [port, enrolPort] = [await freePort(), await freePort()];
      [url, enrolUrl] = [`mqtts://127.0.0.1:${port}`, `mqtts://127.0.0.1:${enrolPort}`];
      township = await createTownship({
        path: join(folder, 'township.db'),
        township: { code: 'T1', name: '某乡' },
        keys,
        trust: { insurer: [], vendor: [] },
        clock,
        random,
        log: memoryLog(),
        broker: { url },
      });
      mkdirSync(dir);
      const plan = { dir, hosts: ['127.0.0.1'], port, enrolPort, bind: '127.0.0.1' };
      write(mosquittoFiles(township, plan, now(), random));
      mosquitto = await runMosquitto(wrapMosquitto(folder, join(dir, 'mosquitto.conf')), port);
    });
    afterEach(async () => {
      for (const bus of buses.splice(0)) await bus.close();
    });
    afterAll(async () => {
      await township.close();
      await mosquitto.kill();
      rmSync(folder, { recursive: true });
    });

    function open(options: Partial<MqttBusOptions>): Bus {
      const bus = createMqttBus({ url, clientId: 'x', clock, random, backoff: quick, ...options });
      buses.push(bus);
      return bus;
    }

    /**
     * The code with which somebody is turned away; `in` for who is let in. A reset may overtake the word why:
     * then it is asked again.
     */
    function enters(options: Partial<MqttBusOptions>): Promise<SyncErrorCode | 'in'> {
      const bus = open(options);
      return new Promise((done) => {
        let resets = 0;
        bus.onState((connected, why) => {
          if (connected) done('in');
          else if (why && (why.code !== 'LINK_DOWN' || ++resets > 5)) done(why.code);
        });
      });
    }

    async function enrolled(n: number) {
      const [boxKeys, keyPem] = [readBoxKeys(makeBoxKeys(random)), makeTlsKey(random)];
      const ledger = Buffer.from(random(16)).toString('hex');
      const code = township.invite(clinicOf(n), 1);
      await refresh();
      const box = { ...boxKeys, ledger, tls: publicTlsKey(keyPem) };
      const bus = open({ url: enrolUrl, ...enrolLogin(code) });
      const enrolment = await enrolAtTownship({ bus, code, box, random, clock, timeout_ms: 15_000 });
      const { clinic } = enrolment;
      let kept = enrolment.tls;
      const certificate = createBoxCertificate({
        keyPem,
        user: boxName(clinic.fixmedins_code, ledger),
        kept: () => kept,
        keep(tls) {
          kept = tls;
        },
      });
      const source = memorySource(ledger, clinic.fixmedins_code, boxKeys.signing);
      const login = { ...boxLogin(enrolment), tls: certificate.tls };
      const topic = (leaf: 'up' | 'down' | 'state') => ledgerTopic(source.clinic, ledger, leaf);
      return { keys: boxKeys, enrolment, certificate, source, login, topic, code };
    }

    type Enrolled = Awaited<ReturnType<typeof enrolled>>;

    function linked({ keys: boxKeys, source, login, enrolment, certificate }: Enrolled, boot = 'b') {
      const bus = open({ ...login, will: presenceWill(source, boot) });
      const log = memoryLog();
      const status = () => ({});
      const parts = { bus, source, ...boxKeys, enrolment, certificate, clock, random, log, boot, status };
      const link = createLink(parts);
      link.start();
      return { bus, link, log };
    }

    test('a box comes in by its code, gets its certificate, and goes on through a killed and restarted broker', async () => {
      const mine = await enrolled(1);
      const { link } = linked(mine);
      for (let i = 0; i < 100; i += 1) mine.source.append('stock', { i });
      await until('held', () => mine.source.deliveredThrough() === 100);
      await mosquitto.kill();
      for (let i = 0; i < 100; i += 1) mine.source.append('stock', { i });
      await mosquitto.start();
      await until('held again', () => mine.source.deliveredThrough() === 200);
      expect(verifyTownship(township.store)).toMatchObject({ ok: true, records: 200 });
      expect(link.state()).toMatchObject({ refused: {}, code: null });
      await link.stop();
    });

    test('who has neither certificate nor code gets nothing, and each is told apart', async () => {
      const { login, certificate, code } = await enrolled(2);
      const { ca, key } = certificate.tls();
      const forged = (authority: typeof stranger): Tls => ({
        ca,
        key,
        cert: authority.issue({ user: login.username }, certificate.status().key, null),
      });
      const bare = () => ({ ca }) as Tls;
      const late = township.authority.issue({ user: login.username }, certificate.status().key, 1_000);
      for (const [options, answer] of [
        [login, 'in'],
        [{ ...login, tls: bare }, 'BROKER_REFUSED'],
        [{ ...login, tls: () => forged(stranger) }, 'BROKER_REFUSED'],
        [{ ...login, tls: () => ({ ca, key, cert: late }) }, 'BROKER_REFUSED'],
        [{ ...login, tls: () => ({ ...certificate.tls(), ca: stranger.ca }) }, 'BROKER_UNTRUSTED'],
        [{ ...login, url: url.replace('127.0.0.1', 'localhost') }, 'BROKER_UNTRUSTED'],
        [{ ...login, url: url.replace('mqtts', 'mqtt'), tls: undefined }, 'LINK_DOWN'],
        [{ url: enrolUrl, ...enrolLogin(code) }, 'in'],
        [{ url: enrolUrl, ...enrolLogin(makeCode(random)) }, 'BROKER_REFUSED'],
        [{ url: enrolUrl, ...login }, 'BROKER_REFUSED'],
        [{ url: enrolUrl, ...login, tls: bare }, 'BROKER_REFUSED'],
        [{ url, ...enrolLogin(code) }, 'BROKER_UNTRUSTED'],
      ] as const)
        expect([options.clientId, await enters(options)]).toEqual([options.clientId, answer]);
    });

    test('a box’s certificate proves no broker, and no certificate stands for a code', async () => {
      const { login, certificate, code } = await enrolled(3);
      const { cert, key } = certificate.tls();
      const listening = await freePort();
      const heard: string[] = [];
      const server = createServer({ cert, key }, (socket) => {
        socket.on('error', () => undefined);
        socket.on('data', (bytes) => heard.push(bytes.toString('hex')));
      });
      server.on('tlsClientError', () => undefined);
      await new Promise<void>((done) => server.listen(listening, '127.0.0.1', done));
      const there = { url: `mqtts://127.0.0.1:${listening}` };
      expect(await enters({ ...login, ...there })).toBe('BROKER_UNTRUSTED');
      expect(await enters({ ...enrolLogin(code), ...there })).toBe('BROKER_UNTRUSTED');
      expect(heard, 'nothing is said to who is not the broker').toEqual([]);
      server.close();
    });

    test('a box speaks under its own name, hears what is meant for it, and can be nobody else', async () => {
      const [mine, theirs] = [await enrolled(4), await enrolled(5)];
      const other = linked(theirs);
      await until('they are in', () => other.bus.connected());
      const spy = open({ ...mine.login, clientId: theirs.login.clientId, username: 'township' });
      const guest = open({ url: enrolUrl, ...enrolLogin(township.invite(clinicOf(6), 1)) });
      await refresh();
      const heard: string[] = [];
      for (const bus of [spy, guest]) {
        bus.onMessage((topic) => heard.push(topic));
        for (const filter of ['#', 'cyt/1/#', 'cyt/1/+/+/down', 'cyt/1/enrol/+/answer', '$SYS/#'])
          await bus.subscribe(filter);
        await until('the spy is in', () => bus.connected());
      }
      const refused = JSON.stringify(township.receiver.refused());
      for (const bus of [spy, guest])
        for (const topic of [theirs.topic('up'), theirs.topic('down'), theirs.topic('state')])
          await bus.publish(topic, Buffer.from('x')); // acknowledged, and thrown away
      await guest.publish(mine.topic('up'), Buffer.from('x'));
      await guest.publish(enrolTopic('a'.repeat(32), 'ask'), Buffer.from('x'));
      await enrolled(7);
      theirs.source.append('stock', {});
      await until('the other box goes on', () => theirs.source.deliveredThrough() === 1);
      expect(heard).toEqual([]);
      expect(JSON.stringify(township.receiver.refused())).toBe(refused);
      expect(other.link.state()).toMatchObject({ connected: true, refused: {} });
      // The broker knows the spy by its certificate: what it called itself moved nobody.
      expect(other.log.lines.filter(({ level }) => level !== 'info')).toEqual([]);
    });

    test('what the township once said, kept or said again, moves nothing', async () => {
      const mine = await enrolled(8);
      const first = linked(mine, 'one');
      const old: Buffer[] = [];
      first.bus.onMessage((_topic, payload) => old.push(payload));
      for (let i = 0; i < 20; i += 1) mine.source.append('stock', { i });
      await until('held', () => mine.source.deliveredThrough() === 20);
      await first.link.stop();
      await first.bus.close();

      const at = { ca: township.authority.ca, key: makeTlsKey(random) };
      const user = { user: 'township-2' };
      const cert = township.authority.issue(user, publicTlsKey(at.key), null);
      write({ acl: `user ${user.user}\ntopic write cyt/1/#\n${mosquittoLists(township.access, now()).acl}` });
      await mosquitto.reload();
      const operator = open({ clientId: user.user, tls: () => ({ ...at, cert }) });
      await until('the operator is in', () => operator.connected());
      for (const payload of old) await operator.publish(mine.topic('down'), payload, { retain: true });

      const again = linked(mine, 'two');
      await until('connected', () => again.link.state().connected);
      mine.source.append('stock', {});
      await until('held on', () => mine.source.deliveredThrough() === 21);
      const before = JSON.stringify([
        mine.source.deliveredThrough(),
        mine.source.datasets(),
        mine.certificate.status(),
      ]);
      for (const payload of old) await operator.publish(mine.topic('down'), payload);
      mine.source.append('stock', {});
      await until('held on again', () => mine.source.deliveredThrough() === 22);
      expect(JSON.stringify([21, mine.source.datasets(), mine.certificate.status()])).toBe(before);
      const { refused } = again.link.state();
      expect(Object.keys(refused)).toEqual(['MESSAGE_REFUSED']);
      expect(refused.MESSAGE_REFUSED).toBeGreaterThan(old.length / 2);
      await refresh();
    });

    test('a code that has ended or has done its work opens nothing', async () => {
      const ended = township.invite(clinicOf(7), -1);
      const mine = await enrolled(7);
      await refresh();
      const door = (code: string) => enters({ url: enrolUrl, ...enrolLogin(code) });
      expect([await door(ended), await door(mine.code)]).toEqual(['BROKER_REFUSED', 'in']);
      const { link } = linked(mine);
      mine.source.append('stock', {});
      await until('held', () => mine.source.deliveredThrough() === 1);
      await refresh();
      expect(await door(mine.code)).toBe('BROKER_REFUSED');
      await link.stop();
    });

    test('a revoked box is let in by no door', async () => {
      const mine = await enrolled(9);
      const { bus } = linked(mine);
      mine.source.append('stock', {});
      await until('held', () => mine.source.deliveredThrough() === 1);
      township.store.ledgers.revoke(mine.keys.signing.kid, now());
      await refresh();
      const refused = JSON.stringify(township.receiver.refused());
      await bus.publish(mine.topic('up'), Buffer.from('x'));
      await bus.publish(mine.topic('state'), Buffer.from('x'), { retain: true });
      const theirs = await enrolled(1);
      linked(theirs);
      theirs.source.append('stock', {});
      await until('the others go on', () => theirs.source.deliveredThrough() === 1);
      expect(JSON.stringify(township.receiver.refused())).toBe(refused);
    });

    test('a box that comes on after it was revoked is told so, and nothing else', async () => {
      const [mine, theirs] = [await enrolled(2), await enrolled(3)];
      township.store.ledgers.revoke(mine.keys.signing.kid, now());
      await refresh();
      linked(mine);
      linked(theirs);
      await until('the other is in', () => theirs.source.receipts.length > 0);
      const shell = openTownshipStore(join(folder, 'township.db')); // another process has written something
      shell.invites.add('0'.repeat(32), Buffer.alloc(32), clinicOf(1), now());
      shell.close();
      await until('told', () => mine.source.standing().length > 0);
      expect(mine.source.standing()).toEqual(['0 BOX_REVOKED']);
      expect([mine.source.receipts, mine.source.installed]).toEqual([[], []]);
      expect(theirs.source.standing()).toEqual([]);
    });
  },
);
