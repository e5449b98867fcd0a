/** A whole bundle, compiled once: what it pays (compile/) and its rules before payment (audit/). */
import { auditClaim, type CompiledAudit, compileAudit } from './audit/audit.ts';
import type { AuditContext, Finding } from './audit/types.ts';
import { type Benefit, compileBenefit } from './compile/benefit.ts';
import type { Problem } from './compile/problems.ts';
import { Reader } from './compile/reader.ts';
import { has, isObject } from './json.ts';

export interface CompiledBundle extends Benefit {
  /** What is wrong with the rules never stops the pricing. */
  audit: CompiledAudit;
}

type CompileResult = { ok: true; bundle: CompiledBundle } | { ok: false; problems: Problem[] };

/**
 * Compiles the parsed JSON of a bundle, or lists all that is wrong with it (200 problems at most). Never
 * throws.
 */
export function compileBundle(json: unknown): CompileResult {
  const reader = new Reader();
  try {
    const benefit = compileBenefit(reader, json);
    if (benefit !== null && reader.problems.length === 0)
      return { ok: true, bundle: { ...benefit, audit: compileAudit(auditBlock(json)) } };
  } catch {
    // Only getters and proxies of a caller in this process can throw; parsed JSON cannot.
    reader.add('', 'UNREADABLE');
  }
  return { ok: false, problems: reader.problems };
}

function auditBlock(json: unknown): unknown {
  return isObject(json) && has(json, 'audit') ? json.audit : undefined;
}

/**
 * What the bundle's rules find in a claim, in the order of the rules. Pure; never throws. A fact that is
 * missing is a finding too, never milder than the rule's `remind` and never `deny`: nobody is turned away by
 * a gap in our data. A claim that cannot be read has none (its price is CLAIM_INVALID); broken rules are one
 * finding AUDIT_INVALID.
 */
export function audit(bundle: CompiledBundle, claim: unknown, context: AuditContext): Finding[] {
  return auditClaim(bundle, bundle.audit, claim, context);
}
