/** Work that is prepared in any order and done in the order it was added, one after another. */
interface OrderedQueue {
  /**
   * Neither `ready` nor `work` may fail. Gives a promise when more than `ahead_max` are not done yet: whoever
   * adds should wait for it.
   */
  add<T>(ready: Promise<T>, work: (prepared: T) => void): Promise<void> | undefined;
  /** Resolves when all that was added is done. */
  idle(): Promise<void>;
}

export function createOrderedQueue(ahead_max: number): OrderedQueue {
  const undone: Promise<void>[] = [];
  let last = Promise.resolve();
  return {
    add(ready, work) {
      const before = last;
      last = (async () => {
        const prepared = await ready;
        await before;
        work(prepared);
        undone.shift();
      })();
      undone.push(last);
      return undone.at(-1 - ahead_max);
    },
    idle: () => last,
  };
}
