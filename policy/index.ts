/**
 * The door of `policy/`: what other folders may use. Everything is pure: no I/O, no clock, no randomness.
 * What a policy officer uses has a door of its own, author/index.ts: a clinic's box loads nothing of it.
 */

export type { AuditContext, Dispense, Finding, Severity } from './audit/types.ts';
export { audit, type CompiledBundle, type CompileResult, compileBundle } from './bundle.ts';
export { chinaDay, type Day, nextPeriodStart, type Period, periodKey, periodStart } from './calendar.ts';
export { MAX_ITEMS } from './claim/items.ts';
export { PROBLEMS, type Problem, type ProblemCode } from './compile/problems.ts';
export { POLICY_ERRORS, type PolicyError, type PolicyErrorCode } from './errors.ts';
export { type Remaining, remaining } from './explain/remaining.ts';
export { type Sentences, sentences } from './explain/sentences.ts';
export { addFen, type Branded, type Fen, formatFen, MAX_CLAIM_FEN, MoneyError, parseYuan } from './fen.ts';
export { adjudicate, explain } from './price/adjudicate.ts';
export { adjudicateJson } from './price/adjudicate-json.ts';
export { selfPay } from './price/self-pay.ts';
export { lineFee } from './price/split.ts';
export type { Trace, TraceItem, TraceLimit, TraceLine, TraceStage } from './price/trace.ts';
export { type BundleIndex, indexBundles, type Selection, selectBundle } from './select.ts';
export type * from './types.ts';
