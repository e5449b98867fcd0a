import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { createLink } from '../clinic/link.ts';
import { makeBoxKeys, makeTownshipKeys, readBoxKeys, readTownshipKeys } from '../record/key-file.ts';
import { memorySource } from '../testing/memory-source.ts';
import { mosquittoHere, startMosquitto } from '../testing/mosquitto.ts';
import { clinicOf, clock, memoryLog, quick, random, settlementBody, until } from '../testing/world.ts';
import { verifyTownship } from '../township/book/verify.ts';
import { openTownshipStore } from '../township/store/sqlite/store.ts';
import { createMqttBus } from './mqtt.ts';

/**
 * With hundreds of records on the way at each; test/kills has all three processes, many more kills, and one
 * settlement at a time.
 */
const KILLS = 3;
/** A slow machine gets no backlog that it cannot carry off within the test. */
const UNHELD_MAX = 1_000;
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');

test.skipIf(!mosquittoHere())(
  `a township and a Mosquitto killed ${KILLS} times in the middle of it lose nothing that was receipted, and nothing comes twice`,
  async () => {
    const clinic = clinicOf(1);
    const ledger = Buffer.from(random(16)).toString('hex');
    const keys = readBoxKeys(makeBoxKeys(random));
    const file = makeTownshipKeys(random).township;
    const { signing, sealing, recovery } = readTownshipKeys(file);
    const source = memorySource(ledger, clinic.fixmedins_code, keys.signing);
    const broker = await startMosquitto('allow_anonymous true\n');
    const url = `mqtt://127.0.0.1:${broker.port()}`;
    const path = join(broker.folder, 'township.db');
    const enrol = {
      kid: keys.signing.kid,
      sealing: text(keys.sealing.publicKey),
      ledger,
      clinic: source.clinic,
    };
    const job = JSON.stringify({ kind: 'township', path, url, keys: file, x: keys.signing.jwk.x, enrol });

    async function startTownship(): Promise<ChildProcess> {
      const child = fork(join(import.meta.dirname, '../testing/receiving.ts'), [job], { stdio: 'ignore' });
      const ended = once(child, 'exit').then(([code]) =>
        Promise.reject(new Error(`the township ended with ${code}`)),
      );
      await Promise.race([once(child, 'message'), ended]);
      ended.catch(() => undefined);
      return child;
    }
    let town = await startTownship();
    const bus = createMqttBus({ url, clientId: ledger, clock, random, backoff: quick });
    const enrolment = {
      clinic,
      township: { code: 'T', name: 'T', sealing: text(sealing.publicKey), recovery: text(recovery) },
      trust: { township: [signing.jwk], insurer: [], vendor: [] },
      mqtt: { username: ledger, password: '' },
    };
    const options = {
      bus,
      source,
      ...keys,
      enrolment,
      clock,
      random,
      log: memoryLog(),
      boot: 'b',
      status: () => ({}),
    };
    const link = createLink(options);
    link.start();
    const settle = () =>
      source.append('settlement', settlementBody(source.head().seq + 1, `P${source.head().seq % 9}`, 1));
    const busy = setInterval(() => {
      for (let i = 0; i < 5 && source.head().seq - source.deliveredThrough() < UNHELD_MAX; i += 1) settle();
    }, 10);

    const held: number[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      const before = source.deliveredThrough();
      await until('it moves', () => source.deliveredThrough() > before);
      await new Promise((done) => setTimeout(done, (random(1)[0] as number) / 2));
      if (kill % 3 === 2) await broker.restart();
      town.kill('SIGKILL');
      const receipted = source.deliveredThrough();
      await once(town, 'exit');
      const db = new Database(path, { readonly: true });
      const { through } = db.prepare('SELECT through FROM ledgers').get() as { through: number };
      db.close();
      expect(through).toBeGreaterThanOrEqual(receipted);
      held.push(receipted);
      town = await startTownship();
    }
    clearInterval(busy);
    await until('all is held', () => source.deliveredThrough() === source.head().seq);
    await link.stop();
    await bus.close();
    town.kill('SIGKILL');
    await once(town, 'exit');
    const store = openTownshipStore(path);
    expect(verifyTownship(store)).toMatchObject({ ok: true, records: source.head().seq });
    store.close();
    await broker.close();
    expect(source.forks).toEqual([]);
    expect(held.at(-1)).toBeGreaterThan(0);
  },
  600_000,
);
