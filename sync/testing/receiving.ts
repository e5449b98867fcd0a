import { randomBytes } from 'node:crypto';
import Database from 'better-sqlite3';
import { realClock as clock } from '../../drivers/testing/fake-clock.ts';
import { createMqttBus } from '../bus/mqtt.ts';
import { readTownshipKeys } from '../record/key-file.ts';
import { importPublicKey } from '../record/keys.ts';
import { jwkOf } from '../record/suite.ts';
import { createTownship } from '../township/township.ts';

/**
 * The receiving process of the drain benchmark and of the kill test, started with a JSON argument.
 * `township`: the real one. `floor`: the least that is still durable and checked, for the same batches from
 * the same broker: one native verification and one insert per record, one FULL commit per batch.
 */
interface Job {
  kind: 'township' | 'floor';
  path: string;
  url: string;
  keys: string;
  x: string;
  enrol: { kid: string; sealing: string; ledger: string; clinic: string };
}

const random = (bytes: number) => randomBytes(bytes);
const log = { info: () => undefined, warn: console.error, error: console.error };

async function township({ path, url, keys, x, enrol }: Job): Promise<void> {
  const town = await createTownship({
    path,
    township: { code: 'T', name: 'T' },
    keys: readTownshipKeys(keys),
    trust: { insurer: [], vendor: [] },
    clock,
    random,
    log,
    broker: { url },
  });
  const clinic = {
    fixmedins_code: enrol.clinic,
    fixmedins_name: 'x',
    level: 'village',
    mode: 'integrated',
    admdvs: '140225',
  };
  const box = {
    kid: enrol.kid,
    jwk: jwkOf(x),
    sealing: enrol.sealing,
  };
  if (!town.store.ledgers.get(enrol.ledger))
    town.store.ledgers.enrol({ ...box, ledger: enrol.ledger }, clinic, new Date().toISOString());
}

async function floor({ path, url, x }: Job): Promise<void> {
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec('CREATE TABLE records (seq INTEGER PRIMARY KEY, jws TEXT NOT NULL)');
  const insert = db.prepare('INSERT INTO records (jws) VALUES (?)');
  const key = importPublicKey(jwkOf(x));
  const take = db.transaction((records: string[]) => {
    for (const jws of records) {
      const dot = jws.lastIndexOf('.');
      if (!key.verify(Buffer.from(jws.slice(0, dot)), Buffer.from(jws.slice(dot + 1), 'base64url')))
        throw new Error('bad');
      insert.run(jws);
    }
  });
  const bus = createMqttBus({ url, clientId: 'floor', clock, random });
  bus.onMessage((_topic, payload) => {
    take(JSON.parse(payload.toString()));
    void bus.publish('floor/down', Buffer.from('held'));
  });
  await bus.subscribe('floor/up');
}

const job = JSON.parse(process.argv[2] ?? '{}') as Job;
await (job.kind === 'township' ? township(job) : floor(job));
process.send?.('ready');
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ rss: process.memoryUsage().rss, cpu_ms: (user + system) / 1_000 });
});
