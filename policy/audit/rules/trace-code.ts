/** Trace codes (追溯码): 20 digits, scanned where the item needs one, sold once, opened packs excepted. */
import { type AuditLine, type Facts, found, type RuleKind, unknown, type Violation } from '../types.ts';

export const traceCode: RuleKind = {
  name: '药品追溯码',
  vola_bhvr_type: '回流药',
  compile: () => (facts) => facts.lines.flatMap((line) => checkLine(facts, line)),
};

function checkLine(facts: Facts, line: number): Violation[] {
  const { claim, context } = facts;
  const required = context.catalogue?.[claim.med_list_codg[line] as string]?.trac_required;
  if (required === undefined) return [unknown([line], '是否须扫追溯码', 'trac_required')];
  const scanned = context.lines?.[claim.feedetl_sn[line] as string];
  const codes = scanned?.drug_trac_codg;
  if (scanned === undefined || codes === undefined || codes.length === 0)
    return required ? [found([line], '这一项须扫追溯码，还没有扫。', 'drug_trac_codg: 无')] : [];
  return [
    ...checkForm(line, codes),
    ...checkAbove(facts, line, codes, scanned),
    ...checkSold(context.sold_codes, line, codes, scanned),
  ];
}

/** The code of a whole pack may be on one line only. */
function checkAbove({ claim, context }: Facts, line: number, codes: string[], { trdn_flag }: AuditLine) {
  if (trdn_flag === '1') return [];
  const above = claim.feedetl_sn.slice(0, line).flatMap((sn) => context.lines?.[sn]?.drug_trac_codg ?? []);
  return codes
    .filter((code) => above.includes(code))
    .map((code) => found([line], '这个追溯码上面已经扫过，请核对药盒。', `drug_trac_codg: ${code}`));
}

function checkForm(line: number, codes: string[]): Violation[] {
  return codes
    .filter((code, i) => !/^[0-9]{20}$/.test(code) || codes.indexOf(code) < i)
    .map((code) =>
      found([line], '追溯码应为 20 位数字，且不能重复。', `drug_trac_codg: ${code.slice(0, 40)}`),
    );
}

function checkSold(
  sold: string[] | undefined,
  line: number,
  codes: string[],
  { trdn_flag }: AuditLine,
): Violation[] {
  if (trdn_flag === '1') return [];
  if (trdn_flag === undefined) return [unknown([line], '是否拆零', 'trdn_flag')];
  if (sold === undefined) return [unknown([line], '追溯码的销售记录', 'sold_codes')];
  return codes
    .filter((code) => sold.includes(code))
    .map((code) => found([line], '这个追溯码已经卖过一次，请核对药盒。', `drug_trac_codg: ${code}`));
}
