/** The state of one adjudication while stages and layers run. */

import type { ReadClaim } from '../claim/claim.ts';
import type { Payer } from '../compile/stage.ts';
import { type Fen, formatFen } from '../fen.ts';
import type { AnswerStage, Bucket, Fund } from '../types.ts';
import type { Split } from './split.ts';
import type { TraceStage } from './trace.ts';

/** A stage or layer that did something; `row` is its entry in the answer. */
export interface StageResult {
  payer: Payer;
  deductible: Fen;
  paid: Fen;
  row: AnswerStage;
}

export interface State {
  claim: ReadClaim;
  split: Split;
  /** Per bucket index: fen, or a count for a `times` bucket. */
  used: number[];
  put: number[];
  /** Per line: what no stage has taken yet, and what the pool has paid. */
  open: Fen[];
  poolPay: Fen[];
  stages: StageResult[];
  funds: Map<Fund, Fen>;
  deductibles: Fen;
  /** Σ covered × rate (10^-4) and Σ covered over the pool's rate stages: pool_prop_selfpay. */
  weighted: number;
  covered: Fen;
  allotmentBound: boolean;
  /** What every stage did, when the caller wants reasons. */
  trace: TraceStage[] | null;
}

export function startState(claim: ReadClaim, split: Split, trace: TraceStage[] | null): State {
  return {
    claim,
    split,
    used: claim.used.slice(),
    put: claim.used.map(() => 0),
    open: split.inscp.slice(),
    poolPay: split.inscp.map(() => 0),
    stages: [],
    funds: new Map(),
    deductibles: 0,
    weighted: 0,
    covered: 0,
    allotmentBound: false,
    trace,
  };
}

/** Adds to what a bucket holds and to what this claim has put into it. */
export function accumulate(state: State, bucket: Bucket, amount: number): void {
  state.used[bucket.index] = (state.used[bucket.index] as number) + amount;
  state.put[bucket.index] = (state.put[bucket.index] as number) + amount;
}

/** Books what a stage or layer paid: to its fund, and as its entry in the answer. */
export function book(
  state: State,
  payer: Payer,
  amounts: { base: Fen; deductible: Fen; gross: Fen; paid: Fen },
  limited_by: string | null,
): StageResult {
  const { deductible, paid } = amounts;
  state.funds.set(payer.fund, (state.funds.get(payer.fund) ?? 0) + paid);
  const row: AnswerStage = {
    id: payer.id,
    fund: payer.fund,
    base: formatFen(amounts.base),
    deductible: formatFen(deductible),
    gross: formatFen(amounts.gross),
    paid: formatFen(paid),
    limited_by,
  };
  const result = { payer, deductible, paid, row };
  state.stages.push(result);
  return result;
}
