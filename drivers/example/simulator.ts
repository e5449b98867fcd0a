/**
 * The other side: a scanner on any Channel. It says each code once and ignores what it is sent; what it
 * says while the cable is out is lost.
 */
import type { Channel } from '../contract.ts';

interface ScannerManners {
  readonly suffix: '\r' | '\n' | '\r\n';
  /** Sent before the code, such as ']C1'. */
  readonly prefix: string;
}

export class ScannerSimulator {
  readonly #manners: ScannerManners;
  #channel: Channel | null = null;

  constructor(manners: Partial<ScannerManners> = {}) {
    this.#manners = { suffix: '\r', prefix: '', ...manners };
  }

  attach(channel: Channel): void {
    this.#channel = channel;
    // Taken and ignored: a terminal that nobody reads is full some day, and its writer waits.
    channel.onData(() => undefined);
    channel.onClose(() => {
      if (this.#channel === channel) this.#channel = null;
    });
  }

  /** One pull of the trigger over a code. */
  scan(text: string, manners: Partial<ScannerManners> = {}): void {
    const { prefix, suffix } = { ...this.#manners, ...manners };
    this.send(Buffer.from(`${prefix}${text}${suffix}`));
  }

  /** The first bytes of a scan and no more: its power is gone in the middle, or a wire is worn. */
  half(text: string, bytes: number): void {
    this.send(Buffer.from(this.#manners.prefix + text).subarray(0, bytes));
  }

  /** Any bytes: noise, the greeting after power-on, a scanner at another speed. */
  send(bytes: Uint8Array): void {
    void this.#channel?.write(bytes).catch(() => undefined);
  }
}
