/**
 * The door of `policy/`: what other folders may use. Everything is pure: no I/O, no clock, no randomness.
 * What a policy officer uses has a door of its own, author/index.ts: a clinic's box loads nothing of it.
 */

export { readTraceCode, TRACE_CODE_MAX } from './audit/trace-code.ts';
export type { AuditContext, Dispense, Finding, PackSale } from './audit/types.ts';
export { audit, type CompiledBundle, compileBundle } from './bundle.ts';
export { chinaDay, type Day, isDay, type Period, periodKey } from './calendar.ts';
export { POLICY_ERRORS } from './errors.ts';
export { fundByLine } from './explain/fund-by-line.ts';
export { type Remaining, remaining } from './explain/remaining.ts';
export { sentences } from './explain/sentences.ts';
export { type Branded, type Fen, formatFen, parseYuan } from './fen.ts';
export { adjudicate, explain } from './price/adjudicate.ts';
export { selfPay } from './price/self-pay.ts';
export { lineFee } from './price/split.ts';
export type { Trace } from './price/trace.ts';
export { indexBundles } from './select.ts';
export type * from './types.ts';
