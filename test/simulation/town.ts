import Database from 'better-sqlite3';
import type { Dataset } from '../../sync/contract/datasets/manifest.ts';
import type { Enrolment } from '../../sync/contract/enrolment.ts';
import type { Trust } from '../../sync/contract/keys.ts';
import { keysByKid, signDataset } from '../../sync/record/dataset.ts';
import { makeTownshipKeys, readRoleKey, readTownshipKeys } from '../../sync/record/key-file.ts';
import type { CheckSignature, Head } from '../../sync/record/record.ts';
import { createCredentials } from '../../sync/township/enrol/credentials.ts';
import { createEnrolmentService } from '../../sync/township/enrol/enrolment-service.ts';
import { createDatasets } from '../../sync/township/publish/datasets.ts';
import { createReceiver, type Receiver } from '../../sync/township/receive/receiver.ts';
import { type Db, openTownshipDb } from '../../sync/township/store/sqlite/schema.ts';
import { createSqliteStore } from '../../sync/township/store/sqlite/store.ts';
import { faultyDb } from './faulty-db.ts';
import { Crash, createProcess, type Process } from './process.ts';
import type { Medium, Town, World } from './types.ts';

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
const clinicFacts = (fixmedins_code: string) => ({
  fixmedins_code,
  fixmedins_name: `${fixmedins_code}卫生室`,
  level: 'village',
  mode: 'integrated',
  admdvs: '140225',
});
/** Snapshots kept: a restore goes back at most so many days. */
const SNAPSHOTS_MAX = 3;
const CHECKED_LATE = 0.02;

/** The township: the real receiver over SQLite in memory, which stands for its disk. */
export function createTown(world: World): Town {
  const { time, chance, broker } = world;
  const made = makeTownshipKeys(chance.keys.bytes);
  const [keys, insurer] = [readTownshipKeys(made.township), readRoleKey(made.insurer, 'insurer')];
  const trust: Trust = { township: [keys.signing.jwk], insurer: [insurer.jwk], vendor: [] };
  const finders = {
    township: keysByKid(trust.township),
    insurer: keysByKid(trust.insurer),
    vendor: keysByKid([]),
  };
  const published: Dataset[] = [];
  const facts = { full: false };
  let snapshots: Buffer[] = [];
  let db = openTownshipDb(':memory:');
  let life: { process: Process; receiver: Receiver; datasets: ReturnType<typeof createDatasets> } | null =
    null;
  let last: Process | null = null;

  const point = (process: Process) => (at: 'write' | 'commit' | 'committed') => {
    if (at === 'committed') world.oracle.townTouched();
    if (!process.alive()) throw new Crash();
    const gone = process.point();
    if (gone === 'crash') throw new Crash();
    if (at !== 'committed' && (facts.full || gone)) throw new Error(`SQLITE_FULL, simulated, at ${at}`);
  };

  function start(): void {
    if (life) return;
    last?.leave();
    const onDeath = () => {
      life = null;
      world.note('township died');
      time.at(chance.faults.upTo(60_000), process.leave);
      time.at(chance.faults.wait(120_000), start);
    };
    const process = createProcess({ time, broker, skew: () => 0, offline: () => false, onDeath });
    last = process;
    const store = createSqliteStore(faultyDb(db, point(process)));
    const datasets = createDatasets(store, finders);
    const random = chance.product.bytes;
    const credentials = createCredentials(keys);
    const township = { code: 'T1', name: '某乡' };
    const enrolment = createEnrolmentService({ store, credentials, keys, trust, township, random });
    // Its only timer looks for what another process wrote into the database, and here there is none.
    const clock = {
      ...process.clock,
      setTimeout: (run: () => void, ms: number) => process.clock.setTimeout(run, ms * 100),
    };
    // Most signatures are checked at once, some only when later messages have come.
    const check: CheckSignature = (key, message, signature) =>
      new Promise((done) => {
        const say = () => done(key.verify(message, signature));
        if (chance.checks.happens(CHECKED_LATE)) process.clock.setTimeout(say, chance.checks.upTo(2_000));
        else say();
      });
    const receiver = createReceiver({
      bus: process.bus(),
      store,
      datasets,
      enrolment,
      keys,
      clock,
      random,
      log: world.log,
      check,
    });
    life = { process, receiver, datasets };
    void receiver.start();
    world.note('township started');
  }

  function add(dataset: Dataset): void {
    world.attempt(() => {
      createDatasets(createSqliteStore(db), finders).add(dataset);
      life?.receiver.offerAll();
    });
  }

  return {
    facts,
    start,
    life: () => life,
    db: (): Db => db,
    enrolmentOf: (clinic: string, ledger: string): Enrolment => ({
      clinic: clinicFacts(clinic),
      township: {
        code: 'T1',
        name: '某乡',
        sealing: text(keys.sealing.publicKey),
        recovery: text(keys.recovery),
      },
      trust,
      mqtt: { username: ledger, password: '' },
    }),
    /** Takes a new ledger in. A snapshot from before would not know it: those are thrown away. */
    enrol(clinic: string, { ledger, keys: box }: Medium): void {
      const { kid, jwk } = box.signing;
      const row = { kid, jwk, sealing: text(box.sealing.publicKey), ledger };
      createSqliteStore(db).ledgers.enrol(row, clinicFacts(clinic), new Date(time.now()).toISOString());
      snapshots = [];
    },
    /** As after a disaster elsewhere: what was copied before it is not used any more. */
    dropSnapshots(): void {
      snapshots = [];
    },
    heldOf(ledger: string): Head {
      const { through, hash } = db
        .prepare('SELECT through, hash FROM ledgers WHERE ledger = ?')
        .get(ledger) as {
        through: number;
        hash: string;
      };
      return { seq: through, hash };
    },
    /** The number of the last one about a ledger. */
    objections: (ledger: string): number =>
      (
        db.prepare('SELECT ifnull(max(n), 0) AS n FROM findings WHERE ledger = ?').get(ledger) as {
          n: number;
        }
      ).n,
    publish(name: string): void {
      const version = published.length + 1;
      const issued = new Date(time.now()).toISOString();
      published.push(
        signDataset({ name, version, clinic: '*', issued, content: `{"version":${version}}` }, insurer),
      );
      add(published.at(-1) as Dataset);
    },
    versions: () => published.length,
    snapshot(): void {
      snapshots = [db.serialize(), ...snapshots].slice(0, SNAPSHOTS_MAX);
    },
    hasSnapshot: () => snapshots.length > 0,
    /**
     * The township's disk is gone; it goes on from a snapshot. What it published since, it publishes again.
     */
    restore(): void {
      life?.process.die();
      world.oracle.townRestored();
      const image = chance.faults.pick(snapshots);
      snapshots = snapshots.slice(snapshots.indexOf(image));
      db = new Database(image);
      for (const dataset of published)
        world.attempt(() => createDatasets(createSqliteStore(db), finders).add(dataset));
      world.oracle.townTouched();
    },
  };
}
