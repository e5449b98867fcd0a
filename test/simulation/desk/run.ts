import Database from 'better-sqlite3';
import { ModelDisk } from '../../../gateway/ledger/index.ts';
import { type Faults, NO_FAULTS } from '../../../sync/model-bus.ts';
import { makeBoxKeys, readBoxKeys } from '../../../sync/record/key-file.ts';
import { type ModelBox, modelWorld } from '../../../sync/testing/model-world.ts';
import { seededRandom } from '../../../sync/testing/sim.ts';
import { clinicOf } from '../../../sync/testing/world.ts';
import { passwordHash } from '../../../sync/township/enrol.ts';
import { verifyTownship } from '../../../sync/township/verify.ts';
import { boot, type Clinic, faultsOf, pullPlug, ROOMY, reverseOne, settleOpen, withPower } from './clinic.ts';

export interface SimReport {
  seed: number;
  /** Of virtual time, times clinics. */
  clinic_days: number;
  settlements: number;
  crashes: number;
  faults: string[];
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const STORM: Faults = {
  loss: 0.1,
  doubling: 0.2,
  delay_ms_max: 30_000,
  reorder: true,
  reconnect_ms_max: 60_000,
};
/** Everything is looked at after so many steps, and whenever something has crashed. */
const STEPS_BETWEEN_CHECKS = 20;

type Place = Clinic & { keys: ModelBox['keys'] };

/** Whole clinics and a township in one process and one seed, `hours` of virtual time: faults, then calm, then everything must agree. */
export async function simulate(seed: number, hours: number, count = 3): Promise<SimReport> {
  const random = seededRandom(seed ^ 0x5eed);
  const chance = () => Buffer.from(random(4)).readUInt32LE() / 2 ** 32;
  const below = (max: number) => Math.floor(chance() * max);
  const faults: Faults = { ...NO_FAULTS };
  const world = await modelWorld(seed, faults);
  const report: SimReport = { seed, clinic_days: 0, settlements: 0, crashes: 0, faults: [] };
  const places = Array.from({ length: count }, (_, i) => enrol(i + 1));
  let yesterday: Buffer = world.town().db.serialize();

  function enrol(n: number): Place {
    const keys = readBoxKeys(makeBoxKeys(random));
    const id = Buffer.from(random(16)).toString('hex');
    const sealing = Buffer.from(keys.sealing.publicKey).toString('base64url');
    const { kid, jwk } = keys.signing;
    const row = { kid, jwk, sealing, ledger: id, password: passwordHash('') };
    world.town().store.enrol(row, clinicOf(n), new Date(world.clock.now()).toISOString());
    return {
      n,
      id,
      keys,
      disk: new ModelDisk(),
      ledger: null,
      box: null,
      told: [],
      skew_ms: 0,
      free: ROOMY.free,
    };
  }

  /** Starts a box that is down; the power may go again while it starts. */
  function start(place: Place, cutAt: number): void {
    if (place.ledger) return;
    try {
      boot({ world, random, clinic: place, keys: place.keys }, cutAt);
    } catch (error) {
      if (String(error).includes('power cut')) report.crashes++;
      else throw error;
    }
  }

  function visit(place: Place): void {
    const request = `c${place.n}-${place.told.length}`;
    place.told.push({
      request,
      psn_no: `P${below(20)}`,
      fen: below(50_000),
      seq: null,
      hash: null,
      reversed: false,
    });
    settleOpen(place);
  }

  function confirmDay(place: Place): void {
    const day = new Date(world.clock.now() + 8 * 60 * MINUTE_MS).toISOString().slice(0, 10);
    withPower(place, (ledger) => void (ledger.time().code && ledger.confirmDay(day, 'D')));
  }

  function print(place: Place): void {
    withPower(place, (ledger) => {
      const [job] = ledger.printJobs();
      if (!job) return;
      ledger.setPrintState(job.seq, job.copy, 'printing');
      ledger.setPrintState(job.seq, job.copy, 'printed');
    });
  }

  const befall: [number, (place: Place) => void | Promise<void>][] = [
    [30, visit],
    [10, settleOpen],
    [8, print],
    [3, (place) => reverseOne(place, place.told[below(place.told.length)] ?? place.told[0] ?? NOBODY)],
    [4, (place) => pullPlug(place)],
    [
      2,
      (place) => {
        place.skew_ms =
          [0, -world.clock.now(), 80 * 365 * DAY_MS, -3 * DAY_MS, 20 * DAY_MS, 5 * MINUTE_MS][below(6)] ?? 0;
      },
    ],
    [3, confirmDay],
    [
      2,
      (place) => {
        place.free = chance() < 0.5 ? 1024 : ROOMY.free;
      },
    ],
    [3, () => void Object.assign(faults, chance() < 0.6 ? STORM : NO_FAULTS)],
    [3, (place) => place.box?.bus.cut()],
    [
      1,
      () => {
        world.broker.stop(chance() < 0.5);
        world.clock.setTimeout(() => world.broker.start(), below(30 * MINUTE_MS));
      },
    ],
    [1, () => world.restore(world.town().db)],
    [
      1,
      () => {
        yesterday = world.town().db.serialize();
      },
    ],
    [0.5, () => world.restore(new Database(yesterday))],
  ];
  const weight = befall.reduce((sum, [of]) => sum + of, 0);
  const pick = (at: number) => {
    let passed = 0;
    return (
      befall.find(([of]) => {
        passed += of;
        return at < passed;
      })?.[1] ?? visit
    );
  };

  function check(place: Place): void {
    const found = faultsOf(place, place.keys, random);
    report.faults.push(...found.map((fault) => `clinic ${place.n}: ${fault}`));
  }

  async function step(n: number): Promise<void> {
    const place = places[below(count)] as Place;
    start(place, chance() < 0.3 ? below(60) : Number.POSITIVE_INFINITY);
    const happening = pick(chance() * weight);
    const wasUp = place.ledger !== null;
    await happening(place);
    if (wasUp && place.ledger === null) report.crashes++;
    await world.clock.pass(below(12 * MINUTE_MS));
    if (n % STEPS_BETWEEN_CHECKS === 0 || (wasUp && place.ledger === null)) check(place);
  }

  const end = world.clock.now() + hours * 60 * MINUTE_MS;
  for (let n = 1; world.clock.now() < end && report.faults.length === 0; n++) await step(n);
  if (report.faults.length === 0) await calmDown();
  report.clinic_days = (hours / 24) * count;
  report.settlements = places.reduce((sum, { told }) => sum + told.length, 0);
  return report;

  /** The faults stop: within hours all that was asked is done, and both sides hold the same. */
  async function calmDown(): Promise<void> {
    Object.assign(faults, NO_FAULTS);
    world.broker.start();
    for (let round = 0; round < 12; round++) {
      for (const place of places) {
        Object.assign(place, { skew_ms: 0, free: ROOMY.free });
        withPower(place, (ledger) => ledger.watch()); // one that died within the link is found out
        if (round === 0) pullPlug(place);
        start(place, Number.POSITIVE_INFINITY);
        confirmDay(place);
        settleOpen(place);
      }
      await world.clock.pass(30 * MINUTE_MS);
    }
    for (const place of places) {
      check(place);
      report.faults.push(...apart(place));
    }
    const verdict = verifyTownship(world.town().db);
    report.faults.push(...verdict.faults.map((fault) => `township: ${fault}`));
  }

  function apart(place: Place): string[] {
    const { ledger, told, n } = place;
    const open = told.filter((it) => it.seq === null).length;
    if (!ledger) return [`clinic ${n} does not start`];
    const head = ledger.head();
    const row = world.town().store.ledger(place.id);
    const wrong: string[] = [];
    if (open > 0)
      wrong.push(
        `clinic ${n}: ${open} visits were never settled (${ledger.time().code ?? ledger.disk().code})`,
      );
    if (ledger.forked() !== null) wrong.push(`clinic ${n}: forked: ${ledger.forked()}`);
    if (ledger.held() !== head.seq) wrong.push(`clinic ${n}: held through ${ledger.held()} of ${head.seq}`);
    if (row?.through !== head.seq || row.hash !== head.hash)
      wrong.push(`clinic ${n}: the township is at ${row?.through} of ${head.seq}`);
    const theirs = world
      .town()
      .db.prepare('SELECT coalesce(sum(amount), 0) AS n FROM used WHERE ledger = ?')
      .get(place.id) as { n: number };
    const ours = [...place.disk.used.values()].reduce((sum, used) => sum + used.amount, 0);
    if (theirs.n !== ours) wrong.push(`clinic ${n}: the township counts ${theirs.n}, the box ${ours}`);
    return wrong;
  }
}

const NOBODY = { request: '', psn_no: '', fen: 0, seq: null, hash: null, reversed: false };
