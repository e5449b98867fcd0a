/**
 * Puts a limit on everything a line may keep us waiting for: opening, writing, closing. The lines
 * themselves (serial.ts, tcp.ts) then stay small. A write that hangs is a real thing: a serial write may
 * return 0 bytes for ever, a printer out of paper closes its TCP window. It ends the line, and a new one
 * is opened: that cures it, waiting does not.
 */
import { Listeners } from '../base/listeners.ts';
import type { Channel, Clock, Milliseconds, Transport } from '../contract.ts';
import { DriverProblem } from '../errors.ts';
import type { LineSettings } from './open-line.ts';

const CLOSE_MS_MAX = 1_000;

export function bounded(inner: Transport, line: LineSettings, clock: Clock): Transport {
  return { name: inner.name, open: () => openWithin(inner, line, clock) };
}

async function openWithin(inner: Transport, line: LineSettings, clock: Clock): Promise<Channel> {
  const opening = inner.open();
  let late = false;
  const onTime = within(opening, line.openMsMax, clock, () => {
    late = true;
    return new DriverProblem('DEVICE_ABSENT', `not open after ${line.openMsMax} ms`);
  });
  // A line that opens after we gave up must not stay open: it would hold the lock against ourselves.
  opening.then(
    (channel) => (late ? channel.close() : undefined),
    () => undefined,
  );
  return boundedChannel(await onTime, line, clock);
}

function boundedChannel(inner: Channel, line: LineSettings, clock: Clock): Channel {
  const listeners = new Listeners<string>();
  let closedBecause: string | null = null;
  let closing: Promise<void> | null = null;
  const closed = (why: string): void => {
    if (closedBecause !== null) return;
    closedBecause = why;
    listeners.emit(why);
  };
  inner.onClose(closed);

  const close = (why: string): Promise<void> => {
    closing ??= within(inner.close(), CLOSE_MS_MAX, clock, () => new Error('close hangs')).catch(
      () => undefined,
    );
    closed(why);
    return closing;
  };
  return {
    write: (bytes) => {
      if (closedBecause !== null) return Promise.reject(new DriverProblem('DEVICE_LOST', closedBecause));
      return within(inner.write(bytes), line.writeMsMax, clock, () => {
        const why = `a write was not taken within ${line.writeMsMax} ms`;
        void close(why);
        return new DriverProblem('DEVICE_LOST', why);
      });
    },
    onData: (listener) => inner.onData((bytes) => (closedBecause === null ? listener(bytes) : undefined)),
    onClose: (listener) => {
      if (closedBecause === null) listeners.add(listener);
      else listener(closedBecause);
    },
    close: () => close('closed here'),
  };
}

function within<T>(work: Promise<T>, ms: Milliseconds, clock: Clock, problem: () => Error): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = clock.setTimeout(() => reject(problem()), ms);
    work.then(resolve, reject).finally(() => clock.clearTimeout(timer));
  });
}
