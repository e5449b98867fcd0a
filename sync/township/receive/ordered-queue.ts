/**
 * Work that is prepared in any order and done in the order it was added, one after another. `add` answers with a promise when more than
 * `ahead_max` are not done yet: whoever adds should wait for it.
 */
export function createLane(ahead_max: number) {
  const undone: Promise<void>[] = [];
  let last = Promise.resolve();
  return {
    /** Neither `ready` nor `work` may fail. */
    add<T>(ready: Promise<T>, work: (prepared: T) => void): Promise<void> | undefined {
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
    /** When all that was added is done. */
    idle: () => last,
  };
}
