import { createHash } from 'node:crypto';
import {
  audit,
  type Bucket,
  type Claim,
  type CompiledBundle,
  explain,
  type PayableAnswer,
  selectBundle,
  selfPay,
  type Trace,
} from '../../../policy/index.ts';
import type { DatasetRef, SettlementBody } from '../../../sync/contract/settlement.ts';
import type { ErrorCode } from '../../errors.ts';
import { auditContext, deniedOf, type Found, foundIn, unanswered, withoutDenied } from './audit.ts';
import { type Draft, type Prescription, prescriptionOf } from './draft.ts';
import type { History } from './history.ts';
import { claimPerson, personOf, selfPayReason, type Visitor } from './person.ts';
import type { BundleInForce, Reference } from './reference.ts';

export type { BundleInForce } from './reference.ts';

/** What this person (and the clinic) has used of a bundle's buckets, in the period of the day. */
export type UsedOf = (
  person: { psn_no: string; insutype: string; poolarea: string },
  day: string,
  buckets: Bucket[],
) => Record<string, string>;

export interface QuoteInput {
  visitor: Visitor;
  draft: Draft;
  day: string;
  /** Epoch milliseconds, as the ledger takes the time to be. */
  now: number;
  /** opter of who asks; null when nobody is known to. */
  operator: string | null;
  reference: Reference;
  usedOf: UsedOf;
  history: History;
}

/** A price with everything it rests on. `digest` is null while `problems` has entries. */
export interface Quote {
  digest: string | null;
  pay_mode: 'insured' | 'self-pay';
  self_pay_reason: ErrorCode | null;
  claim: Claim;
  answer: PayableAnswer | null;
  trace: Trace | null;
  bundle: BundleInForce | null;
  datasets: SettlementBody['datasets'];
  prescription: Prescription;
  /** What the audit found, on the claim as it was written. */
  found: Found[];
  problems: { code: ErrorCode; line: number | null }[];
}

const EMPTY_PERSON: Claim['person'] = {
  psn_no: '',
  gend: '',
  brdy: '',
  insutype: '',
  psn_type: '',
  insuplc_admdvs: '',
  psn_idet_type: [],
  chronic: [],
  designated_here: false,
  signed_here: false,
  balc: '0.00',
};

function claimOf({ visitor, day, reference }: QuoteInput, prescription: Prescription): Claim {
  const { fixmedins_code, level, mode, budget } = reference.clinic.value;
  const person = personOf(visitor, reference);
  return {
    person: person ? claimPerson(person, fixmedins_code, day) : EMPTY_PERSON,
    facility: { fixmedins_code, level, mode, ...(budget === undefined ? {} : { budget }) },
    encounter: {
      setl_date: day,
      med_type: '11',
      dise_codg: prescription.diagnoses.flatMap(({ dise_codg }) => (dise_codg ? [dise_codg] : [])),
      home_visit: false,
      return_visit: false,
      use_account: false,
    },
    items: prescription.items,
  };
}

type Priced = Pick<
  Quote,
  'pay_mode' | 'self_pay_reason' | 'claim' | 'answer' | 'trace' | 'bundle' | 'found'
> & {
  problem: ErrorCode | null;
};

function priceSelfPay(claim: Claim, self_pay_reason: ErrorCode, found: Found[] = []): Priced {
  const answer = selfPay(claim);
  const none = { pay_mode: 'self-pay', self_pay_reason, claim, trace: null, bundle: null, found } as const;
  return answer.outcome === 'payable'
    ? { ...none, answer, problem: null }
    : { ...none, answer: null, problem: answer.code };
}

