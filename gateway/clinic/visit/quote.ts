import { createHash } from 'node:crypto';
import {
  type Claim,
  explain,
  type Finding,
  type PayableAnswer,
  selfPay,
  sentences,
  type Trace,
} from '../../../policy/index.ts';
import type { DatasetRef, SettlementBody } from '../../../sync/contract/bodies/settlement.ts';
import type { ErrorCode } from '../../errors.ts';
import type { Entitlement } from '../entitlement.ts';
import { type Audited, auditClaim, type DraftFinding, matchFindings, unanswered } from './audit.ts';
import { claimOf, claimWithUsage } from './claim.ts';
import { type Prescription, prescriptionOf } from './draft.ts';
import type { Draft } from './draft-shape.ts';
import type { History } from './history.ts';
import { recordedPerson, type Subject } from './person.ts';
import type { BundleInForce, Reference } from './reference.ts';

interface QuoteInput {
  subject: Subject;
  /** What the card says against the roster and the calendar. */
  identity: Finding[];
  entitlement: Entitlement;
  draft: Draft;
  day: string;
  /** Epoch milliseconds, as the ledger takes the time to be. */
  now: number;
  /** opter of who asks. */
  operator: string;
  reference: Reference;
  history: History;
}

/** A price with everything it rests on. `digest` is null while `problems` has entries. */
export interface Quote {
  subject: Subject;
  entitlement: Entitlement;
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
  findings: DraftFinding[];
  problems: { code: ErrorCode; line: number | null }[];
}

type Priced = Pick<
  Quote,
  'pay_mode' | 'self_pay_reason' | 'claim' | 'answer' | 'trace' | 'bundle' | 'findings'
> & {
  problem: ErrorCode | null;
};

function priceSelfPay(claim: Claim, self_pay_reason: ErrorCode, findings: DraftFinding[] = []): Priced {
  const answer = selfPay(claim);
  const none = { pay_mode: 'self-pay', self_pay_reason, claim, trace: null, bundle: null, findings } as const;
  return answer.outcome === 'payable'
    ? { ...none, answer, problem: null }
    : { ...none, answer: null, problem: answer.code };
}

/** With the insurer's money where a bundle covers the person, else as a self-pay visit that says why. */
function price(input: QuoteInput, claim: Claim, prescription: Prescription): Priced {
  const { insured } = input.entitlement;
  if (!insured.ok) return priceSelfPay(claim, insured.code);
  const { bundle } = insured.bundle;
  const withUsage = claimWithUsage(claim, input.entitlement);
  const { findings, denied, payable } = auditOf(input, insured.bundle, withUsage, prescription);
  if (denied) return priceSelfPay(claim, 'AUDIT_DENIED', findings);
  const { answer, trace } = explain(bundle, payable);
  const common = {
    pay_mode: 'insured',
    self_pay_reason: null,
    claim: payable,
    bundle: insured.bundle,
    findings,
  } as const;
  if (answer.outcome === 'payable') return { ...common, answer, trace, problem: null };
  // A refusal by the policy is not a dead end: the visit may still be settled as all self-paid.
  if (answer.outcome === 'refused') return priceSelfPay(claim, answer.code);
  return { ...common, answer: null, trace: null, problem: answer.code };
}

function auditOf(
  { subject, operator, reference, history, now, draft }: QuoteInput,
  { bundle }: BundleInForce,
  claim: Claim,
  prescription: Prescription,
): Audited {
  const { visitor, person } = subject;
  if (!person || prescription.items.length === 0) return { findings: [], denied: false, payable: claim };
  return auditClaim(bundle, claim, {
    visitor,
    person,
    prescription,
    history,
    now,
    draft,
    operator: reference.operators.value.find(({ opter }) => opter === operator) ?? null,
    clinic: reference.clinic.value,
    catalogue: reference.catalogue.value,
  });
}

type Shown = Omit<Quote, 'digest' | 'problems' | 'datasets' | 'entitlement'>;

/** SHA-256 over what a confirm confirms: who and what it is about, and what was shown. docs/record.md §5 */
function digestOf({
  subject,
  claim,
  answer,
  trace,
  bundle,
  prescription,
  findings,
  ...quote
}: Shown): string {
  // Nothing is paid out of an account, so its balance is not what was confirmed.
  const { balc: _, ...insured } = claim.person;
  const shown = {
    ...{ psn: recordedPerson(subject), insured },
    ...{ setl_date: claim.encounter.setl_date, used: ofPerson(claim, bundle) },
    ...{ pay_mode: quote.pay_mode, self_pay_reason: quote.self_pay_reason },
    ...{ diagnoses: prescription.diagnoses, lines: prescription.lines, items: claim.items },
    ...{ setlinfo: answer?.setlinfo, paid: answer?.items },
    why: trace && sentences(trace),
    // Without their words, which count minutes and visits of the hour.
    findings: findings.map(({ key, finding, reason }) => [key, finding.severity, reason]),
  };
  return createHash('sha256').update(JSON.stringify(shown)).digest('hex');
}

/** What the clinic as a whole has used moves with every visit; where it moves an amount, that is shown. */
function ofPerson({ used }: Claim, inForce: BundleInForce | null): [string, string][] {
  const scopeOf = (name: string) => inForce?.bundle.buckets.get(name)?.scope;
  return Object.entries(used ?? {}).filter(([name]) => scopeOf(name) !== 'clinic');
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
  const { subject, entitlement, day, reference } = input;
  const prescription = prescriptionOf(input.draft, reference);
  const { items, diagnoses } = prescription;
  const problems: Quote['problems'] = [...prescription.problems];
  const written = claimOf({ subject, clinic: reference.clinic.value, day, prescription });
  const { problem, ...priced } = price(input, written, prescription);
  const insured = priced.pay_mode === 'insured';
  if (insured && diagnoses.length === 0 && items.length > 0)
    problems.push({ code: 'DIAGNOSIS_MISSING', line: null });
  if (problem && items.length > 0) problems.push({ code: problem, line: null });
  const identity = matchFindings(written, input.identity, input.draft);
  const findings = [...identity, ...priced.findings];
  for (const { lines } of unanswered(insured ? findings : identity))
    problems.push({ code: 'REASON_MISSING', line: lines[0] ?? null });
  const datasets = datasetsOf(reference, priced.bundle?.ref ?? null);
  const quote = { subject, entitlement, ...priced, findings, datasets, prescription, problems };
  return { ...quote, digest: problems.length === 0 && priced.answer ? digestOf(quote) : null };
}
