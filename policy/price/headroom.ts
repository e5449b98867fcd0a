/**
 * How much the limits of a stage leave it, and which one binds. Source: docs/adjudication.md "Step 2", 1, 4
 * and 5.
 */
import type { Limit } from '../compile/limits.ts';
import type { Payer } from '../compile/stage.ts';
import { type Fen, SATURATED } from '../fen.ts';
import { accumulate, type State } from './state.ts';

/** What one limit leaves. Fen; for `times` counts, and `left` 0 or SATURATED. */
export interface Headroom {
  limit: Limit;
  bound: number;
  used: number;
  left: number;
  /** Less than the person's right, because of `allotted`. */
  allotmentBound: boolean;
  /** Nothing left, and only because of `allotted`. */
  allotmentSpent: boolean;
}

/** Of every limit of the payer that holds for the claim, in their order. */
export function findHeadroom(state: State, payer: Payer): Headroom[] {
  const found: Headroom[] = [];
  for (const limit of payer.limits) {
    if (limit.when(state.claim, -1)) found.push(headroomOf(state, limit));
  }
  return found;
}

function headroomOf(state: State, limit: Limit): Headroom {
  const { index } = limit.bucket;
  const used = state.used[index] as number;
  if (limit.amount === undefined) {
    const bound = limit.times ?? 0;
    const left = used >= bound ? 0 : SATURATED;
    return { limit, bound, used, left, allotmentBound: false, allotmentSpent: false };
  }
  const bound = limit.amount(state.claim, -1);
  const right = Math.max(0, bound - used);
  const allotted = Math.max(0, (state.claim.allotted[index] as number) - (state.put[index] as number));
  return {
    limit,
    bound,
    used,
    left: Math.min(right, allotted),
    allotmentBound: allotted < right,
    allotmentSpent: right > 0 && allotted === 0,
  };
}

/** The one with the least left, first listed on a tie. */
export function tightest(headroom: Headroom[]): Headroom | undefined {
  let least = headroom[0];
  for (const one of headroom) if (least !== undefined && one.left < least.left) least = one;
  return least;
}

/**
 * Whether all that have nothing left have none because of `allotted`: with a link the visit may be settled
 * again.
 */
export function blockedByAllotmentOnly(headroom: Headroom[]): boolean {
  return headroom.every(({ left, allotmentSpent }) => left > 0 || allotmentSpent);
}

/** Each bucket once: what was paid is added to those of money, one visit to those of `times`. */
export function accumulatePaid(state: State, payer: Payer, headroom: Headroom[], paid: Fen): void {
  if (paid === 0) return;
  const done: number[] = [];
  for (const { limit } of headroom) {
    if (done.includes(limit.bucket.index)) continue;
    done.push(limit.bucket.index);
    accumulate(state, limit.bucket, limit.times === undefined ? paid : 1);
  }
  for (const bucket of payer.counts) {
    if (done.includes(bucket.index)) continue;
    done.push(bucket.index);
    accumulate(state, bucket, paid);
  }
}
