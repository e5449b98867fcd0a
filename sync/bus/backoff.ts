import type { Random } from '../ports.ts';

export interface Backoff {
  /** Bound of the first wait. default: 1000 ms */
  base_ms: number;
  /** Bound of every wait. default: 60 000 ms */
  cap_ms: number;
}

/** How long to wait after so many failures: anywhere up to a bound that doubles (full jitter). */
export function waitBefore(failures: number, { base_ms, cap_ms }: Backoff, random: Random): number {
  const bound = Math.min(cap_ms, base_ms * 2 ** Math.min(failures, 30));
  return Math.floor((Buffer.from(random(4)).readUInt32LE() / 2 ** 32) * bound);
}

export const randomSuffix = (random: Random) => Buffer.from(random(4)).toString('hex');
