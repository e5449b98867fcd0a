import { audit, type Claim, type CompiledBundle, type Finding } from '../../../policy/index.ts';
import type { FindingReason } from '../../../sync/contract/bodies/audit-finding.ts';
import { type AuditFacts, auditContext } from './audit-context.ts';
import type { Draft } from './draft-shape.ts';

/** 全自费: the insurer pays nothing of such an item. */
const OWN_PAY = '03';

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

/** What the audit makes of a claim. */
export interface Audited {
  findings: DraftFinding[];
  /** The insurer pays nothing of the visit. */
  denied: boolean;
  /** The claim in which a line that is denied is the person's own to pay. */
  payable: Claim;
}

/** Audits a claim as it was written, and says what its findings do to the price. docs/decisions/0006 */
export function auditClaim(
  bundle: CompiledBundle,
  claim: Claim,
  facts: AuditFacts & { draft: Draft },
): Audited {
  const findings = matchFindings(claim, audit(bundle, claim, auditContext(facts)), facts.draft);
  const { visit, lines } = deniedLines(findings);
  return { findings, denied: visit, payable: withoutDenied(claim, lines) };
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
function deniedLines(findings: DraftFinding[]): { visit: boolean; lines: Set<number> } {
  const denied = findings.filter(({ finding }) => finding.severity === 'deny');
  return {
    visit: denied.some(({ lines }) => lines.length === 0),
    lines: new Set(denied.flatMap(({ lines }) => lines)),
  };
}

function withoutDenied(claim: Claim, denied: ReadonlySet<number>): Claim {
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
