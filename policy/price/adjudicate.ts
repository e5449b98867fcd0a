/** A claim through the steps. Source: docs/adjudication.md "Step 0" to "Step 5". */

import type { Day } from '../calendar.ts';
import { readClaim } from '../claim/claim.ts';
import type { Benefit } from '../compile/benefit.ts';
import type { Answer } from '../types.ts';
import { makeAnswer } from './answer.ts';
import { chargeBudget } from './budget.ts';
import { personParts, runLayer } from './layers.ts';
import { makeTrace, type StopReason, stopTrace } from './make-trace.ts';
import { runStage } from './pool.ts';
import { splitItems } from './split.ts';
import { startState } from './state.ts';
import type { Trace, TraceStage, WhyNot } from './trace.ts';

/**
 * The price of a claim under a bundle, to the fen. `claim` is parsed JSON of any shape. Never throws:
 * whatever is wrong is a coded answer (errors.ts). Limits: 10 000 lines, 4 500 000 000.00 yuan.
 */
export function adjudicate(bundle: Benefit, claim: unknown): Answer {
  return price(bundle, claim, null).answer;
}

/** As `adjudicate`, and why: the trace says what every stage took of every line and what it left. */
export function explain(bundle: Benefit, claim: unknown): { answer: Answer; trace: Trace } {
  const priced = price(bundle, claim, []);
  return { answer: priced.answer, trace: priced.trace ?? stopTrace(priced.answer) };
}

/** What decides whether a bundle is for a claim. */
export interface BundleQuery {
  setl_date: Day;
  insutype: string;
  insuplc_admdvs: string;
}

interface Priced {
  answer: Answer;
  trace: Trace | null;
}

function price(bundle: Benefit, json: unknown, stages: TraceStage[] | null): Priced {
  const stop = (answer: Answer, reason: StopReason = {}): Priced => ({
    answer,
    trace: stages && stopTrace(answer, bundle, reason),
  });
  const claim = readClaim(json, bundle);
  if (claim === null) return stop({ outcome: 'error', code: 'CLAIM_INVALID' });
  const { setl_date } = claim.encounter;
  const { insutype, insuplc_admdvs } = claim.person;
  const why = whyNot(bundle, { insutype, insuplc_admdvs, setl_date });
  if (why !== null) return stop({ outcome: 'refused', code: 'NO_POLICY' }, { setl_date, why });
  const split = splitItems(claim);
  if (split === null) return stop({ outcome: 'error', code: 'ITEM_AMOUNT_MISMATCH' });
  const state = startState(claim, split, stages);
  for (const stage of bundle.pool) runStage(state, stage);
  const parts = personParts(state);
  for (const layer of bundle.layers) runLayer(state, layer, parts);
  const budget = chargeBudget(state, bundle);
  if (budget.refused) return stop({ outcome: 'refused', code: 'BUDGET_EXHAUSTED' }, { setl_date, budget });
  const answer = makeAnswer(bundle, state, parts, budget, setl_date > bundle.enddate);
  return { answer, trace: stages && makeTrace(bundle, state, budget, answer) };
}

/** Whether the bundle is for this day, insurance and place. */
export function mayPrice(bundle: Benefit, query: BundleQuery): boolean {
  return whyNot(bundle, query) === null;
}

/** The first thing that the bundle is not for; null when it may price the claim. */
function whyNot(bundle: Benefit, query: BundleQuery): WhyNot | null {
  const { setl_date, insutype, insuplc_admdvs } = query;
  if (setl_date < bundle.begndate || setl_date > bundle.lastday) return 'day';
  if (!bundle.insutype.includes(insutype)) return 'insutype';
  return bundle.admdvs.includes(insuplc_admdvs) ? null : 'place';
}
