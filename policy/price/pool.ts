/** Step 2: the stages of the pool, in order. Source: spec "Step 2". */
import type { PoolStage } from '../compile/stage.ts';
import { mulDivHalfUp, ONE } from '../fen.ts';
import { tracePool } from './make-trace.ts';
import { findRooms, gainPaid, leastRoom, onlyLeaseShut, type Room } from './rooms.ts';
import { share } from './share.ts';
import { book, gain, type State } from './state.ts';

/** The lines a stage takes and what it makes of each. Columns, one entry a line; fen, `rate` in 10^-4. */
export interface Taken {
  /** Indices into the claim's lines. */
  lines: number[];
  before: number[];
  deductible: number[];
  /** A: what is left of each line after the deductible. */
  after: number[];
  rate: number[];
  /** w: fen × 10^-4 for `rate`, fen for `fixed`. */
  weight: number[];
  weights: number;
  gross: number;
}

export function runStage(state: State, stage: PoolStage): void {
  if (!stage.when(state.claim, -1)) {
    if (state.trace) tracePool(state.trace, stage, 'when', []);
    return;
  }
  const rooms = findRooms(state, stage);
  const lines = matchingLines(state, stage);
  const shut = stage.next && rooms.some((room) => room.room === 0);
  if (lines.length === 0 || shut) {
    if (lines.length > 0 && onlyLeaseShut(rooms)) state.allotmentBound = true;
    if (state.trace) tracePool(state.trace, stage, lines.length === 0 ? 'no_item' : 'no_room', rooms);
    return;
  }
  pay(state, stage, rooms, lines);
}

function matchingLines(state: State, stage: PoolStage): number[] {
  const lines: number[] = [];
  for (let i = 0; i < state.open.length; i++) {
    if ((state.open[i] as number) > 0 && stage.items(state.claim, i)) lines.push(i);
  }
  return lines;
}

function pay(state: State, stage: PoolStage, rooms: Room[], lines: number[]): void {
  const taken = stage.perUnit ? takeFixed(state, stage, lines) : takeRate(state, stage, lines);
  const { gross } = taken;
  const least = leastRoom(rooms);
  const paid = least === undefined ? gross : Math.min(gross, least.room);
  const limit = paid < gross ? least : undefined;
  if (limit?.leased) state.allotmentBound = true;
  gainPaid(state, stage, rooms, paid);
  const shares = share(paid, taken.weight, taken.weights, taken.after);
  const open = stage.next && paid < gross ? stillOpen(taken, paid) : null;
  settleLines(state, stage, taken, shares, open);
  const deductible = sum(taken.deductible);
  state.deductibles += deductible;
  const amounts = { base: sum(taken.before), deductible, gross, paid };
  const result = book(state, stage, amounts, limit?.limit.bucket.name ?? null);
  if (state.trace) tracePool(state.trace, stage, 'paid', rooms, { state, result, taken, shares });
}

function takeRate(state: State, stage: PoolStage, lines: number[]): Taken {
  const before: number[] = [];
  const rate: number[] = [];
  const same = stage.rateByLine ? 0 : lineRate(state, stage, -1);
  for (const line of lines) {
    before.push(state.open[line] as number);
    rate.push(stage.rateByLine ? lineRate(state, stage, line) : same);
  }
  const deductible = eatDeductible(state, stage, before, rate);
  const after: number[] = [];
  const weight: number[] = [];
  let weights = 0;
  for (let i = 0; i < lines.length; i++) {
    const left = (before[i] as number) - (deductible[i] as number);
    after.push(left);
    weight.push(left * (rate[i] as number));
    weights += left * (rate[i] as number);
  }
  const gross = mulDivHalfUp(weights, 1, ONE);
  return { lines, before, deductible, after, rate, weight, weights, gross };
}

function lineRate(state: State, stage: PoolStage, line: number): number {
  let rate = stage.rate ? stage.rate(state.claim, line) : 0;
  for (const { when, plus } of stage.plus) if (when(state.claim, line)) rate += plus;
  return Math.min(ONE, rate);
}

/** The deductible is eaten by the lines from the lowest rate up, claim order on a tie. */
function eatDeductible(state: State, stage: PoolStage, before: number[], rate: number[]): number[] {
  const eaten = before.map(() => 0);
  if (stage.deductible === undefined) return eaten;
  const { bucket, amount } = stage.deductible;
  let left = Math.max(0, amount(state.claim, -1) - (state.used[bucket.index] as number));
  const order = before.map((_, i) => i);
  order.sort((a, b) => (rate[a] as number) - (rate[b] as number) || a - b);
  for (const i of order) {
    const bite = Math.min(before[i] as number, left);
    eaten[i] = bite;
    left -= bite;
    gain(state, bucket, bite);
  }
  return eaten;
}

function takeFixed(state: State, stage: PoolStage, lines: number[]): Taken {
  const before = lines.map((line) => state.open[line] as number);
  const perUnit = stage.perUnit ? stage.perUnit(state.claim, -1) : 0;
  let left = stage.maxUnits ?? Infinity;
  const weight = lines.map((line, i) => {
    const units = Math.min(state.claim.cnt[line] as number, left);
    left -= units;
    return Math.min(before[i] as number, mulDivHalfUp(perUnit, units, ONE));
  });
  const weights = sum(weight);
  const none = lines.map(() => 0);
  return { lines, before, deductible: none, after: before, rate: none, weight, weights, gross: weights };
}

/** What a stage with overflow "next" leaves of each line to the next one. */
function stillOpen(taken: Taken, paid: number): number[] {
  const all = sum(taken.after);
  const covered = mulDivHalfUp(all, paid, taken.gross);
  const shares = share(covered, taken.after, all, taken.after);
  return taken.after.map((amount, i) => amount - (shares[i] as number));
}

function settleLines(
  state: State,
  stage: PoolStage,
  taken: Taken,
  shares: number[],
  open: number[] | null,
): void {
  const { lines, after, rate } = taken;
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as number;
    const left = open === null ? 0 : (open[i] as number);
    state.poolPay[line] = (state.poolPay[line] as number) + (shares[i] as number);
    state.open[line] = left;
    if (stage.rate === undefined) continue;
    const covered = (after[i] as number) - left;
    state.covered += covered;
    state.weighted += covered * (rate[i] as number);
  }
}

export function sum(amounts: number[]): number {
  let total = 0;
  for (const amount of amounts) total += amount;
  return total;
}
