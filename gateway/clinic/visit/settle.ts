import { type PayableAnswer, periodKey, remaining } from '../../../policy/index.ts';
import type { Paid, PaidWay, Put, SettlementBody } from '../../../sync/contract/bodies/settlement.ts';
import type { ClinicCode, LedgerId, Seq } from '../../../sync/contract/ids.ts';
import { Refusal } from '../../errors.ts';
import { setlIdOf } from '../../ledger/index.ts';
import { reasonsOf } from './audit.ts';
import { recordedPerson, type Visitor } from './person.ts';
import type { Quote } from './quote.ts';

interface SettlementFacts {
  quote: Quote;
  /** fixmedins_code. */
  clinic: ClinicCode;
  request: string;
  paid_way: PaidWay;
  software: string;
  /** Where today's date came from. */
  clock: SettlementBody['clock']['source'];
}

function putOf(quote: Quote, answer: PayableAnswer): Put[] {
  const compiled = quote.bundle?.bundle;
  if (!compiled) return [];
  return Object.entries(answer.put).flatMap(([name, amount]) => {
    const bucket = compiled.buckets.get(name);
    // A visit's bucket is empty again in the next claim: there is nothing to keep.
    if (!bucket || bucket.period === 'visit') return [];
    const { insutype } = quote.claim.person;
    const period = periodKey(bucket.period, quote.claim.encounter.setl_date);
    return [{ scope: bucket.scope, insutype, poolarea: compiled.poolarea, bucket: name, period, amount }];
  });
}

function paidOf(answer: PayableAnswer, way: PaidWay): Paid[] {
  const { acct_pay, psn_cash_pay } = answer.setlinfo;
  const paid: Paid[] = [
    { way: 'account', amount: acct_pay },
    { way, amount: psn_cash_pay },
  ];
  return paid.filter(({ amount }) => amount !== '0.00');
}

/** Whether what did not come out of an account was paid so. */
export const isPaidBy = ({ paid }: Pick<SettlementBody, 'paid'>, asked: PaidWay): boolean =>
  paid.every(({ way }) => way === 'account' || way === asked);

function credentialOf({ credential, read_at }: Visitor): SettlementBody['credential'] {
  if (!credential) return { kind: 'none' };
  const { kind, mdtrt_cert_type, device } = credential;
  return { kind, mdtrt_cert_type, device, read_at };
}

/** What the person may still draw after this visit, for the slip. */
function leftOf(quote: Quote, answer: PayableAnswer): SettlementBody['left'] {
  if (!quote.bundle) return [];
  return remaining(quote.bundle.bundle, { ...quote.claim, used: answer.used }).map(({ title, left }) => ({
    title,
    amount: left,
  }));
}

/** The body of the settlement record of a quote that the doctor confirmed. */
export function settlementBody(facts: SettlementFacts, ledger: LedgerId, seq: Seq): SettlementBody {
  const { quote } = facts;
  const { answer, subject, entitlement } = quote;
  if (!answer || !quote.digest)
    throw new Refusal(quote.problems[0]?.code ?? 'INTERNAL', 'a quote with problems');
  return {
    setl_id: setlIdOf(facts.clinic, ledger, seq),
    request: facts.request,
    quote: quote.digest,
    pay_mode: quote.pay_mode,
    self_pay_reason: quote.self_pay_reason,
    setl_date: quote.claim.encounter.setl_date,
    psn: recordedPerson(subject),
    claim: quote.claim,
    answer,
    trace: quote.trace,
    put: putOf(quote, answer),
    datasets: quote.datasets,
    diagnoses: quote.prescription.diagnoses,
    lines: quote.prescription.lines,
    credential: credentialOf(subject.visitor),
    presented_by: null,
    findings: quote.findings.map(({ finding }) => finding),
    reasons: reasonsOf(quote.findings),
    paid: paidOf(answer, facts.paid_way),
    left: leftOf(quote, answer),
    clock: { source: facts.clock },
    reservation: entitlement.reservation,
    software: facts.software,
  };
}
