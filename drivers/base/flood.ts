/** What a device may say in a time: above it the line is dropped, before it costs the page its answers. */
import type { Clock } from '../contract.ts';

/** Five times the fastest serial line in use; an answer of a printer or reader has at most 1 300 bytes. */
const BYTES_PER_SECOND_MAX = 64 * 1024;
/** So much may come at once after a silence. */
const BYTES_AT_ONCE_MAX = 256 * 1024;
/** Each piece costs as much as so many bytes: a flood of single bytes is one, too. */
const PIECE_BYTES = 32;

/** Of one open line. Gives false once a piece of so many bytes is too much. */
export function createFloodGate(clock: Pick<Clock, 'now'>): (bytes: number) => boolean {
  let left = BYTES_AT_ONCE_MAX;
  let before = clock.now();
  return (bytes) => {
    const now = clock.now();
    const elapsedMs = Math.max(0, now - before); // the clock may be set back
    before = now;
    left =
      Math.min(BYTES_AT_ONCE_MAX, left + (elapsedMs / 1000) * BYTES_PER_SECOND_MAX) - bytes - PIECE_BYTES;
    return left >= 0;
  };
}
