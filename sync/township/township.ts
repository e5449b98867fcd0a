import type { Day } from '../../policy/index.ts';
import { createMqttBus } from '../bus/mqtt.ts';
import type { MqttBusOptions } from '../bus/mqtt-connection.ts';
import type { Bus } from '../bus/port.ts';
import type { Dataset, DatasetManifest } from '../contract/datasets/manifest.ts';
import type { EnrolledClinic } from '../contract/enrolment.ts';
import type { PublicJwk, Trust } from '../contract/keys.ts';
import type { SyncError } from '../errors.ts';
import type { Clock, Log, Random } from '../ports.ts';
import { keysByKid } from '../record/dataset.ts';
import type { TownshipKeys } from '../record/key-file.ts';
import { secretPem, signingKeyOfSeed } from '../record/keys.ts';
import { type Broker, RECEIVER, startBroker } from './broker/aedes.ts';
import { createTownshipClock, type TownshipClock } from './clock.ts';
import { type BrokerAccess, createBrokerAccess } from './enrol/access.ts';
import type { Authority } from './enrol/authority.ts';
import { createCredentials } from './enrol/credentials.ts';
import { createEnrolmentService, type EnrolmentService } from './enrol/enrolment-service.ts';
import { createDatasets, type TownshipDatasets } from './publish/datasets.ts';
import { createReceiver, type Receiver } from './receive/receiver.ts';
import type { TownshipStore } from './store/port.ts';
import { openTownshipStore } from './store/sqlite/store.ts';

export interface TownshipOptions {
  /** File of the database. */
  path: string;
  township: { code: string; name: string };
  keys: TownshipKeys;
  /** Public keys of the others who may sign datasets. */
  trust: { insurer: PublicJwk[]; vendor: PublicJwk[] };
  clock: Clock;
  /** ms since the machine was started; absent: the clock runs evenly. */
  uptime?: () => number;
  /** The day that the operator says it is: the clock is right when it says the same. */
  today?: Day;
  random: Random;
  log: Log;
  /** Where the embedded broker listens, or the one to log in to. */
  broker: { host: string; port: number } | { url: string };
}

/** What the shell needs of a township's store, beside a running township or without one. */
export interface TownshipOffice {
  store: TownshipStore;
  datasets: TownshipDatasets;
  enrolment: EnrolmentService;
  access: BrokerAccess;
  authority: Authority;
  clock: TownshipClock;
  /** A one-time code for a clinic, valid for so many days. */
  invite(clinic: EnrolledClinic, days: number): string;
  close(): void;
}

export function openTownshipOffice(options: Omit<TownshipOptions, 'broker' | 'log'>): TownshipOffice {
  const { path, keys, township, random, clock, uptime, today } = options;
  const trust: Trust = { ...options.trust, township: [keys.signing.jwk] };
  const store = openTownshipStore(path);
  const datasets = createDatasets(store, {
    township: keysByKid(trust.township),
    insurer: keysByKid(trust.insurer),
    vendor: keysByKid(trust.vendor),
  });
  const credentials = createCredentials(keys);
  const enrolment = createEnrolmentService({ store, credentials, keys, trust, township, random });
  return {
    store,
    datasets,
    enrolment,
    access: createBrokerAccess(store, credentials),
    authority: credentials.authority,
    clock: createTownshipClock({
      ...{ clock, store },
      ...(uptime ? { uptime } : {}),
      ...(today ? { today } : {}),
    }),
    invite: (clinic, days) =>
      enrolment.invite(clinic, new Date(clock.now() + days * 86_400_000).toISOString()),
    close: () => store.close(),
  };
}

const RECEIVER_DAYS = 3_650;

/**
 * The receiver logs in like a box, with a certificate under its own name; the key lives as long as the
 * process.
 */
function receiverTls(authority: Authority, random: Random, clock: Clock): MqttBusOptions['tls'] {
  const seed = random(32);
  const until = clock.now() + RECEIVER_DAYS * 86_400_000;
  const cert = authority.issue({ user: RECEIVER }, signingKeyOfSeed(seed).jwk, until);
  return () => ({ ca: authority.ca, cert, key: secretPem(seed) });
}

export interface Township extends TownshipOffice {
  /** Of the embedded broker. */
  port: number | undefined;
  broker: Broker | undefined;
  receiver: Receiver;
  /** Resolves when its disk has failed: the process must end without `close`, which would write. */
  failed: Promise<SyncError>;
  /** Stores a signed dataset and sends it to every box it is for. */
  publish(dataset: Dataset): DatasetManifest;
  close(): Promise<void>;
}

/** A whole township: broker (unless it has one), receiver, store. */
export async function createTownship(options: TownshipOptions): Promise<Township> {
  const { keys, clock, random, log } = options;
  const office = openTownshipOffice(options);
  const { store, datasets, enrolment, access, authority } = office;
  const password = Buffer.from(random(16)).toString('base64url');
  const embedded =
    'url' in options.broker
      ? undefined
      : await startBroker({ access, clock, log, password, ...options.broker });
  const line =
    'url' in options.broker
      ? { ...options.broker, tls: receiverTls(authority, random, clock) }
      : { password, url: `mqtt://127.0.0.1:${embedded?.port}` };
  const bus = createMqttBus({ clientId: RECEIVER, username: RECEIVER, ...line, clock, random });
  logConnection(bus, log);
  const failure = Promise.withResolvers<SyncError>();
  const receiver = createReceiver({
    ...{ bus, store, datasets, enrolment, keys, clock, random, log, townshipClock: office.clock },
    onFailed: failure.resolve,
    check: (key, message, signature) => key.check(message, signature),
  });
  await receiver.start();
  return {
    ...office,
    port: embedded?.port,
    broker: embedded,
    receiver,
    failed: failure.promise,
    publish(dataset) {
      const manifest = datasets.add(dataset);
      receiver.offerAll();
      return manifest;
    },
    async close() {
      await bus.close();
      await receiver.stop();
      await embedded?.close();
      office.close();
    },
  };
}

/** One line for each new reason, not for each attempt. */
function logConnection(bus: Bus, log: Log): void {
  let logged: string | undefined;
  bus.onState((connected, why) => {
    const code = connected ? undefined : (why?.code ?? 'LINK_DOWN');
    if (code === logged) return;
    logged = code;
    if (code !== undefined) log.warn({ code, why: why?.message }, 'no connection to the broker');
  });
}
