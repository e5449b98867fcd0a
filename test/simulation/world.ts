import { createHash } from 'node:crypto';
import { LedgerError } from '../../gateway/ledger/index.ts';
import { createModelBroker, NO_FAULTS } from '../../sync/bus/model.ts';
import { SyncError } from '../../sync/errors.ts';
import type { Clock } from '../../sync/ports.ts';
import { demand } from './book.ts';
import { createBox } from './box.ts';
import { chanceOf } from './chance.ts';
import { createDoctor } from './doctor.ts';
import { createOracle } from './oracle.ts';
import { Crash } from './process.ts';
import { simulatedTime, type Timer } from './time.ts';
import { createTown } from './town.ts';
import type { Box, Doctor, Medium, World } from './types.ts';
import { createWiretap } from './wiretap.ts';

const START = Date.UTC(2026, 10, 21, 22);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const TRACE_LINES_MAX = 60;

/** Everything of one run: it is a function of the seed. */
export function createWorld(seed: number, clinics: number): World {
  const time = simulatedTime(START);
  const chance = {
    keys: chanceOf(seed, 'keys'),
    product: chanceOf(seed, 'product'),
    faults: chanceOf(seed, 'faults'),
    doctors: chanceOf(seed, 'doctors'),
    wire: chanceOf(seed, 'wire'),
    checks: chanceOf(seed, 'checks'),
  };
  const wire = { ...NO_FAULTS };
  const clock: Clock = {
    now: time.now,
    setTimeout: (run, ms) => time.at(ms, run),
    clearTimeout: (timer) => time.cancel(timer as Timer),
  };
  const broker = createModelBroker({ clock, random: chance.wire.bytes, faults: wire });
  const trace: string[] = [];
  const hash = createHash('sha256');

  /** A line of the trace: the last ones are shown, all of them are in the hash. */
  function note(what: string, detail = ''): void {
    const line = `${new Date(time.now()).toISOString()} ${what} ${detail}`;
    hash.update(line);
    trace.push(line);
    if (trace.length > TRACE_LINES_MAX) trace.shift();
  }

  /** Refusals and crashes are what a simulated life is made of: gives the code of one. */
  function attempt(work: () => void): string | null {
    try {
      work();
      return null;
    } catch (error) {
      if (error instanceof Crash) return 'CRASH';
      if (error instanceof LedgerError || error instanceof SyncError) return error.code;
      throw error;
    }
  }

  const silent = () => undefined;
  const log = { info: silent, warn: silent, error: silent };
  const world = {
    ...{ seed, time, chance, wire, broker, trace, log, note, attempt },
    wiretap: createWiretap(broker, chanceOf(seed, 'wiretap')),
    boxes: [] as Box[],
    doctors: new Map<Box, Doctor>(),
    acts: 0,
    digest: () => hash.copy().digest('hex'),
    acknowledged(ledger: string, request: string, act: { seq: number; hash: string }): void {
      world.acts += 1;
      note('acknowledged', `${request} ${act.seq} ${act.hash.slice(0, 8)}`);
      world.oracle.acknowledged(ledger, request, act);
    },
    restoreBox,
    putImageBack,
    backOnline,
  } as World;
  world.oracle = createOracle(world);
  world.town = createTown(world);
  for (let n = 1; n <= clinics; n += 1) {
    const box = createBox(world, `H140225000${String(n).padStart(2, '0')}`);
    world.boxes.push(box);
    world.doctors.set(box, createDoctor(world, box));
    admit(box);
  }

  function admit(box: Box, carried?: Map<string, number>): void {
    world.town.enrol(box.clinic, box.medium());
    world.oracle.opened(box.clinic, box.medium(), carried);
  }

  /**
   * A disaster at a clinic. What only the old disk held is lost with it; what the township or the backup
   * holds is not.
   */
  function restoreBox(box: Box): boolean {
    const { ledger, disk } = box.medium();
    if (disk.meta.size === 0) return false; // it has not been opened yet
    // two disasters at once lose records for good
    if (world.oracle.theirs(ledger).heldBeforeLoss > 0) return false;
    succeed(box, box.backup() ?? box.copy());
    return true;
  }

  function succeed(box: Box, backup: Medium): void {
    const { ledger } = backup;
    const length = backup.disk.records.length;
    box.restore(backup, chance.faults.happens(0.7) ? world.town.heldOf(ledger) : null);
    const book = world.oracle.ours(ledger);
    book.survives = Math.max(world.oracle.isBranch(ledger) ? 0 : book.theirs.through, length);
    world.doctors.get(box)?.boxReplaced();
    admit(box, world.oracle.ours(ledger).sumsThrough(length));
    box.start();
  }

  /**
   * An old image of the disk is put back, and the box may be cut off for days: it goes on beside what the
   * township holds.
   */
  function putImageBack(box: Box): boolean {
    const image = box.backup();
    const { ledger } = box.medium();
    const theirs = world.oracle.theirs(ledger);
    if (image?.ledger !== ledger || theirs.heldBeforeLoss > 0) return false;
    if (image.disk.records.length >= theirs.theirs.through) return false; // nothing of it shows to anybody
    box.putBack(image);
    world.oracle.branched(box.clinic, box.medium());
    world.town.dropSnapshots();
    world.doctors.get(box)?.boxReplaced();
    box.facts.offline = chance.faults.happens(0.7);
    time.at(chance.faults.wait(3 * DAY), () => backOnline(box));
    return true;
  }

  function backOnline(box: Box): void {
    box.facts.offline = false;
    box.life()?.process.cut();
  }

  /** The engineer: a ledger that takes no more is followed by a new one. It must have had a reason. */
  function attend(): void {
    for (const box of world.boxes) {
      const why = box.life()?.ledger.forked() ?? null;
      if (why === null) continue;
      demand(world.oracle.isBranch(box.medium().ledger), 'no ledger is closed without a reason', () => why);
      note('new ledger after a fork', box.clinic);
      succeed(box, box.copy());
    }
    time.at(HOUR, attend);
  }
  attend();
  return world;
}
