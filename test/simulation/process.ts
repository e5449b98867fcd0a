import type { ClockState } from '../../gateway/ledger/index.ts';
import type { ModelBroker } from '../../sync/bus/model.ts';
import type { Bus, Will } from '../../sync/bus/port.ts';
import { SyncError } from '../../sync/errors.ts';
import type { Clock } from '../../sync/ports.ts';
import type { Time } from './time.ts';

/**
 * Thrown where the power goes. Nothing may catch it and live: whatever the dead process does afterwards has
 * no effect.
 */
export class Crash extends Error {
  constructor() {
    super('power cut');
  }
}

/**
 * Presence is numbers on a panel, said every minute: most of it is left out, which leaves time for more days.
 */
const PRESENCE_PASSES = 10;

/**
 * What is to happen at the n-th point that a process comes to: a store's write or commit, or a message handed
 * to the bus.
 */
export type Fuse = 'crash' | 'disk full' | 'disk failed';

export interface ProcessOptions {
  time: Time;
  broker: ModelBroker;
  /** How far this machine's clock is from the true time, ms. */
  skew(): number;
  /** Nothing comes through to or from this machine. */
  offline(): boolean;
  onDeath(): void;
}

/**
 * One life of a process: its timers, its connection and its store end with it. Its connection may linger at
 * the broker, as a half-open one does, and what it had sent still arrives.
 */
export function createProcess({ time, broker, skew, offline, onDeath }: ProcessOptions) {
  const started = time.now();
  let alive = true;
  let stalled = false;
  let fuse: { kind: Fuse; left: number } | null = null;
  let said = 0;
  let wire: ReturnType<ModelBroker['bus']> | null = null;
  const stuck: ((error: SyncError) => void)[] = [];
  const never = <T>() => new Promise<T>(() => undefined);

  function die(): void {
    if (!alive) return;
    alive = false;
    onDeath();
  }

  /** Counts the fuse down; says what goes off here. */
  function point(): Fuse | null {
    if (!fuse) return null;
    fuse.left -= 1;
    if (fuse.left >= 0) return null;
    const { kind } = fuse;
    fuse = null;
    if (kind === 'crash') die();
    return kind;
  }

  const clock: Clock = {
    now: () => time.now() + skew(),
    setTimeout: (run, ms) => (alive ? time.at(ms, () => alive && run()) : null),
    clearTimeout: (handle) => handle && time.cancel(handle as ReturnType<Time['at']>),
  };

  /** Every life begins with a boot, and nobody keeps the clock right. */
  const clockState: ClockState = {
    uptime: () => time.now() - started,
    boot: String(started),
    synchronised: () => null,
  };

  function bus(will?: Will): Bus {
    const inner = broker.bus(will ? { will } : {});
    wire = inner;
    inner.onState((up) => {
      if (!up) unstick();
    });
    return {
      connected: () => inner.connected(),
      onState: (listener) => inner.onState((up, why) => alive && listener(up, why)),
      subscribe: (filter) => inner.subscribe(filter),
      onMessage: (listener) =>
        inner.onMessage((topic, payload) =>
          alive && !stalled && !offline() ? listener(topic, payload) : undefined,
        ),
      publish(topic, payload, opts) {
        if (!alive) return never();
        if (opts?.retain && said++ % PRESENCE_PASSES !== 0) return Promise.resolve();
        if (fuse?.kind === 'crash' && point()) return never(); // died before it was out
        if ((stalled || offline()) && inner.connected())
          return new Promise((_, reject) => stuck.push(reject));
        const sent = inner.publish(topic, payload, opts);
        if (fuse?.kind === 'crash') point(); // or after
        return sent.then(
          () => (alive ? undefined : never()),
          (error) => (alive ? Promise.reject(error) : never()),
        );
      },
      close: () => inner.close(),
    };
  }

  function unstick(): void {
    stalled = false;
    for (const reject of stuck.splice(0)) if (alive) reject(new SyncError('LINK_DOWN', 'the link dropped'));
  }

  return {
    clock,
    clockState,
    bus,
    die,
    point,
    alive: () => alive,
    arm: (kind: Fuse, left: number) => {
      fuse = { kind, left };
    },
    disarm: () => {
      fuse = null;
    },
    cut: () => wire?.cut(),
    /** Both ends believe in the connection and nothing comes through, until it is cut. */
    stall(): void {
      stalled = true;
    },
    /** The broker notices that nobody is there: the will is sent, and what was under way is lost. */
    leave(): void {
      wire?.cut();
      void wire?.close();
      wire = null;
    },
  };
}

export type Process = ReturnType<typeof createProcess>;
