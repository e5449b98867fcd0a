/**
 * Question and answer with a reader. The protocol numbers nothing, so an answer that comes too late could
 * be taken for the answer to the next question: one person's card for another's. Two things prevent it:
 * an answer must have the shape of an answer to this question, and after any silence or bad frame
 * `settle` asks for the status until it is answered. A reader answers in order, so by then nothing old
 * is left on the line.
 */

import type { Count } from '../base/counters.ts';
import type { Waiter } from '../base/waiter.ts';
import type { Channel } from '../contract.ts';
import { DriverProblem } from '../errors.ts';
import {
  type CommandName,
  type Event,
  encodeCommand,
  FrameDecoder,
  type Reply,
  replyOf,
  SW3,
} from './codec.ts';
import { counterOf, type SdtCounter } from './counters.ts';
import type { SdtProfile } from './profile.ts';

/** What the good answer to each question looks like. */
const ANSWERS: Readonly<Record<CommandName, { readonly sw3: number; readonly dataBytes: number }>> = {
  reset: { sw3: SW3.ok, dataBytes: 0 },
  status: { sw3: SW3.ok, dataBytes: 0 },
  samId: { sw3: SW3.ok, dataBytes: 16 },
  find: { sw3: SW3.found, dataBytes: 4 },
  select: { sw3: SW3.ok, dataBytes: 8 },
  read: { sw3: SW3.ok, dataBytes: 4 + 256 + 1024 },
};

/** Answers kept while nobody has looked at them yet; a reader sends one per question. */
const EVENTS_MAX = 16;

export class Conversation {
  readonly #channel: Channel;
  readonly #waiter: Waiter;
  readonly #profile: SdtProfile;
  readonly #count: Count<SdtCounter>;
  readonly #decoder = new FrameDecoder();
  #events: Event[] = [];
  /** Bytes have come since the question. */
  #received = false;

  constructor(channel: Channel, waiter: Waiter, profile: SdtProfile, count: Count<SdtCounter>) {
    this.#channel = channel;
    this.#waiter = waiter;
    this.#profile = profile;
    this.#count = count;
    channel.onData((bytes) => this.#receive(bytes));
  }

  /** The good answer or the reader's "no"; throws SDT_SILENT, SDT_FRAME or SDT_CHECKSUM. */
  async ask(command: CommandName): Promise<Reply> {
    this.#forget();
    await this.#channel.write(encodeCommand(command));
    const msMax = command === 'read' ? this.#profile.readMsMax : this.#profile.replyMsMax;
    const reply = await this.#waiter.waitFor(() => this.#answerTo(command), msMax);
    if (reply) {
      if (!isGood(command, reply)) this.#count(counterOf(reply.sw3));
      return reply;
    }
    this.#count(this.#received ? 'half_frames' : 'silent');
    throw new DriverProblem(this.#received ? 'SDT_FRAME' : 'SDT_SILENT', `no whole answer to ${command}`);
  }

  /** Returns when the reader answered in order and nothing old can still arrive. */
  async settle(): Promise<void> {
    for (let silences = 1; ; silences++) {
      try {
        const reply = await this.ask('status');
        if (reply.sw3 === SW3.ok) return;
        throw new DriverProblem('SDT_SAM_FAULT', `status ${reply.sw3.toString(16)}`);
      } catch (error) {
        if (!isLineTrouble(error) || silences >= this.#profile.silencesMax) throw error;
      }
    }
  }

  #receive(bytes: Uint8Array): void {
    this.#received = true;
    const before = this.#decoder.garbageBytes;
    this.#events.push(...this.#decoder.push(bytes));
    // Noise on the line must not fill the memory; no question waits for what is dropped here.
    if (this.#events.length > EVENTS_MAX) this.#events.splice(0, this.#events.length - EVENTS_MAX);
    this.#countGarbage(before);
    this.#waiter.notify();
  }

  #forget(): void {
    this.#events = [];
    this.#received = false;
    const before = this.#decoder.garbageBytes;
    this.#decoder.reset();
    this.#countGarbage(before);
  }

  #answerTo(command: CommandName): Reply | undefined {
    let refused = false;
    for (const event of this.#events.splice(0)) {
      const reply = event.kind === 'frame' ? replyOf(event.body) : null;
      if (reply && (isGood(command, reply) || isRefusal(command, reply))) return reply;
      if (event.kind === 'checksum') refused = true;
      else this.#count('stray');
    }
    if (!refused) return undefined;
    this.#count('checksum');
    throw new DriverProblem('SDT_CHECKSUM', `answer to ${command}`);
  }

  #countGarbage(before: number): void {
    const bytes = this.#decoder.garbageBytes - before;
    if (bytes > 0) this.#count('garbage_bytes', bytes);
  }
}

export function isLineTrouble(error: unknown): error is DriverProblem {
  return error instanceof DriverProblem && /^SDT_(SILENT|FRAME|CHECKSUM)$/.test(error.code);
}

function isGood(command: CommandName, reply: Reply): boolean {
  const good = ANSWERS[command];
  return reply.sw3 === good.sw3 && reply.data.length === good.dataBytes;
}

/** A "no" carries no data. "No card" answers a search and nothing else. */
function isRefusal(command: CommandName, reply: Reply): boolean {
  if (reply.data.length > 0 || reply.sw3 === SW3.ok || reply.sw3 === SW3.found) return false;
  return reply.sw3 !== SW3.noCard || command === 'find';
}
