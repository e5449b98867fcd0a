/**
 * Simulated time: nothing happens but what is due, in one order. A step is one timer and all that follows
 * from it.
 */
export interface Time {
  now(): number;
  at(ms: number, run: () => void): Timer;
  cancel(timer: Timer): void;
  /** Runs the next timer. False when none is due by `until`; then it is `until`. */
  step(until: number): Promise<boolean>;
}

export interface Timer {
  due: number;
  order: number;
  run: (() => void) | null;
}

export function simulatedTime(start: number): Time {
  const heap: Timer[] = [];
  let now = start;
  let order = 0;
  // Every promise that can go on has gone on before the event loop comes round to this.
  const settle = () => new Promise<void>((done) => setImmediate(done));
  return {
    now: () => now,
    at(ms, run) {
      const timer = { due: now + Math.max(0, ms), order: order++, run };
      push(heap, timer);
      return timer;
    },
    cancel(timer) {
      timer.run = null;
    },
    async step(until) {
      let next = heap[0];
      while (next && next.run === null) {
        pop(heap);
        next = heap[0];
      }
      if (!next || next.due > until) {
        now = until;
        return false;
      }
      pop(heap);
      now = next.due;
      next.run?.();
      await settle();
      return true;
    },
  };
}

const before = (a: Timer, b: Timer) => a.due < b.due || (a.due === b.due && a.order < b.order);

/** A binary heap, earliest first. */
function push(heap: Timer[], timer: Timer): void {
  let child = heap.push(timer) - 1;
  while (child > 0) {
    const parent = (child - 1) >> 1;
    const above = heap[parent] as Timer;
    if (!before(timer, above)) break;
    heap[child] = above;
    child = parent;
  }
  heap[child] = timer;
}

function pop(heap: Timer[]): void {
  const last = heap.pop();
  if (!last || heap.length === 0) return;
  let parent = 0;
  for (;;) {
    let child = 2 * parent + 1;
    const [left, right] = [heap[child], heap[child + 1]];
    if (right && left && before(right, left)) child += 1;
    const below = heap[child];
    if (!below || !before(below, last)) break;
    heap[parent] = below;
    parent = child;
  }
  heap[parent] = last;
}
