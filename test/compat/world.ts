import { simulatedTime, type Timer } from '../simulation/time.ts';
import { BEGIN_MS, repeatable } from './given.ts';
import { type Bus, type Clock, createModelBroker, type Log, NO_FAULTS } from './product.ts';

/** A payload as it was published. */
export interface Sent {
  topic: string;
  retain: boolean;
  /** ms since 1970. */
  at: number;
  payload: Buffer;
}

/** Time that only moves when it is made to, and a broker in memory whose traffic is kept. */
export function createWorld(begin_ms = BEGIN_MS) {
  const time = simulatedTime(begin_ms);
  const clock: Clock = {
    now: time.now,
    setTimeout: (run, ms) => time.at(ms, run),
    clearTimeout(timer) {
      if (timer !== undefined) time.cancel(timer as Timer);
    },
  };
  const broker = createModelBroker({ clock, random: repeatable('broker'), faults: NO_FAULTS });
  const traffic: Sent[] = [];
  const silent = () => undefined;
  const log: Log = { info: silent, warn: silent, error: silent };

  return {
    clock,
    log,
    traffic,
    bus(options: Parameters<typeof broker.bus>[0] = {}): Bus {
      const bus = broker.bus(options);
      return {
        ...bus,
        publish(topic, payload, opts) {
          traffic.push({
            topic,
            retain: opts?.retain ?? false,
            at: clock.now(),
            payload: Buffer.from(payload),
          });
          return bus.publish(topic, payload, opts);
        },
      };
    },
    /** Lets so much time pass. */
    async pass(ms: number): Promise<void> {
      const end = clock.now() + ms;
      while (await time.step(end));
    },
    /** Lets time pass until something has come to its end. */
    async until<T>(work: Promise<T>): Promise<T> {
      let ended = false;
      const end = () => {
        ended = true;
      };
      work.then(end, end);
      while (!ended) if (!(await time.step(clock.now() + 60_000))) await new Promise(setImmediate);
      return work;
    },
  };
}

export type World = ReturnType<typeof createWorld>;
