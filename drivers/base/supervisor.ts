/**
 * Keeps a session running on a line: opens it, runs the session, and when that ends, however it ends,
 * closes the line, sets the status, waits a little longer each time and opens it again.
 * The doctor never restarts anything.
 */
import type {
  Channel,
  Clock,
  DeviceIdentity,
  DeviceLog,
  DeviceState,
  DeviceStatus,
  Milliseconds,
  Transport,
  Unsubscribe,
} from '../contract.ts';
import { type DriverErrorCode, DriverProblem } from '../errors.ts';
import type { Counters, LineCounter } from './counters.ts';
import { createFloodGate } from './flood.ts';
import { Listeners } from './listeners.ts';
import { Waiter } from './waiter.ts';

export interface ReopenSettings {
  /** First pause before opening again. 50–5 000, usual 250. */
  readonly reopenMsMin: Milliseconds;
  /** It doubles up to this. A doctor who plugs a cable in watches the page: stay under 3 000. */
  readonly reopenMsMax: Milliseconds;
}

interface SupervisorSettings<Counter extends string> extends ReopenSettings {
  readonly id: string;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: DeviceLog;
  readonly counters: Counters<Counter | LineCounter>;
  /** Runs until the line ends; what it throws is why. `waiter` is aborted when the line ends. */
  readonly session: (channel: Channel, waiter: Waiter) => Promise<void>;
}

const STOPPED = new DriverProblem('DEVICE_ABSENT', 'stopped');

export class Supervisor<Counter extends string> {
  readonly #settings: SupervisorSettings<Counter>;
  readonly #listeners: Listeners<DeviceStatus<Counter | LineCounter>>;
  #state: DeviceState = 'absent';
  #code: DriverErrorCode | null = null;
  #since: number;
  #identity: DeviceIdentity = {};
  #running: Promise<void> | null = null;
  #stopping = false;
  /** The session has said `ready` or `fault` on this line: when it ends, it is opened again soon. */
  #answered = false;
  #waiter: Waiter;

  constructor(settings: SupervisorSettings<Counter>) {
    this.#settings = settings;
    this.#since = settings.clock.now();
    this.#waiter = new Waiter(settings.clock);
    this.#listeners = new Listeners((error) => this.fault(error));
  }

  start(): void {
    if (this.#running !== null) return;
    this.#stopping = false;
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#waiter.abort(STOPPED);
    await this.#running;
    this.#running = null;
  }

  status(): DeviceStatus<Counter | LineCounter> {
    return {
      state: this.#state,
      code: this.#code,
      since: this.#since,
      counters: this.#settings.counters.all(),
      identity: this.#identity,
    };
  }

  onStatus(listener: (status: DeviceStatus<Counter | LineCounter>) => void): Unsubscribe {
    return this.#listeners.add(listener);
  }

  identify(identity: DeviceIdentity): void {
    this.#identity = identity;
  }

  set(state: DeviceState, code: DriverErrorCode | null): void {
    if (state === 'ready' || state === 'fault') this.#answered = true;
    if (state === this.#state && code === this.#code) return;
    this.#state = state;
    this.#code = code;
    this.#since = this.#settings.clock.now();
    this.#listeners.emit(this.status());
  }

  /** An error in code. Its message may quote what it worked on, so only the place goes to the log. */
  fault(error: unknown): void {
    this.#settings.counters.add('faults');
    const stack = error instanceof Error ? (error.stack ?? '').split('\n') : [];
    const place = stack.find((line) => line.trimStart().startsWith('at ')) ?? 'unknown place';
    const name = error instanceof Error ? error.name : typeof error;
    this.#settings.log({
      device: this.#settings.id,
      code: 'DRIVER_FAULT',
      detail: `${name} ${place.trim()}`,
    });
  }

  async #run(): Promise<void> {
    let pauseMs = this.#settings.reopenMsMin;
    while (!this.#stopping) {
      const waiter = new Waiter(this.#settings.clock);
      this.#waiter = waiter;
      const problem = await this.#attempt(waiter);
      if (this.#stopping) break;
      // A line that worked is opened again soon; one that never did is opened less and less often.
      if (this.#answered && problem.code !== 'DEVICE_FLOOD') pauseMs = this.#settings.reopenMsMin;
      this.#reportEnd(problem);
      this.#answered = false;
      this.#waiter = new Waiter(this.#settings.clock);
      await this.#waiter.sleep(pauseMs).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, this.#settings.reopenMsMax);
    }
    this.set('absent', null);
  }

  async #attempt(waiter: Waiter): Promise<DriverProblem> {
    let channel: Channel | null = null;
    try {
      channel = await this.#settings.transport.open();
      this.#settings.counters.add('opens');
      channel.onClose((why) => waiter.abort(new DriverProblem('DEVICE_LOST', why)));
      // A fault stays shown until the device answers: the page must not flicker with each attempt.
      if (this.#state === 'absent') this.set('starting', null);
      await this.#settings.session(guarded(channel, waiter, createFloodGate(this.#settings.clock)), waiter);
      return new DriverProblem('DEVICE_LOST', 'the session ended');
    } catch (error) {
      if (error instanceof DriverProblem) return error;
      this.fault(error);
      return new DriverProblem('DRIVER_FAULT');
    } finally {
      await channel?.close();
    }
  }

  #reportEnd(problem: DriverProblem): void {
    const { id, log } = this.#settings;
    const absent = problem.code === 'DEVICE_ABSENT' || problem.code === 'DEVICE_LOST';
    if (problem.code === 'DEVICE_LOST') this.#settings.counters.add('lost');
    const before = this.#code;
    this.set(absent ? 'absent' : 'fault', problem.code);
    // Logged once, not at every attempt: a cable that is out all night is one line in the log.
    if (before !== problem.code) log({ device: id, code: problem.code, detail: problem.message });
  }
}

/** What a driver throws while it takes bytes ends its session, not the process; so does too much of them. */
function guarded(channel: Channel, waiter: Waiter, passes: (bytes: number) => boolean): Channel {
  let flooded = false;
  return {
    write: (bytes) => channel.write(bytes),
    close: () => channel.close(),
    onClose: (listener) => channel.onClose(listener),
    onData: (listener) =>
      channel.onData((bytes) => {
        flooded ||= !passes(bytes.length);
        if (flooded) return waiter.abort(new DriverProblem('DEVICE_FLOOD', 'more than any device says'));
        try {
          listener(bytes);
        } catch (error) {
          waiter.abort(error instanceof Error ? error : new Error('not an error'));
        }
      }),
  };
}
