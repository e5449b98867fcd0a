import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createMqttBus } from '../../sync/bus/mqtt.ts';
import type { Bus } from '../../sync/bus/port.ts';
import { createLink } from '../../sync/clinic/link.ts';
import { BATCH_BYTES_MAX, BATCH_COUNT_MAX, WINDOW } from '../../sync/contract/limits.ts';
import { makeBoxKeys, makeTownshipKeys, readBoxKeys, readTownshipKeys } from '../../sync/record/key-file.ts';
import { memorySource } from '../../sync/testing/memory-source.ts';
import { startMosquitto } from '../../sync/testing/mosquitto.ts';
import { clinicOf, clock, memoryLog, random } from '../../sync/testing/world.ts';
import { FLAGS } from '../flags.ts';
import { settlementsOfVectors } from '../priced.ts';

/**
 * How quickly a ledger's records get to the township, durably receipted, over Mosquitto – against a floor
 * that carries, verifies and stores the same batches, and against one record at a time. Records are in memory
 * here: reading them from the ledger is not measured.
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
const bodyOf = settlementsOfVectors();
for (let i = 1; i <= RECORDS; i += 1) source.append('settlement', bodyOf(i, `P${i % 3_000}`));
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
  const file = join(import.meta.dirname, '../../sync/testing/receiving.ts');
  const child = fork(file, [JSON.stringify(job)], { execArgv: FLAGS });
  await once(child, 'message');
  await new Promise((done) => setTimeout(done, 1_500)); // both are subscribed
  return child;
}

interface Look {
  /** Resident memory, bytes. */
  rss: number;
  /** Of all its threads, since it began. */
  cpu_ms: number;
}

async function look(child: ChildProcess): Promise<Look> {
  child.send('look');
  return (await once(child, 'message'))[0] as Look;
}

/** Memory of a receiving process as it goes: it must not grow with what it takes. */
function watch(child: ChildProcess, begin: Look) {
  let last = begin;
  let most = begin.rss;
  const marks: Record<string, number> = {};
  return {
    async see(share: number): Promise<void> {
      last = await look(child);
      most = Math.max(most, last.rss);
      for (const mark of [0.2, 0.5, 1])
        if (share >= mark) marks[`at_${mark * 100}_percent`] ??= last.rss - begin.rss;
    },
    /** Growth to the highest and at each mark, bytes; processor time. */
    found: () => ({ most: most - begin.rss, marks, cpu_ms: last.cpu_ms - begin.cpu_ms }),
  };
}

async function stop(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function drain(name: string, count: number, one: boolean) {
  const child = await receiving('township', name);
  const end = source.jws.length;
  source.acknowledge('', 0);
  let sent = 0;
  const line = createMqttBus({ url, clientId: name, clock, random });
  const bus: Bus = {
    ...line,
    publish(topic, payload, options) {
      sent += payload.length;
      return line.publish(topic, payload, options);
    },
  };
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
  const memory = watch(child, await look(child));
  const before = process.memoryUsage().rss;
  link.start();
  while (source.deliveredThrough() < count) {
    await new Promise((done) => setTimeout(done, one ? 20 : 100));
    if (!one) await memory.see(source.deliveredThrough() / count);
  }
  const seconds = (performance.now() - began) / 1_000;
  await memory.see(1);
  await link.stop();
  await bus.close();
  await stop(child);
  return { seconds, sent, town: memory.found(), boxRss: process.memoryUsage().rss - before };
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
  const memory = watch(child, await look(child));
  const began = performance.now();
  pump();
  let over = false;
  const end = done.promise.finally(() => {
    over = true;
  });
  while (!over) {
    await Promise.race([end, new Promise((next) => setTimeout(next, 100))]);
    await memory.see(after / RECORDS);
  }
  const seconds = (performance.now() - began) / 1_000;
  await bus.close();
  await stop(child);
  return { seconds, ...memory.found() };
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
  wire_bytes_per_record: Math.round(real.sent / RECORDS),
  one_by_one_wire_bytes_per_record: Math.round(single.sent / ONE_BY_ONE),
  per_s: per_s(RECORDS, real.seconds),
  floor_per_s: per_s(RECORDS, least.seconds),
  floor_ratio: Number((least.seconds / real.seconds).toFixed(2)),
  one_by_one_per_s: per_s(ONE_BY_ONE, single.seconds),
  one_by_one_ratio: Number((RECORDS / real.seconds / (ONE_BY_ONE / single.seconds)).toFixed(1)),
  cpu_us_per_record: Math.round((real.town.cpu_ms / RECORDS) * 1_000),
  floor_cpu_us_per_record: Math.round((least.cpu_ms / RECORDS) * 1_000),
  township_growth_mib: mb(real.town.most),
  ...Object.fromEntries(
    Object.entries(real.town.marks).map(([at, grown]) => [`township_growth_${at}_mib`, mb(grown)]),
  ),
  floor_growth_mib: mb(least.most),
  box_growth_mib: mb(real.boxRss),
};
for (const [name, value] of Object.entries(figures)) console.log(`bench drain.${name} ${value}`);
process.exit(0);
