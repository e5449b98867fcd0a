/**
 * Reads what a device says that is never asked, where a frame has a mark at its end and neither a mark at
 * its beginning nor a checksum: scanners, many scales. Nothing in such bytes tells a whole frame from a
 * piece of one, so there is one rule: **a frame is whole only if it begins after the end of another, or
 * after silence**. The end of a frame that began before the line was opened is no frame, and half a frame
 * is given up after silence, before the next one can be joined to it.
 */
import type { Channel, Milliseconds } from '../contract.ts';
import type { Waiter } from './waiter.ts';

/** Bytes to frames; each has a longest frame and keeps no more than that. */
export interface FrameDecoder<Frame> {
  /** The frames that these bytes end, in order. */
  push(bytes: Uint8Array): Frame[];
  /** A frame has begun and not ended. */
  readonly unfinished: boolean;
  /** Forgets the frame that has begun. */
  reset(): void;
}

export interface SilenceSettings {
  /**
   * Longest silence inside a frame; the frame as a whole may take longer (7 kB at 9600 baud are 7 s).
   * Longer than any pause that device, adapter and system make, or the rest of a frame is taken for a
   * frame; shorter than a hand takes from one frame to the next, or half a frame is joined to the next.
   * 100–2 000, usual 500.
   */
  readonly silenceMsMax: Milliseconds;
}

interface FrameReaderParts<Frame> extends SilenceSettings {
  readonly channel: Channel;
  readonly waiter: Waiter;
  readonly decoder: FrameDecoder<Frame>;
  /** Whole frames that came faster than `next` was called: so many were dropped. */
  readonly onDropped: (frames: number) => void;
}

/** Frames that wait for `next`; a hand makes two in a second. */
const QUEUE_MAX = 16;

export class FrameReader<Frame> {
  readonly #parts: FrameReaderParts<Frame>;
  readonly #frames: (Frame | null)[] = [];
  /** What comes now begins a frame or goes on with one whose beginning was seen. */
  #aligned = false;
  #pieces = 0;

  /** Listens from now on; make it as soon as the line is open. */
  constructor(parts: FrameReaderParts<Frame>) {
    this.#parts = parts;
    parts.channel.onData((bytes) => this.#receive(bytes));
  }

  /**
   * The next frame; null for one without its beginning or its end. Rejects when the line ends. Silence is
   * noticed only while `next` waits: wait for nothing else between two calls.
   */
  async next(): Promise<Frame | null> {
    const { decoder, waiter } = this.#parts;
    for (;;) {
      const frame = this.#frames.shift();
      if (frame !== undefined) return frame;
      if (this.#aligned && !decoder.unfinished) await waiter.waitFor(this.#more());
      else if (await this.#isSilent()) {
        this.#aligned = true;
        if (decoder.unfinished) {
          decoder.reset();
          return null;
        }
      }
    }
  }

  #receive(bytes: Uint8Array): void {
    const { decoder, waiter, onDropped } = this.#parts;
    this.#pieces += 1;
    let dropped = 0;
    for (const frame of decoder.push(bytes)) {
      if (this.#frames.length < QUEUE_MAX) this.#frames.push(this.#aligned ? frame : null);
      else dropped += 1;
      this.#aligned = true;
    }
    if (dropped > 0) onDropped(dropped);
    waiter.notify();
  }

  /**
   * In two halves: a process that was busy for long finds its timer expired before it reads what came
   * meanwhile. It reads before the second one expires.
   */
  async #isSilent(): Promise<boolean> {
    const more = this.#more();
    for (let half = 0; half < 2; half++)
      if (await this.#parts.waiter.waitFor(more, this.#parts.silenceMsMax / 2)) return false;
    return true;
  }

  /** True once bytes have come after this call. */
  #more(): () => true | undefined {
    const before = this.#pieces;
    return () => (this.#pieces !== before ? true : undefined);
  }
}
