import { FakeClock } from '../../drivers/testing/fake-clock.ts';
import { createModelBroker, type Faults, NO_FAULTS } from '../bus/model.ts';
import type { Bus } from '../bus/port.ts';
import { createLink, type Link } from '../clinic/link.ts';
import type { LinkOptions } from '../clinic/ports.ts';
import { presenceWill } from '../clinic/presence.ts';
import type { Dataset } from '../contract/datasets/manifest.ts';
import type { Enrolment } from '../contract/enrolment.ts';
import { sealMessage } from '../contract/frame.ts';
import type { Trust } from '../contract/keys.ts';
import type { DownMessage, UpMessage } from '../contract/messages.ts';
import { boxName, ledgerTopic } from '../contract/topics.ts';
import type { Clock } from '../ports.ts';
import { keysByKid, signDataset } from '../record/dataset.ts';
import {
  type BoxKeys,
  makeBoxKeys,
  makeTownshipKeys,
  readBoxKeys,
  readRoleKey,
  readTownshipKeys,
} from '../record/key-file.ts';
import type { CheckSignature } from '../record/record.ts';
import { sharedKey } from '../record/seal.ts';
import { signAdmission } from '../township/enrol/admission.ts';
import { createCredentials } from '../township/enrol/credentials.ts';
import { createEnrolmentService } from '../township/enrol/enrolment-service.ts';
import { createDatasets } from '../township/publish/datasets.ts';
import { createReceiver } from '../township/receive/receiver.ts';
import { type Db, openTownshipDb } from '../township/store/sqlite/schema.ts';
import { createSqliteStore } from '../township/store/sqlite/store.ts';
import { type MemorySource, memorySource } from './memory-source.ts';
import { seededRandom } from './seeded-random.ts';
import { clinicOf, memoryLog } from './world.ts';

const START = Date.parse('2026-11-22T00:00:00.000Z');
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');

export interface ModelBox {
  keys: BoxKeys;
  source: MemorySource;
  bus: Bus & { cut(): void };
  link: Link;
  log: ReturnType<typeof memoryLog>;
  topic(leaf: 'up' | 'down'): string;
  /** Publishes something in this box's name. */
  send(message: UpMessage, records?: string[]): Promise<void>;
  stop(): Promise<void>;
}

/** Signatures are checked at once: what libuv's threads do first is not a function of a seed. */
const atOnce: CheckSignature = async (key, message, signature) => key.verify(message, signature);

