/**
 * A message should take about this long to the broker: shorter ones keep a slow link from starving its pings.
 */
const QUICK_MS = 1_000;
const SLOW_MS = 4_000;
const BATCH_BYTES_MIN = 8_192;

/** How many characters of records go into the next message: halved on a slow link, doubled on a quick one. */
import { BATCH_BYTES_MAX } from '../contract/limits.ts';

interface BatchSize {
  bytes_max(): number;
  /** A message handed to the bus at `sent` was acknowledged by the broker at `now`; both ms since 1970. */
  acknowledged(sent: number, now: number): void;
}

export function createBatchSize(): BatchSize {
  let bytes_max = BATCH_BYTES_MAX;
  let last = Number.NEGATIVE_INFINITY;
  return {
    bytes_max: () => bytes_max,
    acknowledged(sent, now) {
      // What is in front of it in the queue is not its own time.
      const took = now - Math.max(sent, last);
      last = now;
      if (took > SLOW_MS) bytes_max = Math.max(BATCH_BYTES_MIN, bytes_max / 2);
      else if (took < QUICK_MS) bytes_max = Math.min(BATCH_BYTES_MAX, bytes_max * 2);
    },
  };
}
