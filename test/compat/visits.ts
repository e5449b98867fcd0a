import { DOCTOR, ROSTER, SOFTWARE } from './given.ts';
import type { TestClinic } from './places.ts';
import { type Credential, type Draft, explain, type SettlementBody, settlementBody } from './product.ts';

/** Visits as a doctor makes them, each priced, answered and confirmed at the desk. */

type Who = { psn_no: string } | { psn_name: string } | { credential: Credential };
type Way = 'cash' | 'code' | 'owed';

/** What a reader says of somebody's card. */
export function cardOf(psn_no: string): { credential: Credential } {
  const found = ROSTER.find((one) => one.psn_no === psn_no);
  if (!found) throw new Error(`nobody is ${psn_no}`);
  const { certno, psn_name, gend, brdy } = found;
  const device = { driver: 'sdt', sam: '05.03-20120920-0000000001-0000000001' };
  const kinds = { kind: 'id-card', mdtrt_cert_type: '02', psn_cert_type: '01' } as const;
  return {
    credential: { ...kinds, certno, psn_name, gend: gend === '2' ? '2' : '1', brdy, expiry: null, device },
  };
}

export const draftOf = (diag_code: string | null, ...items: Draft['items']): Draft => ({
  diagnoses: diag_code === null ? [] : [{ diag_code }],
  items,
});

/** A visit that is open at the desk, with a reason for each finding that asks for one. */
export function write({ desk }: TestClinic, who: Who, draft: Draft) {
  const { id } = desk.open(who);
  const asked = desk
    .quote(id, draft, DOCTOR)
    .findings.filter(({ finding }) => finding.severity === 'confirm');
  const reasons = asked.map(({ key }) => ({ finding: key, dspo_way_rea: '病情需要' }));
  const answered = { ...draft, reasons };
  return { id, draft: answered, quote: desk.quote(id, answered, DOCTOR) };
}

export function settle(clinic: TestClinic, request: string, who: Who, draft: Draft, paid_way: Way) {
  const { id: visit, draft: answered, quote } = write(clinic, who, draft);
  const { digest, problems } = quote;
  if (digest === null) throw new Error(`${request}: ${JSON.stringify(problems)}`);
  return clinic.desk.confirm({ visit, request, digest, draft: answered, paid_way, operator: DOCTOR });
}

/** The desk does not offer the account yet; the record does. */
export function settleFromAccount(clinic: TestClinic, request: string, psn_no: string, draft: Draft) {
  const { desk, ledger } = clinic;
  const { id: visit, quote } = write(clinic, { psn_no }, draft);
  if (!quote.bundle) throw new Error(`${request}: no bundle`);
  const { encounter } = quote.claim;
  const claim = { ...quote.claim, encounter: { ...encounter, use_account: true } };
  const { answer, trace } = explain(quote.bundle.bundle, claim);
  if (answer.outcome !== 'payable') throw new Error(`${request}: ${answer.outcome}`);
  const facts = {
    quote: { ...quote, claim, answer, trace },
    clinic: ledger.clinic,
    ...({ request, paid_way: 'cash', software: SOFTWARE } as const),
    clock: ledger.time().source,
  };
  const body = (seq: number): SettlementBody => settlementBody(facts, ledger.ledger, seq);
  const settled = ledger.settle({ operator: DOCTOR, request, visit, body });
  desk.close(visit);
  return settled;
}
