/** Question and answer with a printer on one open line. */

import type { Count } from '../base/counters.ts';
import type { Waiter } from '../base/waiter.ts';
import type { Channel, DeviceIdentity, Milliseconds } from '../contract.ts';
import { DriverProblem } from '../errors.ts';
import { AnswerReader, ASK_COMPLETION, askIdentity, askStatus, IDENTITY, type RawStatus } from './codec.ts';
import type { EscposCounter } from './counters.ts';
import { completionsAskedBy } from './job.ts';
import type { EscposProfile } from './profile.ts';

const IDENTITY_MS_MAX = 500;

export class Conversation {
  readonly #channel: Channel;
  readonly #waiter: Waiter;
  readonly #profile: EscposProfile;
  readonly #count: Count<EscposCounter>;
  readonly #reader = new AnswerReader();
  #status: number | null = null;
  #text: string | null = null;
  /** Answers to GS r still to come: above 0 the printer has not confirmed everything it was sent. */
  #owed = 0;
  /** Answers to GS r since the last job was sent that no question was open for. */
  #unasked = 0;
  /** What the printer last said by itself; it holds until it says otherwise, or the line ends. */
  #automatic: RawStatus = { printer: 0, offline: 0, error: 0, paper: 0 };

  constructor(channel: Channel, waiter: Waiter, profile: EscposProfile, count: Count<EscposCounter>) {
    this.#channel = channel;
    this.#waiter = waiter;
    this.#profile = profile;
    this.#count = count;
    channel.onData((bytes) => this.#receive(bytes));
  }

  async status(): Promise<RawStatus> {
    const [printer, offline] = [await this.#statusByte(1), await this.#statusByte(2)];
    const [error, paper] = [await this.#statusByte(3), await this.#statusByte(4)];
    const said = this.#automatic;
    return {
      printer: printer | said.printer,
      offline: offline | said.offline,
      error: error | said.error,
      paper: paper | said.paper,
    };
  }

  /** Asked only of a printer that is well: a stopped one answers this when it goes on, and out of turn. */
  async identity(): Promise<DeviceIdentity> {
    const identity: { model: string; serial?: string; firmware?: string } = { model: this.#profile.name };
    for (const [field, n] of Object.entries(IDENTITY)) {
      const text = await this.#ask(askIdentity(n));
      // One that does not know the question is not asked twice more.
      if (text === undefined) break;
      if (text !== '') identity[field as keyof typeof IDENTITY] = text;
    }
    return identity;
  }

  async send(job: Uint8Array): Promise<void> {
    const asked = completionsAskedBy(job);
    this.#owed += Math.max(asked, 1);
    this.#unasked = 0;
    // A job that ends with its own GS r (receiptline's do) needs no second one.
    await this.#channel.write(asked > 0 ? job : Buffer.concat([job, ASK_COMPLETION]));
  }

  /** Asks once more whether everything is worked through. */
  async askAgain(): Promise<void> {
    this.#owed += 1;
    await this.#channel.write(ASK_COMPLETION);
  }

  /** True when the printer has answered more often than it was asked, now or within `ms`. */
  async answersUnasked(ms: Milliseconds): Promise<boolean> {
    return (await this.#waiter.waitFor(() => (this.#unasked > 0 ? true : undefined), ms)) ?? false;
  }

  /** True once the printer confirmed everything it was sent. */
  async finished(msMax: Milliseconds): Promise<boolean> {
    return (await this.#waiter.waitFor(() => (this.#owed === 0 ? true : undefined), msMax)) ?? false;
  }

  async #statusByte(n: 1 | 2 | 3 | 4): Promise<number> {
    this.#status = null;
    await this.#channel.write(askStatus(n));
    const byte = await this.#waiter.waitFor(() => this.#status ?? undefined, this.#profile.replyMsMax);
    if (byte !== undefined) return byte;
    this.#count('silent');
    // The answers are not numbered: one that comes late would be read as the answer to the next
    // question. The line is closed, and a new one carries nothing old.
    throw new DriverProblem('PRINTER_SILENT', `no answer to status ${n}`);
  }

  async #ask(question: Uint8Array): Promise<string | undefined> {
    this.#text = null;
    await this.#channel.write(question);
    return this.#waiter.waitFor(() => this.#text ?? undefined, IDENTITY_MS_MAX);
  }

  #receive(bytes: Uint8Array): void {
    for (const answer of this.#reader.push(bytes)) {
      if (answer.kind === 'status') this.#status = answer.byte;
      else if (answer.kind === 'text') this.#text = answer.text;
      else if (answer.kind === 'automatic') this.#automatic = answer.status;
      else if (answer.kind === 'completion' && this.#owed > 0) this.#owed -= 1;
      else {
        if (answer.kind === 'completion') this.#unasked += 1;
        this.#count('stray');
      }
    }
    this.#waiter.notify();
  }
}
