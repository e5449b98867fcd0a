import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createLink } from '../../sync/link.ts';
import { createMqttBus } from '../../sync/mqtt-bus.ts';
import { makeBoxKeys, makeTownshipKeys, readBoxKeys, readTownshipKeys } from '../../sync/record/key-file.ts';
import { memorySource } from '../../sync/testing/memory-source.ts';
import { startMosquitto } from '../../sync/testing/mosquitto.ts';
import { clinicOf, clock, memoryLog, random, settlementBody } from '../../sync/testing/world.ts';
import { BATCH_BYTES_MAX, BATCH_COUNT_MAX, WINDOW } from '../../sync/wire/messages.ts';

/**
 * How quickly a ledger's records get to the township, durably receipted, over Mosquitto – against a floor that carries, verifies and
 * stores the same batches, and against one record at a time. Records are in memory here: reading them from the ledger is not measured.
 * node test/bench/drain.ts [records]
 */
const RECORDS = Number(process.argv[2] ?? 100_000);
const ONE_BY_ONE = Math.min(RECORDS, 2_000);
const enrolled = { clinic: clinicOf(1).fixmedins_code, ledger: Buffer.from(random(16)).toString('hex') };
const keys = readBoxKeys(makeBoxKeys(random));
const townshipFile = makeTownshipKeys(random).township;
const townshipKeys = readTownshipKeys(townshipFile);
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');

const source = memorySource(enrolled.ledger, enrolled.clinic, keys.signing);
const note = { trace: 'x'.repeat(1_500) };
for (let i = 1; i <= RECORDS; i += 1)
  source.append('settlement', {
    ...settlementBody(i, `P${i % 3_000}`, i % 5_000),
    ...note,
    datasets: { bundle: null },
  });
const bytes = source.jws.reduce((sum, jws) => sum + jws.length, 0);

const broker = await startMosquitto('allow_anonymous true\n');
const url = `mqtt://127.0.0.1:${broker.port()}`;

async function receiving(kind: 'township' | 'floor', name: string): Promise<ChildProcess> {
  const enrol = { kid: keys.signing.kid, sealing: text(keys.sealing.publicKey), ...enrolled };
  const job = {
    kind,
    path: join(broker.folder, name),
    url,
    keys: townshipFile,
    x: keys.signing.jwk.x,
    enrol,
  };
  const child = fork(join(import.meta.dirname, '../../sync/testing/receiving.ts'), [JSON.stringify(job)]);
  await once(child, 'message');
  await new Promise((done) => setTimeout(done, 1_500)); // both are subscribed
  return child;
}

async function rssOf(child: ChildProcess): Promise<number> {
  child.send('rss');
  return (await once(child, 'message'))[0] as number;
}

async function stop(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function drain(name: string, count: number, one: boolean) {
  const child = await receiving('township', name);
  const end = source.jws.length;
  source.hold('', 0);
  const bus = createMqttBus({ url, clientId: name, clock, random });
  const read = (after: number, count_max: number, bytes_max: number) =>
    source.read(after, one ? 1 : count_max, bytes_max);
  const head = () => ({ ...source.head(), seq: count });
  const part = count === end ? source : { ...source, head, read };
  const link = createLink({
    bus,
    source: one ? part : source,
    ...keys,
    enrolment: {
      clinic: clinicOf(1),
      township: {
        code: 'T',
        name: 'T',
        sealing: text(townshipKeys.sealing.publicKey),
        recovery: text(townshipKeys.recovery),
      },
      trust: { township: [townshipKeys.signing.jwk], insurer: [], vendor: [] },
      mqtt: { username: 'x', password: '' },
    },
    clock,
    random,
    log: memoryLog(),
    boot: 'bench',
    status: () => ({}),
  });
  let began = 0;
  bus.onState((connected) => {
    if (connected && began === 0) began = performance.now();
  });
  const before = { town: await rssOf(child), box: process.memoryUsage().rss };
  link.start();
  let most = before.town;
  while (source.held() < count) {
    await new Promise((done) => setTimeout(done, one ? 20 : 100));
    if (!one) most = Math.max(most, await rssOf(child));
  }
  const seconds = (performance.now() - began) / 1_000;
  await link.stop();
  await bus.close();
  await stop(child);
  return { seconds, townRss: most - before.town, boxRss: process.memoryUsage().rss - before.box };
}

async function floor() {
  const child = await receiving('floor', 'floor.db');
  const bus = createMqttBus({ url, clientId: 'publisher', clock, random });
  let [after, flying] = [0, 0];
  const done = Promise.withResolvers<void>();
  const pump = () => {
    while (flying < WINDOW && after < RECORDS) {
      const records = source.read(after, BATCH_COUNT_MAX, BATCH_BYTES_MAX);
      after += records.length;
      flying += 1;
      void bus.publish('floor/up', Buffer.from(JSON.stringify(records)));
    }
  };
  bus.onMessage(() => {
    flying -= 1;
    pump();
    if (flying === 0) done.resolve();
  });
  await bus.subscribe('floor/down');
  const up = Promise.withResolvers<void>();
  bus.onState((connected) => connected && up.resolve());
  await up.promise;
  const before = await rssOf(child);
  const began = performance.now();
  pump();
  await done.promise;
  const seconds = (performance.now() - began) / 1_000;
  const grown = (await rssOf(child)) - before;
  await bus.close();
  await stop(child);
  return { seconds, grown };
}

const least = await floor();
const real = await drain('town.db', RECORDS, false);
const single = await drain('one.db', ONE_BY_ONE, true);
await broker.close();
const mb = (bytes: number) => Number((bytes / 1_048_576).toFixed(1));
const per_s = (count: number, seconds: number) => Math.round(count / seconds);
const figures = {
  records: RECORDS,
  record_bytes: Math.round(bytes / RECORDS),
  per_s: per_s(RECORDS, real.seconds),
  floor_per_s: per_s(RECORDS, least.seconds),
  floor_ratio: Number((least.seconds / real.seconds).toFixed(2)),
  one_by_one_per_s: per_s(ONE_BY_ONE, single.seconds),
  one_by_one_ratio: Number((RECORDS / real.seconds / (ONE_BY_ONE / single.seconds)).toFixed(1)),
  township_growth_mib: mb(real.townRss),
  floor_growth_mib: mb(least.grown),
  box_growth_mib: mb(real.boxRss),
};
for (const [name, value] of Object.entries(figures)) console.log(`bench drain.${name} ${value}`);
process.exit(0);
