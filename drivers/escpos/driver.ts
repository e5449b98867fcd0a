/**
 * Driver of ESC/POS receipt printers. Its one promise is the truth about paper: `printed` only when the
 * printer worked through the job and reports no trouble, `not-printed` only when no byte of it was sent,
 * and `unsure` for all between. It never sends a job twice; that is decided by who owns the queue.
 */

import { Supervisor } from '../base/supervisor.ts';
import type { Waiting } from '../base/waiter.ts';
import type {
  Channel,
  DeviceStatus,
  Outside,
  PrintDevice,
  PrintOutcome,
  Transport,
  Unsubscribe,
} from '../contract.ts';
import { type DriverErrorCode, DriverProblem } from '../errors.ts';
import { isPaperLow, troubleOf } from './codec.ts';
import { Conversation } from './conversation.ts';
import type { EscposProfile } from './profile.ts';

interface Pending {
  readonly job: Uint8Array;
  /** From the first byte on, nobody can say that nothing reached the paper. */
  sent: boolean;
  readonly answer: (outcome: PrintOutcome) => void;
}

export class EscposPrinter implements PrintDevice {
  readonly role = 'print';
  readonly driver = 'escpos';
  readonly id: string;
  readonly #profile: EscposProfile;
  readonly #supervisor: Supervisor;
  #pending: Pending | null = null;
  /** The open line's; null while there is none. */
  #waiting: Waiting | null = null;

  constructor(id: string, transport: Transport, outside: Outside, profile: EscposProfile) {
    this.id = id;
    this.#profile = profile;
    this.#supervisor = new Supervisor({
      ...outside,
      id,
      transport,
      reopenMsMin: profile.reopenMsMin,
      reopenMsMax: profile.reopenMsMax,
      session: (channel, waiting) => this.#session(channel, waiting),
    });
  }

  start(): void {
    this.#supervisor.start();
  }
  stop(): Promise<void> {
    return this.#supervisor.stop();
  }
  status(): DeviceStatus {
    return this.#supervisor.status();
  }
  onStatus(listener: (status: DeviceStatus) => void): Unsubscribe {
    return this.#supervisor.onStatus(listener);
  }

  print(job: Uint8Array): Promise<PrintOutcome> {
    const refuse = (code: DriverErrorCode): Promise<PrintOutcome> =>
      Promise.resolve({ result: 'not-printed', code });
    if (job.length > this.#profile.jobBytesMax) return refuse('PRINTER_JOB_TOO_LARGE');
    if (this.#pending) return refuse('PRINTER_BUSY');
    if (!this.#waiting) return refuse(this.status().code ?? 'DEVICE_ABSENT');
    return new Promise((resolve) => {
      this.#pending = { job: Uint8Array.from(job), sent: false, answer: resolve };
      this.#waiting?.wake();
    });
  }

  async #session(channel: Channel, waiting: Waiting): Promise<void> {
    const talk = new Conversation(channel, waiting, this.#profile, (name, by) =>
      this.#supervisor.count(name, by),
    );
    let introduced = !this.#profile.asksIdentity;
    try {
      this.#waiting = waiting;
      for (;;) {
        const trouble = await this.#look(talk);
        if (!introduced && trouble === null) {
          this.#supervisor.identify(await talk.identity());
          introduced = true;
        }
        const pending = await waiting.until(() => this.#pending ?? undefined, this.#profile.idlePauseMs);
        if (pending) await this.#work(talk, pending);
      }
    } catch (error) {
      this.#waiting = null;
      const code = error instanceof DriverProblem ? error.code : 'DRIVER_FAULT';
      this.#answer({ result: this.#pending?.sent ? 'unsure' : 'not-printed', code });
      throw error;
    }
  }

  /** Shows how the printer is, and says what keeps it from printing. */
  async #look(talk: Conversation): Promise<DriverErrorCode | null> {
    const status = await talk.status();
    const trouble = troubleOf(status);
    if (trouble) {
      this.#supervisor.set('fault', trouble);
      return trouble;
    }
    // Well again after a job of unknown end. Its late confirmation must not pass for the next job's: wait
    // for it, and if the printer forgot the job, begin anew on a line that carries nothing old.
    if (!(await talk.finished(this.#profile.settleMsMax))) {
      this.#supervisor.count('settling');
      throw new DriverProblem('PRINTER_SILENT', 'an earlier job was never confirmed');
    }
    this.#supervisor.set('ready', isPaperLow(status) ? 'PRINTER_PAPER_LOW' : null);
    return null;
  }

  async #work(talk: Conversation, pending: Pending): Promise<void> {
    const before = await this.#look(talk);
    if (before) {
      this.#answer({ result: 'not-printed', code: before });
      return;
    }
    pending.sent = true;
    await talk.send(pending.job);
    const trouble = await this.#watch(talk);
    this.#supervisor.count(trouble ? 'unsure' : 'printed');
    this.#answer(trouble ? { result: 'unsure', code: trouble } : { result: 'printed' });
  }

  /** Null once the printer has worked through the job and, asked after it, reports no trouble. */
  async #watch(talk: Conversation): Promise<DriverErrorCode | null> {
    const looks = Math.ceil(this.#profile.printMsMax / this.#profile.watchPauseMs);
    for (let look = 0; look < looks; look++) {
      const finished = await talk.finished(this.#profile.watchPauseMs);
      const status = await talk.status();
      const trouble = troubleOf(status);
      // Trouble counts even after the confirmation: simple models confirm on receiving, not on printing.
      if (trouble) {
        this.#supervisor.set('fault', trouble);
        return trouble;
      }
      if (finished) return null;
    }
    return 'PRINTER_SILENT';
  }

  #answer(outcome: PrintOutcome): void {
    const pending = this.#pending;
    this.#pending = null;
    pending?.answer(outcome);
  }
}
