/** Something that the page shows has changed. */
export interface Changes {
  /** Many of one moment become one call of the listener. */
  announce(): void;
  listen(listener: () => void): void;
  /** What is still to be announced must not read a store that is closed by then. */
  stop(): void;
}

/** `later`: runs something once the work at hand is done. */
export function createChanges(later: (run: () => void) => void): Changes {
  let listener = () => {};
  let waiting = false;
  return {
    announce() {
      if (waiting) return;
      waiting = true;
      later(() => {
        waiting = false;
        listener();
      });
    },
    listen(next) {
      listener = next;
    },
    stop() {
      listener = () => {};
    },
  };
}
