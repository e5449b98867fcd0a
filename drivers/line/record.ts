/**
 * Records a line: every byte in both directions becomes part of a transcript, in the order in which the
 * driver wrote and received it. The driver notices nothing.
 */
import type { Channel, Clock, Milliseconds, Transport } from '../contract.ts';
import { formatEntry, formatRemark, formatTime, LINE_IS_OPEN } from '../transcript.ts';
import type { LineFactory } from './open-line.ts';

/** A line may cut one answer into many pieces: those that come this soon after each other are one entry. */
const QUIET_MS: Milliseconds = 50;
/** Kept at most before they are written, however long a device speaks. */
const PENDING_BYTES_MAX = 4_096;
/** A shorter pause is not remarked. */
const PAUSE_MS_MIN: Milliseconds = 100;

/** Makes the text of a transcript and hands it on piece by piece, so that little is lost with the power. */
export class TranscriptRecorder {
  readonly #clock: Clock;
  readonly #write: (text: string) => void;
  readonly #startedAt: number;
  #lastAt: number;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #pendingSince = 0;
  #timer: unknown = null;
  #lastRemark = '';

  constructor(clock: Clock, write: (text: string) => void) {
    this.#clock = clock;
    this.#write = write;
    this.#startedAt = clock.now();
    this.#lastAt = this.#startedAt;
  }

  toDevice(bytes: Uint8Array): void {
    this.flush();
    this.#entry('host', bytes, this.#clock.now());
  }

  fromDevice(bytes: Uint8Array): void {
    if (this.#pendingBytes === 0) this.#pendingSince = this.#clock.now();
    this.#pending.push(Uint8Array.from(bytes));
    this.#pendingBytes += bytes.length;
    this.#clock.clearTimeout(this.#timer);
    if (this.#pendingBytes >= PENDING_BYTES_MAX) this.flush();
    else this.#timer = this.#clock.setTimeout(() => this.flush(), QUIET_MS);
  }

  /** The same remark again is left out: a device that is absent all night is one line. */
  remark(text: string): void {
    this.flush();
    if (text === this.#lastRemark) return;
    this.#lastRemark = text;
    this.#pause(this.#clock.now());
    this.#write(formatRemark(text));
  }

  /** Writes what is kept; no timer is left after it. */
  flush(): void {
    this.#clock.clearTimeout(this.#timer);
    if (this.#pendingBytes === 0) return;
    const bytes = Buffer.concat(this.#pending);
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#entry('device', bytes, this.#pendingSince);
  }

  #entry(by: 'host' | 'device', bytes: Uint8Array, at: number): void {
    this.#lastRemark = '';
    this.#pause(at);
    this.#write(formatEntry({ by, bytes }));
  }

  /** Remarks the time since the start where nothing went over the line for a while. */
  #pause(at: number): void {
    if (at - this.#lastAt >= PAUSE_MS_MIN) this.#write(formatTime(at - this.#startedAt));
    this.#lastAt = at;
  }
}

/** The same lines, recorded. */
export function recordedLines(lines: LineFactory, recorder: TranscriptRecorder): LineFactory {
  return {
    ...lines,
    serial: (path, line) => recorded(lines.serial(path, line), recorder),
    tcp: (host, port, line) => recorded(lines.tcp(host, port, line), recorder),
  };
}

export function recorded(inner: Transport, recorder: TranscriptRecorder): Transport {
  return {
    name: inner.name,
    open: async () => {
      try {
        const channel = await inner.open();
        recorder.remark(LINE_IS_OPEN);
        return recordedChannel(channel, recorder);
      } catch (error) {
        recorder.remark(`the line does not open: ${messageOf(error)}`);
        throw error;
      }
    },
  };
}

function recordedChannel(inner: Channel, recorder: TranscriptRecorder): Channel {
  let listening = false;
  inner.onClose((why) => recorder.remark(`the line has ended: ${why}`));
  return {
    write: (bytes) => {
      recorder.toDevice(bytes);
      return inner.write(bytes);
    },
    onData: (listener) => {
      // Not before the driver listens: a line may keep what comes until then.
      if (!listening) inner.onData((bytes) => recorder.fromDevice(bytes));
      listening = true;
      inner.onData(listener);
    },
    onClose: (listener) => inner.onClose(listener),
    close: () => inner.close(),
  };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
