/**
 * Audit before payment: the rules of a bundle's `audit` block, and what they find in a claim. Source: the
 * rules as practised (处方管理办法, 长期处方管理规范, 国家两库). The block is a list of rules such as
 * `{ "rule": "supply_days", "rule_id": "A05", "severity": "confirm", "when": {…}, "items": {…}, "normal": 7
 * }`.
 */

import { type ReadClaim, readClaim } from '../claim/claim.ts';
import type { Benefit } from '../compile/benefit.ts';
import { ALWAYS, type Condition, compileCondition } from '../compile/condition.ts';
import type { Problem } from '../compile/problems.ts';
import { at, Reader } from '../compile/reader.ts';
import { formatFen } from '../fen.ts';
import { has, isObject } from '../json.ts';
import { RULE_KINDS } from './rules/index.ts';
import type { AuditContext, Check, Finding, RuleKind, Severity, Violation } from './types.ts';

interface AuditRule {
  rule_id: string;
  name: string;
  source: string;
  severity: Severity;
  when: Condition;
  items: Condition;
  kind: RuleKind;
  check: Check;
}

export interface CompiledAudit {
  rules: AuditRule[];
  problems: Problem[];
}

const SEV_DEG: Record<Severity, string> = { deny: '1', confirm: '2', remind: '3' };

/**
 * Compiles the `audit` block (absent: no rules). What is wrong with it is listed and never stops the pricing.
 */
export function compileAudit(json: unknown): CompiledAudit {
  const reader = new Reader();
  if (json === undefined) return { rules: [], problems: [] };
  const rules = reader.list('audit', json).flatMap((entry, i) => {
    const rule = compileRule(reader, `audit[${i}]`, entry);
    return rule === null ? [] : [rule];
  });
  const seen = new Set<string>();
  rules.forEach(({ rule_id }, i) => {
    if (seen.has(rule_id)) reader.add(`audit[${i}].rule_id`, 'DUPLICATE', rule_id);
    seen.add(rule_id);
  });
  return { rules, problems: reader.problems };
}

function compileRule(reader: Reader, path: string, entry: unknown): AuditRule | null {
  const named = isObject(entry) ? entry.rule : undefined;
  const kind = typeof named === 'string' ? RULE_KINDS.get(named) : undefined;
  if (kind === undefined) {
    reader.add(at(path, 'rule'), 'UNKNOWN_WORD', [...RULE_KINDS.keys()].join(', '));
    return null;
  }
  const required = ['rule', 'rule_id', 'severity', ...(kind.keys ?? [])];
  const object = reader.object(path, entry, required, ['when', 'items', ...(kind.optional ?? [])]);
  if (object === null) return null;
  return {
    rule_id: reader.text(at(path, 'rule_id'), object.rule_id),
    name: typeof object.title === 'string' ? object.title : kind.name,
    source: typeof object.source === 'string' ? object.source : '',
    severity: reader.oneOf(at(path, 'severity'), object.severity, ['deny', 'confirm', 'remind']),
    when: has(object, 'when') ? compileCondition(reader, at(path, 'when'), object.when, false) : ALWAYS,
    items: has(object, 'items') ? compileCondition(reader, at(path, 'items'), object.items, true) : ALWAYS,
    kind,
    check: kind.compile(reader, path, object),
  };
}

/**
 * What the rules find in a claim priced under `bundle`, in their order; `audit` in bundle.ts says the rest.
 */
export function auditClaim(
  bundle: Benefit,
  { rules, problems }: CompiledAudit,
  claim: unknown,
  context: AuditContext,
): Finding[] {
  const read = readClaim(claim, bundle);
  if (read === null) return [];
  const findings = rules.flatMap((rule) => runRule(bundle, rule, read, context));
  return problems.length === 0 ? findings : [brokenRules(problems), ...findings];
}

function runRule(bundle: Benefit, rule: AuditRule, claim: ReadClaim, context: AuditContext): Finding[] {
  if (!rule.when(claim, -1)) return [];
  const lines: number[] = [];
  for (let i = 0; i < claim.count; i++) if (rule.items(claim, i)) lines.push(i);
  try {
    const violations = mergeSame(rule.check({ bundle, claim, context, lines }));
    return violations.map((violation, i) => makeFinding(rule, claim, violation, i));
  } catch {
    // The context is not of its type (which is not checked at run time): the rule could not be applied.
    const violation = { lines: [], cont: '审核资料有误，无法审核，请核对。', evid: 'context', missing: true };
    return [makeFinding(rule, claim, violation, 0)];
  }
}

/**
 * The same violation on several lines is reported once, for all of them: one sentence to read, one reason to
 * give.
 */
function mergeSame(violations: Violation[]): Violation[] {
  const merged = new Map<string, Violation>();
  for (const { lines, ...what } of violations) {
    const key = JSON.stringify([what.cont, what.evid, what.missing]);
    const before = merged.get(key)?.lines ?? [];
    merged.set(key, { ...what, lines: [...new Set([...before, ...lines])] });
  }
  return [...merged.values()];
}

function makeFinding(rule: AuditRule, claim: ReadClaim, violation: Violation, i: number): Finding {
  const { lines, cont, evid, missing } = violation;
  const atMost = violation.atMost ?? (missing ? 'confirm' : 'deny');
  const severity = SEV_DEG[rule.severity] < SEV_DEG[atMost] ? atMost : rule.severity;
  const jr_id = `${rule.rule_id}-${i + 1}`;
  let amount = 0;
  for (const line of lines) amount += claim.total[line] as number;
  return {
    jr_id,
    rule_id: rule.rule_id,
    rule_name: rule.name,
    vola_cont: cont,
    vola_amt: formatFen(amount),
    vola_amt_stas: lines.length > 0 ? '1' : '0',
    sev_deg: SEV_DEG[severity],
    vola_evid: evid,
    vola_bhvr_type: rule.kind.vola_bhvr_type,
    judge_result_detail_dtos: lines.map((line, k) => ({
      jrd_id: `${jr_id}-${k + 1}`,
      rx_id: claim.feedetl_sn[line] as string,
      vola_item_type: claim.list_type[line] as string,
      vola_amt: formatFen(claim.total[line] as number),
    })),
    severity,
    source: rule.source,
    missing,
  };
}

function brokenRules(problems: Problem[]): Finding {
  return {
    jr_id: 'AUDIT_INVALID-1',
    rule_id: 'AUDIT_INVALID',
    rule_name: '审核规则',
    vola_cont: '审核规则文件有错，部分规则没有检查。请告诉乡镇卫生院。',
    vola_amt: '0.00',
    vola_amt_stas: '0',
    sev_deg: SEV_DEG.confirm,
    vola_evid: problems
      .map((problem) => `${problem.path} ${problem.code}`)
      .join('; ')
      .slice(0, 500),
    vola_bhvr_type: '系统',
    judge_result_detail_dtos: [],
    severity: 'confirm',
    source: '',
    missing: true,
  };
}
