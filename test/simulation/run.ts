import { Violation } from './book.ts';
import type { World } from './types.ts';
import { createWeather } from './weather.ts';
import { createWorld } from './world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Every repeat in the product is shorter; a backlog of weeks goes up within it too. */
const RECOVERY_MAX = 6 * HOUR;

export interface RunOptions {
  seed: number;
  /** Simulated hours of faults. */
  hours: number;
  /** No more steps than this before the faults stop. */
  steps_max?: number;
  clinics?: number;
}

export interface Report {
  seed: number;
  hours: number;
  clinics: number;
  steps: number;
  acts: number;
  records: number;
  faults: Record<string, number>;
  /** Of everything that happened: the same seed gives the same. */
  hash: string;
  failure: string | null;
  trace: string[];
}

/** One life of a small county: days of faults, then quiet, in which everything must come right. */
export async function run({
  seed,
  hours,
  steps_max = Number.POSITIVE_INFINITY,
  clinics = 5,
}: RunOptions): Promise<Report> {
  const world = createWorld(seed, clinics);
  const weather = createWeather(world, world.boxes);
  const { time, oracle } = world;
  const start = time.now();
  let steps = 0;
  let failure: string | null = null;

  async function step(until: number): Promise<boolean> {
    const went = await time.step(until);
    steps += went ? 1 : 0;
    oracle.check();
    return went;
  }

  /** Without faults every doctor can settle again, and nothing stays open. */
  async function recover(): Promise<void> {
    const eager = new Set(world.doctors.values());
    const limit = time.now() + RECOVERY_MAX;
    while (eager.size > 0 || open(world).length > 0) {
      const wrong = [...(eager.size > 0 ? ['a doctor cannot settle'] : []), ...open(world)];
      if (time.now() >= limit) throw new Violation(`everything comes right: ${wrong.join('; ')}`);
      const until = time.now() + 10 * MINUTE;
      while (await step(until));
      for (const doctor of eager) if (doctor.settleNow()) eager.delete(doctor);
    }
  }

  async function live(): Promise<void> {
    begin(world);
    weather.begin();
    const end = start + hours * HOUR;
    while (steps < steps_max && (await step(end)));
    world.note('quiet');
    weather.end();
    await recover();
    oracle.checkAll();
    for (const box of world.boxes) oracle.verify(box.medium());
  }

  try {
    await live();
  } catch (error) {
    failure = error instanceof Violation ? error.message : String((error as Error).stack);
  }
  return {
    ...{ seed, clinics, steps, failure, acts: world.acts, trace: world.trace, faults: weather.counts },
    hours: (time.now() - start) / HOUR,
    records: oracle.books().reduce((sum, book) => sum + book.entries.length, 0),
    hash: world.digest(),
  };
}

function begin(world: World): void {
  world.town.start();
  for (const box of world.boxes) {
    box.start();
    work(world, box);
  }
  slowly(world);
}

/** Patients come from eight to six, about five an hour. */
function work(world: World, box: World['boxes'][number]): void {
  world.time.at(world.chance.doctors.wait(12 * MINUTE), () => {
    const hour = ((world.time.now() / HOUR + 8) | 0) % 24;
    if (hour >= 8 && hour < 18) world.doctors.get(box)?.work();
    work(world, box);
  });
}

/** What is too slow for every step. */
function slowly(world: World): void {
  world.time.at(DAY, () => {
    world.oracle.checkAll();
    world.oracle.verify(world.chance.doctors.pick(world.boxes).medium());
    slowly(world);
  });
}

/** What is not yet as it should be when nothing is in the way. */
function open(world: World): string[] {
  const wrong: string[] = [];
  for (const box of world.boxes) {
    const life = box.life();
    if (!life) {
      wrong.push(`${box.clinic} does not run`);
      continue;
    }
    const { ledger, link } = life;
    const { connected, waiting } = link.state();
    const lights = {
      connected,
      waiting,
      disk: ledger.disk().code,
      time: ledger.time().code,
      forked: ledger.forked(),
    };
    const green = JSON.stringify({ connected: true, waiting: 0, disk: null, time: null, forked: null });
    if (JSON.stringify(lights) !== green) wrong.push(`${box.clinic} ${JSON.stringify(lights)}`);
    const told = world.town.objections(ledger.ledger);
    if (ledger.objectionsHeld().n < told) wrong.push(`${box.clinic} holds not all of ${told} findings`);
    const version = ledger.datasets()['bundle/demo'] ?? 0;
    if (version !== world.town.versions()) wrong.push(`${box.clinic} has the bundle ${version}`);
  }
  return [...wrong, ...world.oracle.missing().map((place) => `${place} is not at the township`)];
}
