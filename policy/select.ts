/** Which bundle prices a claim. Source: spec "Step 0", the parenthesis. */

import type { CompiledBundle } from './bundle.ts';
import { isDay } from './calendar.ts';
import { isObject } from './json.ts';
import { mayPrice, type Wanted } from './price/adjudicate.ts';

export type Selection =
  | { ok: true; bundle: CompiledBundle }
  | { ok: false; code: 'NO_POLICY' | 'POLICY_AMBIGUOUS' };

export interface BundleIndex {
  /** `claim` is parsed JSON of any shape; one without day, insurance or place finds NO_POLICY. */
  select(claim: unknown): Selection;
}

/** Puts bundles in drawers by insurance and place, so that 200 cost no more than one. */
export function indexBundles(bundles: readonly CompiledBundle[]): BundleIndex {
  const drawers = new Map<string, Set<CompiledBundle>>();
  for (const bundle of bundles) {
    for (const insutype of bundle.insutype) {
      for (const place of bundle.admdvs) {
        const key = JSON.stringify([insutype, place]);
        drawers.set(key, (drawers.get(key) ?? new Set()).add(bundle));
      }
    }
  }
  return {
    select(claim) {
      const wanted = readWanted(claim);
      if (wanted === null) return { ok: false, code: 'NO_POLICY' };
      const key = JSON.stringify([wanted.insutype, wanted.insuplc_admdvs]);
      const able = [...(drawers.get(key) ?? [])].filter((bundle) => mayPrice(bundle, wanted));
      return choose(able, wanted.setl_date);
    },
  };
}

/** One within its dates before one in grace; then the highest version of one name; two names: ambiguous. */
export function selectBundle(bundles: readonly CompiledBundle[], claim: unknown): Selection {
  return indexBundles(bundles).select(claim);
}

function choose(able: CompiledBundle[], day: string): Selection {
  const inDates = able.filter((bundle) => day <= bundle.enddate);
  const left = inDates.length > 0 ? inDates : able;
  const [first] = left;
  if (first === undefined) return { ok: false, code: 'NO_POLICY' };
  if (left.some((bundle) => bundle.name !== first.name)) return { ok: false, code: 'POLICY_AMBIGUOUS' };
  return { ok: true, bundle: left.reduce((best, bundle) => (bundle.version > best.version ? bundle : best)) };
}

function readWanted(claim: unknown): Wanted | null {
  if (!isObject(claim) || !isObject(claim.person) || !isObject(claim.encounter)) return null;
  const { insutype, insuplc_admdvs } = claim.person;
  const { setl_date } = claim.encounter;
  if (typeof insutype !== 'string' || typeof insuplc_admdvs !== 'string' || !isDay(setl_date)) return null;
  return { setl_date, insutype, insuplc_admdvs };
}
