import { type Faults, NO_FAULTS } from '../../sync/bus/model.ts';
import { HEALTHY_DISK } from './box.ts';
import { ALWAYS, EVERY, type FaultKind } from './kinds.ts';
import type { Box, World } from './types.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How far into a process's next writes and messages a fuse may burn. */
const FUSE_MAX = 60;

/**
 * What befalls the world, each kind on its own timer. A seed has about two thirds of the kinds, so that rare
 * meetings come about too.
 */
export function createWeather(world: World, boxes: Box[]) {
  const { time, broker, wire } = world;
  const luck = world.chance.faults;
  const counts: Record<string, number> = {};
  let calm = false;

  function strike(kind: FaultKind): void {
    const box = luck.pick(boxes);
    if (!acts[kind](box)) return;
    counts[kind] = (counts[kind] ?? 0) + 1;
    world.note(kind, kind.startsWith('box') ? box.clinic : '');
  }

  function keepStriking(kind: FaultKind, mean_ms: number): void {
    time.at(luck.wait(mean_ms), () => {
      if (calm) return;
      strike(kind);
      keepStriking(kind, mean_ms);
    });
  }

  const done = (work: unknown) => work !== false;
  const set = (what: Partial<Faults>) => Object.assign(wire, NO_FAULTS, what);
  const later = (mean_ms: number, undo: () => void) => void time.at(luck.wait(mean_ms), undo);
  const town = world.town;

  const acts: Record<FaultKind, (box: Box) => boolean> = {
    'box: crash at a write or a message': (box) =>
      done(box.life()?.process.arm('crash', luck.upTo(FUSE_MAX)) ?? false),
    'box: killed': (box) => done(box.life()?.process.die() ?? !box.life()),
    'box: stopped in order': (box) => {
      const life = box.life();
      void life?.link.stop();
      if (life) time.at(1_000, life.process.die);
      return life !== null;
    },
    'box: disk full at a write': (box) => arm(box, 'disk full'),
    'box: disk full for hours': (box) => {
      box.facts.full = true;
      later(2 * HOUR, () => {
        box.facts.full = false;
      });
      return true;
    },
    'box: disk low': (box) => {
      box.facts.disk = { ...HEALTHY_DISK, free: luck.happens(0.5) ? 2 ** 32 : 2 ** 25 };
      later(4 * HOUR, () => {
        box.facts.disk = HEALTHY_DISK;
      });
      return true;
    },
    'box: disk failed at a write': (box) => arm(box, 'disk failed'),
    'box: clock back': (box) => skew(box, box.facts.skew_ms - luck.upTo(3 * DAY)),
    'box: clock ahead': (box) => skew(box, luck.upTo(2 * DAY)),
    'box: clock in 1970': (box) => skew(box, -time.now()),
    'box: clock in 2099': (box) => skew(box, Date.UTC(2099, 0, 1) - time.now()),
    'box: clock set right': (box) => skew(box, 0),
    'box: link cut': (box) => done(box.life()?.process.cut() ?? !box.life()),
    'box: link half-open': (box) => {
      const process = box.life()?.process;
      process?.stall();
      if (process) later(5 * MINUTE, process.cut);
      return process !== undefined;
    },
    'box: backup made': (box) => done(box.makeBackup()),
    'box: restored from its backup': (box) => world.restoreBox(box),
    'box: an old image put back': (box) => world.putImageBack(box),
    'wire: broker restarts': () => restartBroker(false),
    'wire: broker restarts without memory': () => restartBroker(true),
    'wire: bad weather': () => {
      const delay_ms_max = luck.pick([10, 500, 5_000, 30_000]);
      const [loss, doubling] = [luck.upTo(30) / 100, luck.upTo(30) / 100];
      set({
        loss,
        doubling,
        delay_ms_max,
        reorder: luck.happens(0.5),
        reconnect_ms_max: luck.pick([5, 60_000]),
      });
      later(2 * HOUR, () => set({}));
      return true;
    },
    'wire: an old message again': () => world.wiretap.again((payload) => payload),
    'wire: a message with a bit changed': () =>
      world.wiretap.again((payload) => {
        const at = luck.upTo(payload.length - 1);
        payload[at] = (payload[at] ?? 0) ^ (1 << luck.upTo(7));
        return payload;
      }),
    'town: crash at a write or a message': () =>
      done(town.life()?.process.arm('crash', luck.upTo(FUSE_MAX)) ?? false),
    'town: killed': () => done(town.life()?.process.die() ?? !town.life()),
    'town: disk full': () => {
      town.facts.full = true;
      later(HOUR, () => {
        town.facts.full = false;
      });
      return true;
    },
    'town: link half-open': () => {
      const process = town.life()?.process;
      process?.stall();
      if (process) later(5 * MINUTE, process.cut);
      return process !== undefined;
    },
    'town: snapshot': () => done(town.snapshot()),
    'town: restored from a snapshot': () => (town.hasSnapshot() ? done(town.restore()) : false),
    'town: a new dataset': () => done(town.publish('bundle/demo')),
  };

  function arm(box: Box, kind: 'disk full' | 'disk failed'): boolean {
    const life = box.life();
    life?.process.arm(kind, luck.upTo(FUSE_MAX));
    return life !== null;
  }

  function skew(box: Box, ms: number): boolean {
    box.facts.skew_ms = ms;
    return true;
  }

  function restartBroker(forget: boolean): boolean {
    broker.stop(forget);
    later(5 * MINUTE, () => broker.start());
    return true;
  }

  return {
    counts,
    begin(): void {
      for (const [kind, mean_ms] of Object.entries(EVERY))
        if (ALWAYS.has(kind) || luck.happens(0.65)) {
          const places = kind.startsWith('box') ? boxes.length : 1;
          keepStriking(kind as FaultKind, (mean_ms * luck.pick([0.3, 1, 2])) / places);
        }
    },
    /** No more faults, and those that last are over. */
    end(): void {
      calm = true;
      set({});
      broker.start();
      town.facts.full = false;
      town.life()?.process.disarm();
      for (const box of boxes) {
        Object.assign(box.facts, { full: false, disk: HEALTHY_DISK, skew_ms: 0 });
        box.life()?.process.disarm();
        if (box.facts.offline) world.backOnline(box);
      }
    },
  };
}
