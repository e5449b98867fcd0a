/** What a stage of the pool makes of the lines it takes. Source: docs/adjudication.md "Step 2", 3. */
import type { PoolStage } from '../compile/stage.ts';
import { type Fen, mulDivHalfUp, ONE, type Rate, sum } from '../fen.ts';
import { accumulate, type State } from './state.ts';

/** The lines a stage takes and what it makes of each. Columns, one entry a line. */
export interface Taken {
  /** Indices into the claim's lines. */
  lines: number[];
  before: Fen[];
  deductible: Fen[];
  /** A: what is left of each line after the deductible. */
  after: Fen[];
  rate: Rate[];
  /** w: fen × 10^-4 for `rate`, fen for `fixed`. */
  weight: number[];
  weights: number;
  gross: Fen;
}

/** `lines`: indices of the claim's lines. Takes off the deductible. */
export function takeLines(state: State, stage: PoolStage, lines: number[]): Taken {
  return stage.perUnit ? takeFixed(state, stage, lines) : takeRate(state, stage, lines);
}

function takeRate(state: State, stage: PoolStage, lines: number[]): Taken {
  const before: Fen[] = [];
  const rate: Rate[] = [];
  const same: Rate = stage.rateByLine ? 0 : lineRate(state, stage, -1);
  for (const line of lines) {
    before.push(state.open[line] as number);
    rate.push(stage.rateByLine ? lineRate(state, stage, line) : same);
  }
  const deductible = takeDeductible(state, stage, before, rate);
  const after: Fen[] = [];
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

function lineRate(state: State, stage: PoolStage, line: number): Rate {
  let rate: Rate = stage.rate ? stage.rate(state.claim, line) : 0;
  for (const { when, plus } of stage.plus) if (when(state.claim, line)) rate += plus;
  return Math.min(ONE, rate);
}

/** The deductible comes off the lines from the lowest rate up, claim order on a tie. */
function takeDeductible(state: State, stage: PoolStage, before: Fen[], rate: Rate[]): Fen[] {
  const taken = before.map(() => 0);
  if (stage.deductible === undefined) return taken;
  const { bucket, amount } = stage.deductible;
  let left = Math.max(0, amount(state.claim, -1) - (state.used[bucket.index] as number));
  const order = before.map((_, i) => i);
  order.sort((a, b) => (rate[a] as number) - (rate[b] as number) || a - b);
  for (const i of order) {
    const part = Math.min(before[i] as number, left);
    taken[i] = part;
    left -= part;
    accumulate(state, bucket, part);
  }
  return taken;
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