/** With the insurer's money where a bundle covers the person, else as a self-pay visit that says why. */
function price(input: QuoteInput, claim: Claim, prescription: Prescription): Priced {
  const reason = selfPayReason(personOf(input.visitor, input.reference));
  if (reason) return priceSelfPay(claim, reason);
  const chosen = bundleFor(input.reference, claim);
  if (!chosen.ok) return priceSelfPay(claim, chosen.code);
  const { bundle } = chosen.found;
  const { psn_no, insutype } = claim.person;
  const used = input.usedOf({ psn_no, insutype, poolarea: bundle.poolarea }, input.day, bundle.bucketList);
  const written: Claim = { ...claim, used };
  const found = auditOf(input, bundle, written, prescription);
  const denied = deniedOf(found);
  if (denied.visit) return priceSelfPay(claim, 'AUDIT_DENIED', found);
  const insured = withoutDenied(written, denied.lines);
  const { answer, trace } = explain(bundle, insured);
  const common = {
    pay_mode: 'insured',
    self_pay_reason: null,
    claim: insured,
    bundle: chosen.found,
    found,
  } as const;
  if (answer.outcome === 'payable') return { ...common, answer, trace, problem: null };
  // A refusal by the policy is not a dead end: the visit may still be settled as all self-paid.
  if (answer.outcome === 'refused') return priceSelfPay(claim, answer.code);
  return { ...common, answer: null, trace: null, problem: answer.code };
}

function auditOf(
  { visitor, operator, reference, history, now, draft }: QuoteInput,
  bundle: CompiledBundle,
  claim: Claim,
  prescription: Prescription,
): Found[] {
  const person = personOf(visitor, reference);
  if (!person || prescription.items.length === 0) return [];
  const context = auditContext({
    ...{ visitor, person, prescription, history, now },
    operator: reference.operators.value.find(({ opter }) => opter === operator) ?? null,
    clinic: reference.clinic.value,
    catalogue: reference.catalogue.value,
  });
  return foundIn(claim, audit(bundle, claim, context), draft);
}

/** The bundle in force that may price this person's visits. */
export function bundleFor(
  { bundles }: Reference,
  claim: Claim,
): { ok: true; found: BundleInForce } | { ok: false; code: 'NO_POLICY' | 'POLICY_AMBIGUOUS' } {
  const compiled = bundles.map(({ bundle }) => bundle);
  const chosen = selectBundle(compiled, claim);
  if (!chosen.ok) return chosen;
  const found = bundles.find(({ bundle }: { bundle: CompiledBundle }) => bundle === chosen.bundle);
  return found ? { ok: true, found } : { ok: false, code: 'NO_POLICY' };
}

/** SHA-256 over what a confirm confirms. docs/record.md §5 */
function digestOf(quote: Pick<Quote, 'claim' | 'pay_mode' | 'datasets' | 'prescription'>): string {
  const { claim, pay_mode, datasets, prescription } = quote;
  return createHash('sha256')
    .update(JSON.stringify({ claim, pay_mode, datasets, diagnoses: prescription.diagnoses }))
    .digest('hex');
}

function datasetsOf(reference: Reference, bundle: DatasetRef | null): SettlementBody['datasets'] {
  return {
    bundle,
    catalogue: reference.catalogue.ref,
    roster: reference.roster.ref,
    operators: reference.operators.ref,
    clinic: reference.clinic.ref,
  };
}

/** Audits and prices what the doctor has entered so far. Stores nothing. */
export function makeQuote(input: QuoteInput): Quote {
  const prescription = prescriptionOf(input.draft, input.reference);
  const problems: Quote['problems'] = [...prescription.problems];
  const priced = price(input, claimOf(input, prescription), prescription);
  if (priced.pay_mode === 'insured' && prescription.diagnoses.length === 0 && prescription.items.length > 0)
    problems.push({ code: 'DIAGNOSIS_MISSING', line: null });
  if (priced.problem && prescription.items.length > 0) problems.push({ code: priced.problem, line: null });
  for (const { lines } of priced.pay_mode === 'insured' ? unanswered(priced.found) : [])
    problems.push({ code: 'REASON_MISSING', line: lines[0] ?? null });
  const datasets = datasetsOf(input.reference, priced.bundle?.ref ?? null);
  const quote = { ...priced, datasets, prescription, problems };
  return { ...quote, digest: problems.length === 0 && priced.answer ? digestOf(quote) : null };
}
