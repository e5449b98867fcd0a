/** For tests: bundle and claim both as parsed JSON. */
import { compileBundle } from '../bundle.ts';
import { adjudicate } from '../price/adjudicate.ts';
import type { Answer } from '../types.ts';

/**
 * As `adjudicate` for a bundle that is still parsed JSON: an invalid one is POLICY_INVALID for every claim.
 */
export function adjudicateJson(bundleJson: unknown, claim: unknown): Answer {
  const compiled = compileBundle(bundleJson);
  return compiled.ok ? adjudicate(compiled.bundle, claim) : { outcome: 'error', code: 'POLICY_INVALID' };
}
