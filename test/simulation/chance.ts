import { createHash } from 'node:crypto';
import { seededRandom } from '../../sync/testing/seeded-random.ts';

/**
 * One stream of chance. Streams of one seed do not disturb each other: another fault does not change what the
 * doctors do.
 */
export interface Chance {
  bytes(count: number): Uint8Array;
  /** A whole number from 0 to `max`, both included. */
  upTo(max: number): number;
  happens(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** Exponentially distributed, so that what comes next does not depend on what came. */
  wait(mean_ms: number): number;
}

export function chanceOf(seed: number, stream: string): Chance {
  const bytes = seededRandom(createHash('sha256').update(`${seed} ${stream}`).digest().readUInt32LE());
  const unit = () => Buffer.from(bytes(4)).readUInt32LE() / 2 ** 32;
  return {
    bytes,
    upTo: (max) => Math.floor(unit() * (max + 1)),
    happens: (probability) => unit() < probability,
    pick: (list) => list[Math.floor(unit() * list.length)] as (typeof list)[number],
    wait: (mean_ms) => Math.ceil(-Math.log(1 - unit()) * mean_ms),
  };
}
