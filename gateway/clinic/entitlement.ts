import { type Bucket, indexBundles } from '../../policy/index.ts';
import type { ErrorCode } from '../errors.ts';
import type { Subject } from './visit/person.ts';
import type { BundleInForce, Reference, ReferenceNow } from './visit/reference.ts';

/** Amounts by bucket, as a claim has them: yuan with two places, a count as a whole number. */
type Amounts = Record<string, string>;

/** What somebody may draw on at this clinic on one day. `null`: this release has no source for it. */
export interface Entitlement {
  /** The bundle that prices the visit, or why no fund pays. */
  insured: { ok: true; bundle: BundleInForce } | { ok: false; code: ErrorCode };
  /** What the bundle's buckets hold in the periods of the day; empty ones are absent. */
  used: Amounts;
  /** The part of a shared cap that this clinic may give out by itself. */
  allotted: Amounts | null;
  /** Caps that were raised for this person. */
  raised: Amounts | null;
  /** Id of the reservation under which a visit is settled. */
  reservation: string | null;
}

/** The one place that quote and settlement ask. */
export type EntitlementOf = (subject: Subject, day: string) => Entitlement;

interface EntitlementSources {
  reference: ReferenceNow;
  /** What this person (and the clinic) has used of a bundle's buckets, in the period of the day. */
  used(
    person: { psn_no: string; insutype: string; poolarea: string },
    day: string,
    buckets: Bucket[],
  ): Amounts;
  /** Has the township revoked this box? docs/decisions/0015 */
  revoked(): boolean;
}

const NO_SOURCE = { allotted: null, raised: null, reservation: null };

/** From the roster and the bundles in force, and from what this ledger has booked. */
export function createEntitlement({ reference, used, revoked }: EntitlementSources): EntitlementOf {
  return (subject, day) => {
    const { person, reason } = subject;
    if (person === null || reason !== null)
      return { insured: { ok: false, code: reason ?? 'PERSON_UNKNOWN' }, used: {}, ...NO_SOURCE };
    if (revoked()) return { insured: { ok: false, code: 'BOX_REVOKED' }, used: {}, ...NO_SOURCE };
    const insured = bundleFor(reference(), person, day);
    if (!insured.ok) return { insured, used: {}, ...NO_SOURCE };
    const { poolarea, bucketList } = insured.bundle.bundle;
    const { psn_no, insutype } = person;
    return { insured, used: used({ psn_no, insutype, poolarea }, day, bucketList), ...NO_SOURCE };
  };
}

/** The bundle in force that may price this person's visits. DATASET_DAMAGED when one may be unreadable. */
function bundleFor(
  { bundles, bundleFault }: Reference,
  { insutype, insuplc_admdvs }: { insutype: string; insuplc_admdvs: string },
  setl_date: string,
): Entitlement['insured'] {
  const compiled = bundles.map(({ bundle }) => bundle);
  const claim = { person: { insutype, insuplc_admdvs }, encounter: { setl_date } };
  const chosen = indexBundles(compiled).select(claim);
  if (!chosen.ok && bundleFault !== null) throw bundleFault;
  if (!chosen.ok) return chosen;
  const bundle = bundles.find((one) => one.bundle === chosen.bundle);
  return bundle ? { ok: true, bundle } : { ok: false, code: 'NO_POLICY' };
}
