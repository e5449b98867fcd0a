/** Trace codes (追溯码): 20 digits, scanned where the item needs one, sold once, opened packs excepted. */
import { type AuditLine, type Facts, found, unknown, type Violation } from '../types.ts';
import type { RuleKind } from './kind.ts';

export const traceCode: RuleKind = {
  name: '药品追溯码',
  vola_bhvr_type: '回流药',
  compile: () => (facts) => facts.lines.flatMap((line) => checkLine(facts, line)),
};

function checkLine({ claim, context }: Facts, line: number): Violation[] {
  const required = context.catalogue?.[claim.med_list_codg[line] as string]?.trac_required;
  if (required === undefined) return [unknown([line], '是否须扫追溯码', 'trac_required')];
  const scanned = context.lines?.[claim.feedetl_sn[line] as string];
  const codes = scanned?.drug_trac_codg;
  if (codes === undefined || codes.length === 0)
    return required ? [found([line], '这一项须扫追溯码，还没有扫。', 'drug_trac_codg: 无')] : [];
  return [...checkForm(line, codes), ...checkSold(context.sold_codes, line, codes, scanned)];
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
  scanned: AuditLine | undefined,
): Violation[] {
  if (scanned?.trdn_flag === '1') return [];
  if (scanned?.trdn_flag === undefined) return [unknown([line], '是否拆零', 'trdn_flag')];
  if (sold === undefined) return [unknown([line], '追溯码的销售记录', 'sold_codes')];
  return codes
    .filter((code) => sold.includes(code))
    .map((code) => found([line], '这个追溯码已经卖过一次，请核对药盒。', `drug_trac_codg: ${code}`));
}
