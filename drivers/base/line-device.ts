/**
 * The base of every device that is reached over a line. It has what drivers would otherwise repeat:
 * start, stop, status, counters, reopening, and listeners that cannot stop the device. A driver adds its
 * session and the methods of its role.
 */
import type {
  Channel,
  DeviceIdentity,
  DeviceState,
  DeviceStatus,
  DriverContext,
  Transport,
  Unsubscribe,
} from '../contract.ts';
import type { DriverErrorCode } from '../errors.ts';
import { type Count, type CounterDocs, Counters, LINE_COUNTERS, type LineCounter } from './counters.ts';
import { Listeners } from './listeners.ts';
import { type ReopenSettings, Supervisor } from './supervisor.ts';
import type { Waiter } from './waiter.ts';

/** What every driver is created with; the registry makes it from the settings. */
export interface DeviceSetup {
  readonly id: string;
  readonly title: string;
  readonly transport: Transport;
  readonly context: DriverContext;
}

export abstract class LineDevice<Counter extends string> {
  readonly id: string;
  readonly title: string;
  protected readonly count: Count<Counter>;
  readonly #supervisor: Supervisor<Counter>;

  constructor(setup: DeviceSetup, profile: ReopenSettings, docs: CounterDocs<Counter>) {
    const { id, title, transport, context } = setup;
    const counters = new Counters<Counter | LineCounter>({ ...docs, ...LINE_COUNTERS });
    this.id = id;
    this.title = title;
    this.count = (name, by) => counters.add(name, by);
    this.#supervisor = new Supervisor({
      id,
      transport,
      clock: context.clock,
      log: context.log,
      reopenMsMin: profile.reopenMsMin,
      reopenMsMax: profile.reopenMsMax,
      counters,
      session: (channel, waiter) => this.session(channel, waiter),
    });
  }

  start(): void {
    this.#supervisor.start();
  }
  stop(): Promise<void> {
    return this.#supervisor.stop();
  }
  status(): DeviceStatus<Counter | LineCounter> {
    return this.#supervisor.status();
  }
  onStatus(listener: (status: DeviceStatus<Counter | LineCounter>) => void): Unsubscribe {
    return this.#supervisor.onStatus(listener);
  }

  /**
   * Called on each newly opened line. Runs until the line or the device fails and throws a
   * `DriverProblem` that says why; every wait in it goes through `waiter`, which rejects when the line
   * ends. It never closes or reopens anything itself.
   */
  protected abstract session(channel: Channel, waiter: Waiter): Promise<void>;

  /**
   * `ready` and `fault` say that the device answered, or, if it only speaks, that its line is open; a code
   * beside `ready` is a warning.
   */
  protected set(state: DeviceState, code: DriverErrorCode | null): void {
    this.#supervisor.set(state, code);
  }
  protected identify(identity: DeviceIdentity): void {
    this.#supervisor.identify(identity);
  }
  /** A list for the events of the role; a listener that throws is counted and logged. */
  protected listeners<T>(): Listeners<T> {
    return new Listeners((error) => this.#supervisor.fault(error));
  }
}
