/** Which bundle prices a claim. Source: docs/adjudication.md "Step 0", the parenthesis. */

import type { CompiledBundle } from './bundle.ts';
import { isDay } from './calendar.ts';
import { isObject } from './json.ts';
import { type BundleQuery, mayPrice } from './price/adjudicate.ts';

type Selection = { ok: true; bundle: CompiledBundle } | { ok: false; code: 'NO_POLICY' | 'POLICY_AMBIGUOUS' };

interface BundleIndex {
  /**
   * One within its dates before one in grace; then the highest version of one name; two names: ambiguous.
   * `claim` is parsed JSON of any shape; one without day, insurance or place finds NO_POLICY.
   */
  select(claim: unknown): Selection;
}

/** Indexes bundles by insurance and place, so that choosing among 200 costs no more than among one. */
export function indexBundles(bundles: readonly CompiledBundle[]): BundleIndex {
  const byKey = new Map<string, Set<CompiledBundle>>();
  for (const bundle of bundles) {
    for (const insutype of bundle.insutype) {
      for (const place of bundle.admdvs) {
        const key = keyOf(insutype, place);
        byKey.set(key, (byKey.get(key) ?? new Set()).add(bundle));
      }
    }
  }
  return {
    select(claim) {
      const query = readQuery(claim);
      if (query === null) return { ok: false, code: 'NO_POLICY' };
      const indexed = [...(byKey.get(keyOf(query.insutype, query.insuplc_admdvs)) ?? [])];
      return choose(
        indexed.filter((bundle) => mayPrice(bundle, query)),
        query.setl_date,
      );
    },
  };
}

function keyOf(insutype: string, place: string): string {
  return JSON.stringify([insutype, place]);
}

function choose(candidates: CompiledBundle[], day: string): Selection {
  const inDates = candidates.filter((bundle) => day <= bundle.enddate);
  const left = inDates.length > 0 ? inDates : candidates;
  const [first] = left;
  if (first === undefined) return { ok: false, code: 'NO_POLICY' };
  if (left.some((bundle) => bundle.name !== first.name)) return { ok: false, code: 'POLICY_AMBIGUOUS' };
  return { ok: true, bundle: left.reduce((best, bundle) => (bundle.version > best.version ? bundle : best)) };
}

function readQuery(claim: unknown): BundleQuery | null {
  if (!isObject(claim) || !isObject(claim.person) || !isObject(claim.encounter)) return null;
  const { insutype, insuplc_admdvs } = claim.person;
  const { setl_date } = claim.encounter;
  if (typeof insutype !== 'string' || typeof insuplc_admdvs !== 'string' || !isDay(setl_date)) return null;
  return { setl_date, insutype, insuplc_admdvs };
}
