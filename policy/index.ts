/**
 * The door of `policy/`: what other folders may use. Everything is pure: no I/O, no clock, no randomness.
 * `author/check.ts` (checkBundle, formatCheckLine) is a side door: it needs a YAML parser, which a clinic's box does not.
 */

export type { AuditContext, Dispense, Finding, Severity } from './audit/types.ts';
export { type Change, diffBundles, type Effect, repriceClaims } from './author/diff.ts';
export { leaflet } from './author/leaflet.ts';
export { LINTS, type Lint, type LintCode, lintDates } from './author/lints.ts';
export { audit, type CompiledBundle, type CompileResult, compileBundle } from './bundle.ts';
export { chinaDay, nextPeriodStart, type Period, periodKey, periodStart } from './calendar.ts';
export { MAX_ITEMS } from './claim/items.ts';
export { PROBLEMS, type Problem, type ProblemCode } from './compile/problems.ts';
export { POLICY_ERRORS, type PolicyError, type PolicyErrorCode } from './errors.ts';
export { type Remaining, remaining } from './explain/remaining.ts';
export { type Sentences, sentences } from './explain/sentences.ts';
export { addFen, formatFen, MAX_CLAIM_FEN, MoneyError, parseYuan } from './fen.ts';
export { adjudicate, explain } from './price/adjudicate.ts';
export { adjudicateJson } from './price/adjudicate-json.ts';
export { selfPay } from './price/self-pay.ts';
export type { Trace, TraceItem, TraceLimit, TraceLine, TraceStage } from './price/trace.ts';
export { type BundleIndex, indexBundles, type Selection, selectBundle } from './select.ts';
export type * from './types.ts';