/** A township and boxes on the model broker: the real code, in virtual time, from a seed. */
export async function modelWorld(seed = 1, faults: Faults = { ...NO_FAULTS }) {
  const clock = new FakeClock(START);
  const random = seededRandom(seed);
  const broker = createModelBroker({ clock, random, faults });
  const made = makeTownshipKeys(random);
  const [keys, insurer] = [readTownshipKeys(made.township), readRoleKey(made.insurer, 'insurer')];
  const trust: Trust = { township: [keys.signing.jwk], insurer: [insurer.jwk], vendor: [] };
  const log = memoryLog();
  const spy = broker.bus();

  /** How far the township's own clock is from the time. */
  const townSkew = { ms: 0 };
  /** How far boxes are from the time that they say; null: they say none. */
  const boxSkew: { ms: number | null } = { ms: null };

  /** A township on a database; another one may take its place. */
  async function township(db: Db) {
    const store = createSqliteStore(db);
    const finders = {
      township: keysByKid(trust.township),
      insurer: keysByKid(trust.insurer),
      vendor: keysByKid([]),
    };
    const datasets = createDatasets(store, finders);
    const credentials = createCredentials(keys);
    const enrolment = createEnrolmentService({
      ...{ store, credentials, keys, trust, random },
      township: { code: 'T1', name: '某乡' },
    });
    const bus = broker.bus();
    // Its only timer looks for what another process has put into the database: here there is none.
    const seldom: Clock = {
      now: () => clock.now() + townSkew.ms,
      setTimeout: (run, ms) => clock.setTimeout(run, ms * 100),
      clearTimeout: (handle) => clock.clearTimeout(handle),
    };
    const receiver = createReceiver({
      bus,
      store,
      datasets,
      enrolment,
      keys,
      clock: seldom,
      random,
      log,
      check: atOnce,
    });
    await receiver.start();
    const stop = async () => {
      await bus.close();
      await receiver.stop();
    };
    return { db, store, datasets, receiver, bus, stop };
  }

  let town = await township(openTownshipDb(':memory:'));

  /** A box on the wire. The same keys and ledger twice make a clone. */
  function connect(
    boxKeys: BoxKeys,
    source: MemorySource,
    clinic = source.clinic,
    more: Pick<LinkOptions, 'certificate'> = {},
  ): ModelBox {
    const boot = Buffer.from(random(8)).toString('hex');
    const bus = broker.bus({ will: presenceWill(source, boot) });
    const facts = { ...clinicOf(1), fixmedins_code: clinic };
    const admitted = { ledger: source.ledger, clinic: facts, key: boxKeys.signing.jwk };
    const sealing = text(boxKeys.sealing.publicKey);
    const at = new Date(clock.now()).toISOString();
    const enrolment: Enrolment = {
      clinic: facts,
      township: {
        code: 'T1',
        name: '某乡',
        sealing: text(keys.sealing.publicKey),
        recovery: text(keys.recovery),
      },
      trust,
      mqtt: { username: boxName(clinic, source.ledger), password: '' },
      admission: signAdmission({ ...admitted, sealing, at }, keys),
    };
    const lines = memoryLog();
    const link = createLink({
      bus,
      source,
      ...boxKeys,
      ...more,
      enrolment,
      clock,
      random,
      log: lines,
      boot,
      time: () => (boxSkew.ms === null ? null : clock.now() + boxSkew.ms),
      status: () => ({ software: 'test', devices: [{ serial: 'SERIAL-1' }] }),
    });
    link.start();
    const pair = sharedKey(boxKeys.sealing, keys.sealing.publicKey);
    const topic = (leaf: 'up' | 'down') => ledgerTopic(source.clinic, source.ledger, leaf);
    return {
      keys: boxKeys,
      source,
      bus,
      link,
      log: lines,
      topic,
      send: (message, records) => spy.publish(topic('up'), sealMessage(pair, message, random, records)),
      async stop() {
        await link.stop();
        await bus.close();
      },
    };
  }

  function box(n = 1): ModelBox {
    const boxKeys = readBoxKeys(makeBoxKeys(random));
    const ledger = Buffer.from(random(16)).toString('hex');
    const { kid, jwk } = boxKeys.signing;
    const row = { kid, jwk, sealing: text(boxKeys.sealing.publicKey), ledger };
    town.store.ledgers.enrol(row, clinicOf(n), new Date(clock.now()).toISOString());
    return connect(boxKeys, memorySource(ledger, clinicOf(n).fixmedins_code, boxKeys.signing));
  }

  return {
    clock,
    townSkew,
    boxSkew,
    random,
    broker,
    faults,
    keys,
    insurer,
    log,
    /** A bus that may publish and subscribe anywhere, as a broker's operator could. */
    spy,
    box,
    connect,
    /** Lets time pass until something is done. */
    async during(work: Promise<void>): Promise<void> {
      let done = false;
      void work.finally(() => {
        done = true;
      });
      while (!done) await clock.advance(10);
    },
    town: () => town,
    /** The township goes on from another database, as after a restore. */
    async restore(db: Db): Promise<void> {
      await town.stop();
      town = await township(db);
    },
    dataset: (name: string, version: number, content: string, by = insurer, clinic = '*'): Dataset =>
      signDataset({ name, version, clinic, issued: '2026-11-22T00:00:00.000Z', content }, by),
    /** Publishes something to a box in the township's name. */
    sendDown(to: ModelBox, message: DownMessage): Promise<void> {
      const pair = sharedKey(keys.sealing, to.keys.sealing.publicKey);
      return spy.publish(to.topic('down'), sealMessage(pair, message, random));
    },
  };
}

export type ModelWorld = Awaited<ReturnType<typeof modelWorld>>;
