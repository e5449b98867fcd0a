/**
 * A device that says what one said in a transcript. Each question is answered as it was when it was asked
 * the next time; what the transcript never asks again stays unanswered. What the device said without
 * being asked comes at its place: after the question before it, or at the start. With a clock each entry
 * of the device waits for the pause that was recorded before it; without one there are no pauses, and two
 * frames that only silence held apart become one.
 */
import type { Channel, Clock } from '../contract.ts';
import type { TranscriptEntry } from '../transcript.ts';

interface Exchange {
  readonly question: Uint8Array;
  readonly answers: readonly TranscriptEntry[];
}

export class Replay {
  /** Bytes from the host that no rest of the transcript begins with. */
  unexpectedBytes = 0;
  readonly #clock: Clock | undefined;
  readonly #opening: readonly TranscriptEntry[];
  #rest: readonly Exchange[];
  #received: Uint8Array = new Uint8Array(0);

  constructor(transcript: readonly TranscriptEntry[], clock?: Clock) {
    this.#clock = clock;
    const first = transcript.findIndex(({ by }) => by === 'host');
    const questions = first < 0 ? transcript.length : first;
    this.#opening = transcript.slice(0, questions);
    this.#rest = exchangesOf(transcript.slice(questions));
  }

  /** Exchanges that have not been played. */
  get left(): number {
    return this.#rest.length;
  }

  attach(channel: Channel): void {
    this.#received = new Uint8Array(0);
    const speech = new Speech(channel, this.#clock);
    channel.onData((bytes) => {
      this.#received = Buffer.concat([this.#received, bytes]);
      for (let answers = this.#next(); answers; answers = this.#next()) speech.say(answers);
    });
    speech.say(this.#opening);
  }

  /** The answers to the question that has come whole; null when none has. */
  #next(): readonly TranscriptEntry[] | null {
    if (this.#received.length === 0) return null;
    const at = this.#rest.findIndex(({ question }) => startsWith(this.#received, question));
    const exchange = this.#rest[at];
    if (exchange) {
      this.#rest = this.#rest.slice(at + 1);
      this.#received = this.#received.subarray(exchange.question.length);
      return exchange.answers;
    }
    if (!this.#rest.some(({ question }) => startsWith(question, this.#received))) {
      this.unexpectedBytes += this.#received.length;
      this.#received = new Uint8Array(0);
    }
    return null;
  }
}

/** What is still to be said over one line, in order, each entry after its pause. */
class Speech {
  readonly #channel: Channel;
  readonly #clock: Clock | undefined;
  readonly #queue: TranscriptEntry[] = [];
  #timer: unknown = null;

  constructor(channel: Channel, clock: Clock | undefined) {
    this.#channel = channel;
    this.#clock = clock;
    channel.onClose(() => clock?.clearTimeout(this.#timer));
  }

  say(entries: readonly TranscriptEntry[]): void {
    this.#queue.push(...entries);
    if (this.#timer === null) this.#go();
  }

  #go(): void {
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      const { bytes, pauseMs = 0 } = next;
      if (this.#clock && pauseMs > 0) {
        this.#timer = this.#clock.setTimeout(() => this.#after(bytes), pauseMs);
        return;
      }
      this.#write(bytes);
    }
  }

  #after(bytes: Uint8Array): void {
    this.#timer = null;
    this.#write(bytes);
    this.#go();
  }

  #write(bytes: Uint8Array): void {
    void this.#channel.write(bytes).catch(() => undefined);
  }
}

function exchangesOf(entries: readonly TranscriptEntry[]): Exchange[] {
  const exchanges: { question: Uint8Array; answers: TranscriptEntry[] }[] = [];
  for (const entry of entries) {
    if (entry.by === 'device') exchanges.at(-1)?.answers.push(entry);
    else exchanges.push({ question: entry.bytes, answers: [] });
  }
  return exchanges;
}

const startsWith = (bytes: Uint8Array, start: Uint8Array): boolean =>
  bytes.length >= start.length && start.every((byte, index) => bytes[index] === byte);
