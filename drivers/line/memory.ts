/**
 * A cable in memory, for fast tests of drivers against simulators. Bytes arrive later, never at once, and
 * wait for the first listener as they do on a real line.
 */
import { Listeners } from '../base/listeners.ts';
import type { Channel, Transport } from '../contract.ts';
import { DriverProblem } from '../errors.ts';

type End = Channel & { receive(bytes: Uint8Array): void; end(why: string): void };

function makeEnd(far: () => End | undefined): End {
  const data = new Listeners<Uint8Array>();
  let early: Uint8Array[] | null = [];
  const close = new Listeners<string>();
  let open = true;
  const end = (why: string): void => {
    if (!open) return;
    open = false;
    close.emit(why);
    far()?.end(why);
  };
  return {
    write: async (bytes) => {
      if (!open) throw new DriverProblem('DEVICE_LOST', 'closed');
      const copy = Uint8Array.from(bytes);
      queueMicrotask(() => far()?.receive(copy));
    },
    onData: (listener) => {
      data.add(listener);
      for (const bytes of early?.splice(0) ?? []) data.emit(bytes);
      early = null;
    },
    onClose: (listener) => void close.add(listener),
    close: async () => end('closed here'),
    receive: (bytes) => {
      if (!open) return;
      if (early) early.push(bytes);
      else data.emit(bytes);
    },
    end,
  };
}

/** `plugIn` gives the device's end; while nothing is plugged in, opening rejects. */
export class MemoryCable implements Transport {
  readonly name = 'memory';
  #plugged: ((channel: Channel) => void) | null = null;
  #line: End | null = null;

  plugIn(device: (channel: Channel) => void): void {
    this.#plugged = device;
  }

  pull(): void {
    this.#plugged = null;
    this.#line?.end('cable pulled');
    this.#line = null;
  }

  async open(): Promise<Channel> {
    const attach = this.#plugged;
    if (!attach) throw new DriverProblem('DEVICE_ABSENT', 'nothing is plugged in');
    const host: End = makeEnd(() => device);
    const device: End = makeEnd(() => host);
    this.#line = host;
    attach(device);
    return host;
  }
}
