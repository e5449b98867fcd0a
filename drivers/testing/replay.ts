/**
 * A device that says what one said in a transcript. Each question is answered as it was when it was asked
 * the next time; what the transcript never asks again stays unanswered. What the device said without
 * being asked comes at its place: after the question before it, or at once at the start.
 */
import type { Channel } from '../contract.ts';
import type { TranscriptEntry } from '../transcript.ts';

interface Exchange {
  readonly question: Uint8Array;
  readonly answers: readonly Uint8Array[];
}

export class Replay {
  /** Bytes from the host that no rest of the transcript begins with. */
  unexpectedBytes = 0;
  readonly #opening: readonly Uint8Array[];
  #rest: readonly Exchange[];
  #received: Uint8Array = new Uint8Array(0);

  constructor(transcript: readonly TranscriptEntry[]) {
    const first = transcript.findIndex(({ by }) => by === 'host');
    const questions = first < 0 ? transcript.length : first;
    this.#opening = transcript.slice(0, questions).map(({ bytes }) => bytes);
    this.#rest = exchangesOf(transcript.slice(questions));
  }

  /** Exchanges that have not been played. */
  get left(): number {
    return this.#rest.length;
  }

  attach(channel: Channel): void {
    this.#received = new Uint8Array(0);
    const say = (all: readonly Uint8Array[]): void => {
      for (const bytes of all) void channel.write(bytes).catch(() => undefined);
    };
    channel.onData((bytes) => {
      this.#received = Buffer.concat([this.#received, bytes]);
      for (let answers = this.#next(); answers; answers = this.#next()) say(answers);
    });
    say(this.#opening);
  }

  /** The answers to the question that has come whole; null when none has. */
  #next(): readonly Uint8Array[] | null {
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

function exchangesOf(entries: readonly TranscriptEntry[]): Exchange[] {
  const exchanges: { question: Uint8Array; answers: Uint8Array[] }[] = [];
  for (const { by, bytes } of entries) {
    const last = exchanges.at(-1);
    if (by === 'device') last?.answers.push(bytes);
    else exchanges.push({ question: bytes, answers: [] });
  }
  return exchanges;
}

const startsWith = (bytes: Uint8Array, start: Uint8Array): boolean =>
  bytes.length >= start.length && start.every((byte, index) => bytes[index] === byte);
