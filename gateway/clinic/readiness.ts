import type { Desk } from './visit/desk.ts';

/** Many changes of one moment become one message to the page. */
export function announceLater(): { announce(): void; listen(send: () => void): void; stop(): void } {
  let send = () => {};
  let waiting = false;
  return {
    announce() {
      if (waiting) return;
      waiting = true;
      setImmediate(() => {
        waiting = false;
        send();
      });
    },
    listen(listener) {
      send = listener;
    },
    /** What is still to be announced must not read a store that is closed by then. */
    stop() {
      send = () => {};
    },
  };
}

/** The first start waits for the township's datasets; until then there is nothing to price with. */
export function untilReady(desk: Desk): { promise: Promise<void>; check(): void; done(): boolean } {
  let resolve = () => {};
  let done = false;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  function check(): void {
    if (done) return;
    try {
      desk.reference();
    } catch {
      return;
    }
    done = desk.reference().bundles.length > 0;
    if (done) resolve();
  }
  check();
  return { promise, check, done: () => done };
}
