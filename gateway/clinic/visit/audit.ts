import type { AuditContext, Claim, Finding } from '../../../policy/index.ts';
import type { FindingReason } from '../../../sync/contract/bodies/audit-finding.ts';
import type { SettlementLine } from '../../../sync/contract/bodies/settlement.ts';
import type { CatalogueItem } from '../../../sync/contract/datasets/catalogue.ts';
import type { Clinic } from '../../../sync/contract/datasets/clinic.ts';
import type { Operator } from '../../../sync/contract/datasets/operators.ts';
import type { Person } from '../../../sync/contract/datasets/roster.ts';
import { known } from '../../known.ts';
import { dailyDose } from '../decimal.ts';
import type { Prescription } from './draft.ts';
import type { Draft } from './draft-shape.ts';
import type { History } from './history.ts';
import type { Visitor } from './person.ts';

/** 全自费: the insurer pays nothing of such an item. */
const OWN_PAY = '03';
const MINUTE_MS = 60_000;

interface AuditFacts {
  visitor: Visitor;
  person: Person;
  operator: Operator | null;
  clinic: Clinic;
  catalogue: ReadonlyMap<string, CatalogueItem>;
  prescription: Prescription;
  history: History;
  /** Epoch milliseconds, as the ledger takes the time to be. */
  now: number;
}

/** Everything the gateway knows that a rule may ask. What is unknown is absent, and the rule reports that. */
export function auditContext(facts: AuditFacts): AuditContext {
  const { visitor, person, operator, clinic, catalogue, prescription, history, now } = facts;
  const { credential } = visitor;
  const past = history.of(person.psn_no);
  const pace = history.pace(now, operator?.opter ?? null);
  const codes = prescription.lines.flatMap(({ drug_trac_codg }) => drug_trac_codg ?? []);
  const lists = { person: person.credit_list, doctor: operator?.credit_list, clinic: clinic.credit_list };
  return {
    person: known({
      psn_insu_stas: person.psn_insu_stas,
      surv_stas: person.surv_stas,
      paus_insu_date: person.paus_insu_date,
    }),
    // A name picked from the list proves nothing; a reader's SAM or a terminal does.
    identity: { method: credential?.mdtrt_cert_type ?? '', checked: credential !== null },
    lines: Object.fromEntries(
      prescription.items.map((item, i) => {
        const line = prescription.lines[i] as SettlementLine;
        return [item.feedetl_sn, lineFacts(item.cnt, line, catalogue.get(item.med_list_codg))];
      }),
    ),
    catalogue: Object.fromEntries(
      prescription.items.map(({ med_list_codg }) => [med_list_codg, entryOf(catalogue.get(med_list_codg))]),
    ),
    dispenses: past.flatMap(({ dispenses }) => dispenses),
    visits: past.map(({ setl_date, at_ms, medfee_sumamt }) => ({
      setl_date,
      minutes_ago: Math.max(0, Math.floor((now - at_ms) / MINUTE_MS)),
      medfee_sumamt,
    })),
    sold_codes: codes.length === 0 ? [] : history.sold(codes),
    pace: known({ doctor_hour: operator ? pace.doctor : undefined, clinic_hour: pace.clinic }),
    lists: known(lists),
  };
}

function lineFacts(cnt: string, line: SettlementLine, item: CatalogueItem | undefined) {
  const { prd_days, drug_trac_codg, trdn_flag } = line;
  const each = item?.unit_dose;
  const daily_dose =
    each === undefined || prd_days === undefined ? undefined : dailyDose(each, cnt, prd_days);
  return known({ prd_days, daily_dose, drug_trac_codg, trdn_flag });
}

function entryOf(item: CatalogueItem | undefined) {
  const { gend, age_from, age_to, dise_codg, level } = item ?? {};
  const { lmt_used_flag, memo, max_daily_dose, trac_required } = item ?? {};
  return known({
    gend,
    age_from,
    age_to,
    dise_codg,
    level,
    lmt_used_flag,
    memo,
    max_daily_dose,
    trac_required,
  });
}

/** `feedetl_sn`: lines are numbered from 1 in the order of the draft: `prescriptionOf`. */
const placeOf = (sn: string) => Number(sn) - 1;

/** A finding, what of the draft it is about, and the reason the draft gives. */
export interface DraftFinding {
  key: string;
  finding: Finding;
  /** Positions in the draft; none when it is about the visit. */
  lines: number[];
  reason: string | null;
}

/** The audit's findings, put beside the entries of the draft that they are about. */
export function matchFindings(claim: Claim, findings: Finding[], draft: Draft): DraftFinding[] {
  const codes = new Map(claim.items.map((item) => [item.feedetl_sn, item.med_list_codg]));
  const reasons = new Map(draft.reasons?.map(({ finding, dspo_way_rea }) => [finding, dspo_way_rea.trim()]));
  return findings.map((finding) => {
    const about = finding.judge_result_detail_dtos.map(({ rx_id }) => rx_id);
    // By item and not by place: a line above it may go away without taking the reason along.
    const key = [finding.rule_id, ...about.map((sn) => codes.get(sn)).sort()].join(' ');
    return { key, finding, lines: about.map(placeOf), reason: reasons.get(key) || null };
  });
}

/** The insurer pays nothing of a line that is denied; of no line when the visit is. */
export function deniedLines(findings: DraftFinding[]): { visit: boolean; lines: Set<number> } {
  const denied = findings.filter(({ finding }) => finding.severity === 'deny');
  return {
    visit: denied.some(({ lines }) => lines.length === 0),
    lines: new Set(denied.flatMap(({ lines }) => lines)),
  };
}

export function withoutDenied(claim: Claim, denied: ReadonlySet<number>): Claim {
  if (denied.size === 0) return claim;
  const items = claim.items.map((item) => {
    if (!denied.has(placeOf(item.feedetl_sn))) return item;
    const { selfpay_prop: _, ...rest } = item;
    return { ...rest, chrgitm_lv: OWN_PAY } as const;
  });
  return { ...claim, items };
}

/** Findings that wait for the doctor's reason. */
export const unanswered = (findings: DraftFinding[]): DraftFinding[] =>
  findings.filter(({ finding, reason }) => finding.severity === 'confirm' && reason === null);

export function reasonsOf(findings: DraftFinding[]): FindingReason[] {
  return findings.flatMap(({ finding, reason }) =>
    finding.severity === 'confirm' && reason !== null
      ? [{ warn_rslt_id: finding.jr_id, dspo_way: '1', dspo_way_rea: reason }]
      : [],
  );
}
