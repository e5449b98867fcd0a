/** Makes the trace while a claim is priced: plain objects, mostly of texts that the answer has anyway. */

import { type Day, nextPeriodStart, type Period, periodStart } from '../calendar.ts';
import type { Benefit } from '../compile/benefit.ts';
import type { Layer } from '../compile/layer.ts';
import type { Deductible } from '../compile/limits.ts';
import type { Payer, PoolStage } from '../compile/stage.ts';
import { BAD, type Fen, formatFen, formatRate } from '../fen.ts';
import type { Answer, Bucket, PayableAnswer } from '../types.ts';
import type { BudgetResult } from './budget.ts';
import type { Headroom } from './headroom.ts';
import type { StageResult, State } from './state.ts';
import type { Taken } from './take.ts';
import type {
  Did,
  Trace,
  TraceBudget,
  TraceDeductible,
  TraceLimit,
  TraceLine,
  TraceStage,
  WhyNot,
} from './trace.ts';

const NO_LINES: TraceLine[] = [];

function emptyStage(payer: Payer, kind: TraceStage['kind'], did: Did): TraceStage {
  return {
    id: payer.id,
    title: payer.title ?? payer.id,
    source: payer.source ?? '',
    kind,
    fund: payer.fund,
    did,
    base: '0.00',
    gross: '0.00',
    paid: '0.00',
    limited_by: null,
    deductible: null,
    limits: [],
    lines: NO_LINES,
    parts: [],
    rate: null,
    bands: null,
  };
}

function fill(stage: TraceStage, result: StageResult): void {
  const { base, gross, paid, limited_by } = result.row;
  stage.base = base;
  stage.gross = gross;
  stage.paid = paid;
  stage.limited_by = limited_by;
}

export function tracePool(
  trace: TraceStage[],
  stage: PoolStage,
  did: Did,
  headroom: Headroom[],
  paid?: { state: State; result: StageResult; taken: Taken; shares: Fen[] },
): void {
  const traced = emptyStage(stage, stage.perUnit ? 'fixed' : 'rate', did);
  traced.limits = headroom.map((one) => traceLimit(one, paid?.result.paid ?? 0));
  trace.push(traced);
  if (paid === undefined) return;
  const { state, result, taken, shares } = paid;
  fill(traced, result);
  traced.deductible = traceDeductible(state, stage.deductible, result.deductible);
  traced.lines = taken.lines.map((line, i) => ({
    feedetl_sn: state.claim.feedetl_sn[line] as string,
    base: formatFen(taken.before[i] as number),
    deductible: formatFen(taken.deductible[i] as number),
    rate: formatRate(taken.rate[i] as number),
    paid: formatFen(shares[i] as number),
    open: formatFen(state.open[line] as number),
  }));
}

export function traceLayer(
  trace: TraceStage[],
  layer: Layer,
  did: Did,
  headroom: Headroom[],
  paid?: { state: State; result: StageResult; before: Fen; base: Fen },
): void {
  const traced = emptyStage(layer, layer.bands ? 'bands' : 'rate', did);
  traced.limits = headroom.map((one) => traceLimit(one, paid?.result.paid ?? 0));
  traced.parts = layer.base;
  trace.push(traced);
  if (paid === undefined) return;
  const { state, result, before, base } = paid;
  fill(traced, result);
  traced.deductible = traceDeductible(state, layer.deductible, result.deductible);
  if (layer.rate) traced.rate = formatRate(layer.rate(state.claim, -1));
  if (layer.bands)
    traced.bands = {
      threshold: formatFen(layer.bands.threshold(state.claim, -1)),
      carried: formatFen(before + base),
    };
}

/** A limit that is used up, before `dateSpentLimits`. */
const UNDATED: TraceLimit['spent'] = { since: '', again: '' };

