import { createMqttBus, type MqttBusOptions } from '../bus/mqtt.ts';
import type { EnrolledClinic } from '../contract/enrolment.ts';
import type { PublicJwk, Trust } from '../contract/keys.ts';
import type { SyncError } from '../errors.ts';
import type { Clock, Log, Random } from '../ports.ts';
import { type Dataset, keysByKid } from '../record/dataset.ts';
import type { TownshipKeys } from '../record/key-file.ts';
import { secretPem, signingKeyOfSeed } from '../record/keys.ts';
import { RECEIVER, startBroker } from './broker/aedes.ts';
import type { Authority } from './enrol/authority.ts';
import { createEnrolDesk } from './enrol/enrolment-service.ts';
import { createDatasets } from './publish/datasets.ts';
import { createReceiver } from './receive/receiver.ts';
import { openTownshipDb } from './store/schema.ts';
import { createStore } from './store/store.ts';

export { makeTownshipKeys, readRecoveryKey, readRoleKey, readTownshipKeys } from '../record/key-file.ts';

export interface TownshipOptions {
  /** File of the database. */
  path: string;
  township: { code: string; name: string };
  keys: TownshipKeys;
  /** Public keys of the others who may sign datasets. */
  trust: { insurer: PublicJwk[]; vendor: PublicJwk[] };
  clock: Clock;
  random: Random;
  log: Log;
  /** Where the embedded broker listens, or the one to log in to. */
  broker: { host: string; port: number } | { url: string };
}

/** What the shell needs of a township's store, beside a running township or without one. */
export function openTownshipOffice(options: Omit<TownshipOptions, 'broker' | 'log'>) {
  const { path, keys, township, random, clock } = options;
  const db = openTownshipDb(path);
  const trust: Trust = { ...options.trust, township: [keys.signing.jwk] };
  const store = createStore(db);
  const finders = {
    township: keysByKid(trust.township),
    insurer: keysByKid(trust.insurer),
    vendor: keysByKid(trust.vendor),
  };
  const datasets = createDatasets(db, finders);
  const desk = createEnrolDesk({ store, keys, trust, township, random });
  return {
    db,
    store,
    datasets,
    desk,
    /** A one-time code for a clinic, good for so many days. */
    invite: (clinic: EnrolledClinic, days: number) =>
      desk.invite(clinic, new Date(clock.now() + days * 86_400_000).toISOString()),
    close: () => db.close(),
  };
}

const RECEIVER_DAYS = 3_650;

/** The receiver comes to a broker like a box, with a certificate under its own name; the key lives as long as the process. */
function receiverTls(authority: Authority, random: Random, clock: Clock): MqttBusOptions['tls'] {
  const seed = random(32);
  const until = clock.now() + RECEIVER_DAYS * 86_400_000;
  const cert = authority.issue({ user: RECEIVER }, signingKeyOfSeed(seed).jwk, until);
  return () => ({ ca: authority.ca, cert, key: secretPem(seed) });
}

/** A whole township: broker (unless it has one), receiver, store. */
export async function createTownship(options: TownshipOptions) {
  const { keys, clock, random, log } = options;
  const office = openTownshipOffice(options);
  const password = Buffer.from(random(16)).toString('base64url');
  const embedded =
    'url' in options.broker
      ? undefined
      : await startBroker({ desk: office.desk, log, password, ...options.broker });
  const { store, datasets, desk } = office;
  const line =
    'url' in options.broker
      ? { ...options.broker, tls: receiverTls(desk.authority, random, clock) }
      : { password, url: `mqtt://127.0.0.1:${embedded?.port}` };
  const bus = createMqttBus({ clientId: RECEIVER, username: RECEIVER, ...line, clock, random });
  let said: string | undefined;
  bus.onState((connected, why) => {
    const code = connected ? undefined : (why?.code ?? 'LINK_DOWN');
    if (code === said) return;
    said = code;
    if (code !== undefined) log.warn({ code, why: why?.message }, 'no connection to the broker');
  });
  const failure = Promise.withResolvers<SyncError>();
  const receiver = createReceiver({
    ...{ bus, store, datasets, desk, keys, clock, random, log },
    onFailed: failure.resolve,
    check: (key, message, signature) => key.check(message, signature),
  });
  await receiver.start();
  return {
    ...office,
    /** Of the embedded broker. */
    port: embedded?.port,
    broker: embedded,
    receiver,
    /** Resolves when its disk has failed: the process must end without `close`, which would write. */
    failed: failure.promise,
    /** Takes a signed dataset in and sends it to every box it is for. */
    publish(dataset: Dataset) {
      const manifest = datasets.add(dataset);
      receiver.offerAll();
      return manifest;
    },
    async close(): Promise<void> {
      await bus.close();
      await receiver.stop();
      await embedded?.close();
      office.close();
    },
  };
}

export type Township = Awaited<ReturnType<typeof createTownship>>;
