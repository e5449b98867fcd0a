/**
 * What every driver needs and none should write again: open the line, run a session on it, and when it
 * ends, however it ends, close it, say how it stands, wait a little longer each time and open it anew.
 * A driver brings only its session. The doctor never restarts anything.
 */
import type {
  Channel,
  Clock,
  DeviceIdentity,
  DeviceLog,
  DeviceState,
  DeviceStatus,
  Transport,
  Unsubscribe,
} from '../contract.ts';
import { type DriverErrorCode, DriverProblem } from '../errors.ts';
import { Listeners } from './listeners.ts';
import { Waiting } from './waiter.ts';

export interface ReopenSettings {
  /** First pause before opening again. 50–5 000, usual 250. */
  readonly reopenMsMin: number;
  /** It doubles up to this. A doctor who plugs a cable in watches the page: stay under 3 000. */
  readonly reopenMsMax: number;
}

export interface SupervisorSettings extends ReopenSettings {
  readonly id: string;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: DeviceLog;
  /** Runs until the line ends; whatever it throws is why. `waiting` is ended for it. */
  readonly session: (channel: Channel, waiting: Waiting) => Promise<void>;
}

const STOPPED = new DriverProblem('DEVICE_ABSENT', 'stopped');

export class Supervisor {
  readonly #settings: SupervisorSettings;
  readonly #counters: Record<string, number> = {};
  readonly #listeners: Listeners<DeviceStatus>;
  #state: DeviceState = 'absent';
  #code: DriverErrorCode | null = null;
  #since: number;
  #identity: DeviceIdentity = {};
  #running: Promise<void> | null = null;
  #stopping = false;
  /** The device has said something on this line: its faults are its own, not the line's. */
  #answered = false;
  #waiting: Waiting;

  constructor(settings: SupervisorSettings) {
    this.#settings = settings;
    this.#since = settings.clock.now();
    this.#waiting = new Waiting(settings.clock);
    this.#listeners = new Listeners((error) => this.fault(error));
  }

  start(): void {
    if (this.#running !== null) return;
    this.#stopping = false;
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#waiting.end(STOPPED);
    await this.#running;
    this.#running = null;
  }

  status(): DeviceStatus {
    return {
      state: this.#state,
      code: this.#code,
      since: this.#since,
      counters: { ...this.#counters },
      identity: this.#identity,
    };
  }

  onStatus(listener: (status: DeviceStatus) => void): Unsubscribe {
    return this.#listeners.add(listener);
  }

  count(name: string, by = 1): void {
    this.#counters[name] = (this.#counters[name] ?? 0) + by;
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
    this.#listeners.tell(this.status());
  }

  /** A mistake in code. Its message may quote what it worked on, so only the place goes to the log. */
  fault(error: unknown): void {
    this.count('faults');
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
      const waiting = new Waiting(this.#settings.clock);
      this.#waiting = waiting;
      const problem = await this.#attempt(waiting);
      if (this.#stopping) break;
      // A line that worked is tried again soon; one that never did is tried ever more slowly.
      if (this.#answered) pauseMs = this.#settings.reopenMsMin;
      this.#tellEnd(problem);
      this.#answered = false;
      this.#waiting = new Waiting(this.#settings.clock);
      await this.#waiting.sleep(pauseMs).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, this.#settings.reopenMsMax);
    }
    this.set('absent', null);
  }

  async #attempt(waiting: Waiting): Promise<DriverProblem> {
    let channel: Channel | null = null;
    try {
      channel = await this.#settings.transport.open();
      this.count('opens');
      channel.onClose((why) => waiting.end(new DriverProblem('DEVICE_LOST', why)));
      // A fault stays shown until the device answers: the page must not flicker with each attempt.
      if (this.#state === 'absent') this.set('starting', null);
      await this.#settings.session(channel, waiting);
      return new DriverProblem('DEVICE_LOST', 'the session ended');
    } catch (error) {
      if (error instanceof DriverProblem) return error;
      this.fault(error);
      return new DriverProblem('DRIVER_FAULT');
    } finally {
      await channel?.close();
    }
  }

  #tellEnd(problem: DriverProblem): void {
    const { id, log } = this.#settings;
    const absent = problem.code === 'DEVICE_ABSENT' || problem.code === 'DEVICE_LOST';
    if (problem.code === 'DEVICE_LOST') this.count('lost');
    const before = this.#code;
    this.set(absent ? 'absent' : 'fault', problem.code);
    // Said once, not at every attempt: a cable that is out all night is one line in the log.
    if (before !== problem.code) log({ device: id, code: problem.code, detail: problem.message });
  }
}
