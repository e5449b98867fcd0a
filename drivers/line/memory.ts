/** A cable in memory, for fast tests of drivers against simulators. Bytes arrive later, never at once. */
import type { Channel, Transport } from '../contract.ts';
import { DriverProblem } from '../errors.ts';

type End = Channel & { hear(bytes: Uint8Array): void; end(why: string): void };

function makeEnd(far: () => End | undefined): End {
  const data: ((bytes: Uint8Array) => void)[] = [];
  const close: ((why: string) => void)[] = [];
  let open = true;
  const end = (why: string): void => {
    if (!open) return;
    open = false;
    for (const listener of close) listener(why);
    far()?.end(why);
  };
  return {
    write: async (bytes) => {
      if (!open) throw new DriverProblem('DEVICE_LOST', 'closed');
      const copy = Uint8Array.from(bytes);
      queueMicrotask(() => far()?.hear(copy));
    },
    onData: (listener) => data.push(listener),
    onClose: (listener) => close.push(listener),
    close: async () => end('closed here'),
    hear: (bytes) => {
      if (open) for (const listener of data) listener(bytes);
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
