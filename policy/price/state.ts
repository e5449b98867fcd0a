/** What one adjudication knows while stages and layers run. All amounts in fen. */
import type { Bucket } from '../compile/buckets.ts';
import type { Payer } from '../compile/stage.ts';
import type { TraceStage } from '../reasons/trace.ts';
import type { Fund } from '../types.ts';
import type { ReadClaim } from './claim.ts';
import type { Split } from './split.ts';

/** A stage or layer that did something. */
export interface StageResult {
  payer: Payer;
  base: number;
  deductible: number;
  gross: number;
  paid: number;
  limitedBy: string | null;
}

export interface State {
  claim: ReadClaim;
  split: Split;
  /** Per bucket index. */
  used: number[];
  put: number[];
  /** Per line: what the pool has not looked at yet, and what it has paid. */
  open: number[];
  poolPay: number[];
  stages: StageResult[];
  funds: Map<Fund, number>;
  deductibles: number;
  /** Σ covered × rate (10^-4) and Σ covered over the pool's rate stages: pool_prop_selfpay. */
  weighted: number;
  covered: number;
  allotmentBound: boolean;
  /** What every stage looked at, when the caller wants reasons. */
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

export function gain(state: State, bucket: Bucket, amount: number): void {
  state.used[bucket.index] = (state.used[bucket.index] as number) + amount;
  state.put[bucket.index] = (state.put[bucket.index] as number) + amount;
}

export function payFrom(state: State, fund: Fund, amount: number): void {
  state.funds.set(fund, (state.funds.get(fund) ?? 0) + amount);
}
