/** Step 2: a stage of the pool. Source: docs/adjudication.md "Step 2". */
import type { PoolStage } from '../compile/stage.ts';
import { type Fen, mulDivHalfUp, sum } from '../fen.ts';
import { accumulatePaid, blockedByAllotmentOnly, findHeadroom, type Headroom, tightest } from './headroom.ts';
import { tracePool } from './make-trace.ts';
import { share } from './share.ts';
import { book, type State } from './state.ts';
import { type Taken, takeLines } from './take.ts';

export function runStage(state: State, stage: PoolStage): void {
  if (!stage.when(state.claim, -1)) {
    if (state.trace) tracePool(state.trace, stage, 'when', []);
    return;
  }
  const headroom = findHeadroom(state, stage);
  const lines = matchingLines(state, stage);
  const blocked = stage.next && headroom.some(({ left }) => left === 0);
  if (lines.length === 0 || blocked) {
    if (lines.length > 0 && blockedByAllotmentOnly(headroom)) state.allotmentBound = true;
    if (state.trace) tracePool(state.trace, stage, lines.length === 0 ? 'no_item' : 'no_room', headroom);
    return;
  }
  pay(state, stage, headroom, lines);
}

function matchingLines(state: State, stage: PoolStage): number[] {
  const lines: number[] = [];
  for (let i = 0; i < state.open.length; i++) {
    if ((state.open[i] as number) > 0 && stage.items(state.claim, i)) lines.push(i);
  }
  return lines;
}

function pay(state: State, stage: PoolStage, headroom: Headroom[], lines: number[]): void {
  const taken = takeLines(state, stage, lines);
  const { gross } = taken;
  const least = tightest(headroom);
  const paid = least === undefined ? gross : Math.min(gross, least.left);
  const binding = paid < gross ? least : undefined;
  if (binding?.allotmentBound) state.allotmentBound = true;
  accumulatePaid(state, stage, headroom, paid);
  const shares = share(paid, taken.weight, taken.weights, taken.after);
  const open = stage.next && paid < gross ? stillOpen(taken, paid) : null;
  settleLines(state, stage, taken, shares, open);
  const deductible = sum(taken.deductible);
  state.deductibles += deductible;
  const amounts = { base: sum(taken.before), deductible, gross, paid };
  const result = book(state, stage, amounts, binding?.limit.bucket.name ?? null);
  if (state.trace) tracePool(state.trace, stage, 'paid', headroom, { state, result, taken, shares });
}

/** What a stage with overflow "next" leaves of each line to the next one. */
function stillOpen(taken: Taken, paid: Fen): Fen[] {
  const all = sum(taken.after);
  const covered = mulDivHalfUp(all, paid, taken.gross);
  const shares = share(covered, taken.after, all, taken.after);
  return taken.after.map((amount, i) => amount - (shares[i] as number));
}

function settleLines(state: State, stage: PoolStage, taken: Taken, shares: Fen[], open: Fen[] | null): void {
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