function traceLimit({ limit, bound, used, left, allotmentBound }: Headroom, paid: Fen): TraceLimit {
  const { bucket, times, source } = limit;
  const counted = times !== undefined;
  const format = counted ? String : formatFen;
  const put = counted ? Number(paid > 0) : paid;
  return {
    bucket: bucket.name,
    title: bucket.title ?? bucket.name,
    source: source ?? '',
    period: bucket.period,
    times: counted,
    bound: format(bound),
    used: format(used),
    room: counted ? String(Math.max(0, bound - used)) : formatFen(left),
    leased: allotmentBound,
    spent: bound - used - put <= 0 ? UNDATED : null,
  };
}

function traceDeductible(
  state: State,
  deductible: Deductible | undefined,
  taken: Fen,
): TraceDeductible | null {
  if (deductible === undefined) return null;
  const { bucket } = deductible;
  return {
    bucket: bucket.name,
    title: bucket.title ?? bucket.name,
    period: bucket.period,
    amount: formatFen(deductible.amount(state.claim, -1)),
    used: formatFen((state.used[bucket.index] as number) - taken),
    taken: formatFen(taken),
  };
}

export function makeTrace(bundle: Benefit, state: State, budget: BudgetResult, answer: PayableAnswer): Trace {
  const { list_type, chrgitm_lv, total } = state.claim;
  const { setl_date } = state.claim.encounter;
  dateSpentLimits(state.trace ?? [], setl_date);
  return {
    outcome: 'payable',
    code: null,
    why: null,
    bundle: bundleOf(bundle),
    setl_date,
    items: answer.items.map((item, i) => ({
      feedetl_sn: item.feedetl_sn,
      list_type: list_type[i] as string,
      chrgitm_lv: chrgitm_lv[i] as string,
      total: formatFen(total[i] as number),
      own: item.fulamt_ownpay_amt,
      over: item.overlmt_amt,
      pre: item.preselfpay_amt,
      inscp: item.inscp_scp_amt,
      pool_pay: item.pool_pay,
    })),
    stages: state.trace ?? [],
    budget: traceBudget(bundle, budget, setl_date),
    setlinfo: answer.setlinfo,
    warnings: answer.warnings,
  };
}

/** Fills in since when and until when a limit is used up; each period is computed once. */
function dateSpentLimits(stages: TraceStage[], day: Day): void {
  const known = new Map<Period, NonNullable<TraceLimit['spent']>>();
  for (const { limits } of stages) {
    for (const limit of limits) {
      if (limit.spent === null) continue;
      const { period } = limit;
      const dates = known.get(period) ?? {
        since: periodStart(period, day),
        again: nextPeriodStart(period, day),
      };
      known.set(period, dates);
      limit.spent = dates;
    }
  }
}

/** Why a claim was refused: what the bundle is not for, or the clinic's budget. */
export interface StopReason {
  setl_date?: Day;
  why?: WhyNot;
  budget?: BudgetResult;
}

/** The trace of a claim that was not priced. */
export function stopTrace(answer: Answer, bundle?: Benefit, reason: StopReason = {}): Trace {
  const { setl_date = '', why = null, budget } = reason;
  return {
    outcome: answer.outcome,
    code: answer.outcome === 'payable' ? null : answer.code,
    why,
    bundle: bundle ? bundleOf(bundle) : null,
    setl_date,
    items: [],
    stages: [],
    budget: bundle && budget ? traceBudget(bundle, budget, setl_date) : null,
    setlinfo: null,
    warnings: [],
  };
}

function bundleOf(bundle: Benefit): NonNullable<Trace['bundle']> {
  const { name, version, title, begndate, enddate, sources } = bundle;
  return { name, version, title, begndate, enddate, sources };
}

function traceBudget(bundle: Benefit, result: BudgetResult, day: Day): TraceBudget | null {
  const { budget } = bundle;
  if (budget === undefined || result.amount === BAD) return null;
  const { name, title, period }: Bucket = budget.bucket;
  return {
    bucket: name,
    title: budget.title ?? title ?? name,
    source: budget.source ?? '',
    period,
    on_exhausted: budget.on_exhausted,
    amount: formatFen(result.amount),
    used: formatFen(result.used),
    counted: formatFen(result.counted),
    borne: formatFen(result.moved),
    again: nextPeriodStart(period, day),
  };
}
