import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Bus } from '../bus.ts';
import { type Enrolment, enrolAtTownship } from '../enrol.ts';
import { boxLogin, createLink, enrolLogin, presenceWill } from '../link.ts';
import { createMqttBus } from '../mqtt-bus.ts';
import { makeBoxKeys, makeTownshipKeys, readBoxKeys, readTownshipKeys } from '../record/key-file.ts';
import { type Certified, testAuthority } from '../testing/certificates.ts';
import { type MemorySource, memorySource } from '../testing/memory-source.ts';
import { freePort, type Mosquitto, mosquittoHere, startMosquitto } from '../testing/mosquitto.ts';
import { clinicOf, clock, memoryLog, quick, random, until } from '../testing/world.ts';
import { ledgerTopic } from '../wire/topics.ts';
import { createTownship, type Township } from './main.ts';
import { mosquittoAcl, mosquittoPassword } from './mosquitto.ts';
import { verifyTownship } from './verify.ts';

/** Two doors: with a certificate for who is enrolled, without one for who is not. */
const settings = (enrolPort: number) => `per_listener_settings true
listener PORT 127.0.0.1
cafile FOLDER/ca.pem
certfile FOLDER/server.pem
keyfile FOLDER/server.key
require_certificate true
use_identity_as_username true
use_username_as_clientid true
acl_file FOLDER/acl
max_packet_size 9000000
listener ${enrolPort} 127.0.0.1
allow_anonymous true
acl_file FOLDER/acl
`;

test('passwords are written as mosquitto_passwd writes them', () => {
  expect(mosquittoPassword('u', 'p', random)).toMatch(
    /^u:\$7\$101\$[A-Za-z0-9+/]{16}\$[A-Za-z0-9+/]{86}==\n$/,
  );
});

describe.skipIf(!mosquittoHere())(
  'Mosquitto with certificates and an ACL (apt-get install -y mosquitto)',
  () => {
    const authority = testAuthority();
    const folder = mkdtempSync(join(tmpdir(), 'cyt-tls-'));
    const buses: Bus[] = [];
    let mosquitto: Mosquitto;
    let township: Township;
    let enrolUrl: string;
    let url: string;

    beforeAll(async () => {
      const server = authority.issue('127.0.0.1');
      const enrolPort = await freePort();
      const acl = 'user township\ntopic readwrite cyt/1/#\n';
      const files = { 'ca.pem': authority.ca, 'server.pem': server.cert, 'server.key': server.key, acl };
      mosquitto = await startMosquitto(settings(enrolPort), files);
      [url, enrolUrl] = [`mqtts://127.0.0.1:${mosquitto.port()}`, `mqtt://127.0.0.1:${enrolPort}`];
      township = await createTownship({
        path: join(folder, 'township.db'),
        township: { code: 'T1', name: '某乡' },
        keys: readTownshipKeys(makeTownshipKeys(random).township),
        trust: { insurer: [], vendor: [] },
        clock,
        random,
        log: memoryLog(),
        broker: {
          url,
          username: 'township',
          password: '',
          tls: { ca: authority.ca, ...authority.issue('township') },
        },
      });
      allow();
    });
    afterAll(async () => {
      for (const bus of buses) await bus.close();
      await township.close();
      await mosquitto.close();
      authority.close();
      rmSync(folder, { recursive: true });
    });

    const allow = () => mosquitto.reload('acl', mosquittoAcl(township.db, 'township'));

    function busOf(source: MemorySource, enrolment: Enrolment, certified?: Certified): Bus {
      const tls = { ca: authority.ca, ...certified };
      const will = presenceWill(source, 'boot');
      const bus = createMqttBus({
        url,
        ...boxLogin(enrolment, source.ledger),
        will,
        tls,
        clock,
        random,
        backoff: quick,
      });
      buses.push(bus);
      return bus;
    }

    async function enrolled(n: number) {
      const [keys, ledger] = [readBoxKeys(makeBoxKeys(random)), Buffer.from(random(16)).toString('hex')];
      const bus = createMqttBus({ url: enrolUrl, ...enrolLogin(random), clock, random, backoff: quick });
      buses.push(bus);
      const code = township.invite(clinicOf(n), 1);
      const enrolment = await enrolAtTownship({
        bus,
        code,
        box: { ...keys, ledger },
        random,
        clock,
        timeout_ms: 15_000,
      });
      const source = memorySource(ledger, enrolment.clinic.fixmedins_code, keys.signing);
      return { keys, source, enrolment, certified: authority.issue(ledger) };
    }

    test('the whole path, through a killed and restarted broker; nobody else gets in between', async () => {
      const [mine, theirs] = [await enrolled(1), await enrolled(2)];
      allow();
      const bus = busOf(mine.source, mine.enrolment, mine.certified);
      const link = createLink({
        ...mine,
        ...mine.keys,
        bus,
        clock,
        random,
        log: memoryLog(),
        boot: 'b',
        status: () => ({}),
      });
      link.start();
      for (let i = 0; i < 100; i += 1) mine.source.append('stock', { i });
      await until('held', () => mine.source.held() === 100);
      await mosquitto.kill();
      for (let i = 0; i < 100; i += 1) mine.source.append('stock', { i });
      await mosquitto.start();
      await until('held again', () => mine.source.held() === 200);
      expect(verifyTownship(township.db)).toMatchObject({ ok: true, records: 200 });

      const spy = busOf(theirs.source, theirs.enrolment, theirs.certified);
      const heard: string[] = [];
      spy.onMessage((topic) => heard.push(topic));
      await spy.subscribe('#');
      await until('the spy is in', () => spy.connected());
      const refused = JSON.stringify(township.receiver.refused());
      const up = ledgerTopic(mine.source.clinic, mine.source.ledger, 'up');
      await spy.publish(up, Buffer.from('x')); // acknowledged, and thrown away
      await spy.publish(ledgerTopic(mine.source.clinic, mine.source.ledger, 'down'), Buffer.from('x'));
      mine.source.append('stock', {});
      await until('the box goes on', () => mine.source.held() === 201);
      expect(heard).toEqual([]);
      expect(JSON.stringify(township.receiver.refused())).toBe(refused);
      expect(link.state().refused).toEqual({});
      await link.stop();
    });

    test('no certificate, or one of another authority, gets nobody in', async () => {
      const other = testAuthority();
      const { source, enrolment } = await enrolled(3);
      for (const certified of [undefined, other.issue(source.ledger)]) {
        const bus = busOf(source, enrolment, certified);
        let tries = 0;
        bus.onState(() => {
          tries += 1;
        });
        await until('it has tried', () => tries >= 3);
        expect(bus.connected()).toBe(false);
        await bus.close();
      }
      other.close();
    });
  },
);
