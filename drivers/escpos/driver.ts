/**
 * Driver of ESC/POS receipt printers. Its one promise is the truth about paper: `printed` only when the
 * printer worked through the job and reports no trouble, `not-printed` only when no byte of it was sent,
 * and `unsure` for all between. It never sends a job twice; that is decided by who owns the queue.
 */
import { type DeviceSetup, LineDevice } from '../base/line-device.ts';
import type { Waiter } from '../base/waiter.ts';
import type { Channel, PrintDevice, PrintOutcome } from '../contract.ts';
import type { Driver } from '../descriptor.ts';
import { type DriverErrorCode, DriverProblem } from '../errors.ts';
import { isPaperLow, troubleOf } from './codec.ts';
import { Conversation } from './conversation.ts';
import { ESCPOS_COUNTERS, type EscposCounter } from './counters.ts';
import { ESCPOS_80MM, type EscposProfile } from './profile.ts';

interface Pending {
  readonly job: Uint8Array;
  /** From the first byte on, nobody can say that nothing reached the paper. */
  sent: boolean;
  readonly answer: (outcome: PrintOutcome) => void;
}

/**
 * Answers to GS r carry no number, and some printers answer one question twice, the second time late. So a
 * job counts as printed only after exactly as many answers as it asked for, one after the other, and two jobs
 * in a row ask differently often: what an earlier job left in the line never adds up to a later one's end.
 */
const AGAIN_MIN = 1;
const AGAIN_MAX = 3;

export class EscposPrinter extends LineDevice<EscposCounter> implements PrintDevice {
  readonly role = 'print';
  readonly driver = 'escpos';
  readonly #profile: EscposProfile;
  /** How often the next job's end is asked for again; never as often as the job's before it. */
  #askAgain = AGAIN_MIN;
  #pending: Pending | null = null;
  /** The open line's; null while there is none. */
  #waiter: Waiter | null = null;

  constructor(setup: DeviceSetup, profile: EscposProfile) {
    super(setup, profile, ESCPOS_COUNTERS);
    this.#profile = profile;
  }

  print(job: Uint8Array): Promise<PrintOutcome> {
    const refuse = (code: DriverErrorCode): Promise<PrintOutcome> =>
      Promise.resolve({ result: 'not-printed', code });
    if (job.length > this.#profile.jobBytesMax) return refuse('PRINTER_JOB_TOO_LARGE');
    if (this.#pending) return refuse('PRINTER_BUSY');
    if (!this.#waiter) return refuse(this.status().code ?? 'DEVICE_ABSENT');
    return new Promise((resolve) => {
      this.#pending = { job: Uint8Array.from(job), sent: false, answer: resolve };
      this.#waiter?.notify();
    });
  }

  protected async session(channel: Channel, waiter: Waiter): Promise<void> {
    const talk = new Conversation(channel, waiter, this.#profile, this.count);
    let introduced = !this.#profile.asksIdentity;
    try {
      this.#waiter = waiter;
      for (;;) {
        const trouble = await this.#poll(talk);
        if (!introduced && trouble === null) {
          this.identify(await talk.identity());
          introduced = true;
        }
        const pending = await waiter.waitFor(() => this.#pending ?? undefined, this.#profile.idlePauseMs);
        if (pending) await this.#work(talk, pending);
      }
    } catch (error) {
      this.#waiter = null;
      const code = error instanceof DriverProblem ? error.code : 'DRIVER_FAULT';
      this.#answer({ result: this.#pending?.sent ? 'unsure' : 'not-printed', code });
      throw error;
    }
  }

  /** Sets the status, and returns what keeps the printer from printing. */
  async #poll(talk: Conversation): Promise<DriverErrorCode | null> {
    const status = await talk.status();
    const trouble = troubleOf(status);
    if (trouble) {
      this.set('fault', trouble);
      return trouble;
    }
    // Well again after a job of unknown end. Its late confirmation must not pass for the next job's: wait
    // for it, and if the printer forgot the job, begin anew on a line that carries nothing old.
    if (!(await talk.finished(this.#profile.settleMsMax))) {
      this.count('settling');
      throw new DriverProblem('PRINTER_SILENT', 'an earlier job was never confirmed');
    }
    this.set('ready', isPaperLow(status) ? 'PRINTER_PAPER_LOW' : null);
    return null;
  }

  async #work(talk: Conversation, pending: Pending): Promise<void> {
    const before = await this.#poll(talk);
    if (before) {
      this.#answer({ result: 'not-printed', code: before });
      return;
    }
    pending.sent = true;
    await talk.send(pending.job);
    const trouble = await this.#watch(talk);
    this.count(trouble ? 'unsure' : 'printed');
    this.#answer(trouble ? { result: 'unsure', code: trouble } : { result: 'printed' });
  }

  /** Null once the printer has worked through the job and, asked after it, reports no trouble. */
  async #watch(talk: Conversation): Promise<DriverErrorCode | null> {
    let again = this.#askAgain;
    this.#askAgain = again === AGAIN_MAX ? AGAIN_MIN : again + 1;
    const polls = Math.ceil(this.#profile.printMsMax / this.#profile.watchPauseMs);
    for (let poll = 0; poll < polls; poll++) {
      const finished = await talk.finished(this.#profile.watchPauseMs);
      const status = await talk.status();
      const trouble = troubleOf(status);
      // Trouble counts even after the confirmation: simple models confirm on receiving, not on printing.
      if (trouble) {
        this.set('fault', trouble);
        return trouble;
      }
      const isLast = finished && again === 0;
      if (await talk.answersUnasked(isLast ? this.#profile.watchPauseMs : 0)) break;
      if (isLast) return null;
      if (finished) {
        again -= 1;
        await talk.askAgain();
      }
    }
    return 'PRINTER_SILENT';
  }

  #answer(outcome: PrintOutcome): void {
    const pending = this.#pending;
    this.#pending = null;
    pending?.answer(outcome);
  }
}

export const escpos: Driver<PrintDevice> = {
  name: 'escpos',
  role: 'print',
  title: '打印机',
  places: ['serial', 'tcp'],
  line: ESCPOS_80MM,
  counters: ESCPOS_COUNTERS,
  create: (setup) => new EscposPrinter(setup, ESCPOS_80MM),
};
