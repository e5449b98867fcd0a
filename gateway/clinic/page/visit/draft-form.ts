/** 单子: what the doctor has entered for one person, as typed. Pure. */
import { numberText } from '../../../../sync/contract/text-form.ts';
import type { DiagnosisView, Draft, ItemView, QuoteView } from '../../api/views/types.ts';
import { CNT_BELOW, PRD_DAYS_MAX } from '../../visit/limits.ts';
import type { PaidWay } from '../shared/api.ts';

export interface Line {
  med_list_codg: string;
  cnt: string;
  days: string; // '' when the item has no days
  daysByHand: boolean; // once typed, days no longer follow the quantity
  item: ItemView | null; // null until looked up (照上次开)
  /** 追溯码 as scanned. */
  codes: string[];
  /** Sold out of an opened pack (拆零). */
  opened: boolean;
}

export interface DraftForm {
  diagnoses: DiagnosisView[];
  lines: Line[];
  /** Why the doctor goes on all the same, by the key of what was found. */
  reasons: Record<string, string>;
  /** How the person is going to pay. */
  paid: PaidWay;
}

export const emptyForm: DraftForm = { diagnoses: [], lines: [], reasons: {}, paid: 'cash' };

/** The largest that a step comes to. */
export const CNT_MAX = CNT_BELOW - 1;

const NUMBER = /^\d{1,6}(\.\d{1,3})?$/;

export function fromDraft(draft: Draft): DraftForm {
  return {
    diagnoses: draft.diagnoses.map((d) => ({ diag_code: d.diag_code, diag_name: '' })),
    lines: draft.items.map((item) => ({
      med_list_codg: item.med_list_codg,
      cnt: item.cnt,
      days: item.prd_days === undefined ? '' : String(item.prd_days),
      daysByHand: item.prd_days !== undefined,
      item: null,
      codes: item.drug_trac_codg ?? [],
      opened: item.trdn_flag === '1',
    })),
    reasons: Object.fromEntries(draft.reasons?.map((one) => [one.finding, one.dspo_way_rea]) ?? []),
    paid: draft.paid_way ?? 'cash',
  };
}

export function toDraft(form: DraftForm): Draft {
  const reasons = Object.entries(form.reasons).map(([finding, dspo_way_rea]) => ({ finding, dspo_way_rea }));
  return {
    ...(reasons.length === 0 ? {} : { reasons }),
    ...(form.paid === 'cash' ? {} : { paid_way: form.paid }),
    diagnoses: form.diagnoses.map((d) => ({ diag_code: d.diag_code })),
    items: form.lines.map((line) => ({
      med_list_codg: line.med_list_codg,
      cnt: line.cnt,
      ...(line.days === '' ? {} : { prd_days: Number(line.days) }),
      ...(line.codes.length === 0 ? {} : { drug_trac_codg: line.codes, trdn_flag: '0' as const }),
      ...(line.opened ? { trdn_flag: '1' as const } : {}),
    })),
  };
}

/** 照上次开 adds what is missing and takes nothing away. */
export function addLast(form: DraftForm, last: Draft): DraftForm {
  const more = fromDraft(last);
  const has = new Set(form.lines.map((l) => l.med_list_codg));
  const hasDiagnosis = new Set(form.diagnoses.map((d) => d.diag_code));
  return {
    ...form,
    diagnoses: [...form.diagnoses, ...more.diagnoses.filter((d) => !hasDiagnosis.has(d.diag_code))],
    lines: [...form.lines, ...more.lines.filter((l) => !has.has(l.med_list_codg))],
  };
}

/** The same item a second time means one more of it. */
export function addItem(form: DraftForm, item: ItemView): DraftForm {
  const at = form.lines.findIndex((l) => l.med_list_codg === item.med_list_codg);
  const line = form.lines[at];
  if (line) return setCnt(form, at, stepped(line.cnt, 1, CNT_MAX));
  const scanned = { codes: [], opened: false };
  const fresh = {
    med_list_codg: item.med_list_codg,
    cnt: '1',
    days: '',
    daysByHand: false,
    item,
    ...scanned,
  };
  return { ...form, lines: [...form.lines, { ...fresh, days: daysFor(item, '1') }] };
}

export function setCnt(form: DraftForm, at: number, typed: string): DraftForm {
  const cnt = numberText(typed);
  return edit(form, at, (line) => ({
    ...line,
    cnt,
    days: line.daysByHand || !line.item ? line.days : daysFor(line.item, cnt),
  }));
}

export function setDays(form: DraftForm, at: number, days: string): DraftForm {
  return edit(form, at, (line) => ({ ...line, days: numberText(days), daysByHand: true }));
}

/** The same pack scanned twice is one pack. */
export function addCode(form: DraftForm, at: number, code: string): DraftForm {
  return edit(form, at, (line) => ({ ...line, codes: [...new Set([...line.codes, code])] }));
}

export function dropCode(form: DraftForm, at: number, code: string): DraftForm {
  return edit(form, at, (line) => ({ ...line, codes: line.codes.filter((one) => one !== code) }));
}

export function setOpened(form: DraftForm, at: number, opened: boolean): DraftForm {
  return edit(form, at, (line) => ({ ...line, opened }));
}

/** An empty reason is none. */
export function giveReason(form: DraftForm, finding: string, reason: string): DraftForm {
  const { [finding]: _, ...others } = form.reasons;
  return { ...form, reasons: reason === '' ? others : { ...others, [finding]: reason } };
}

export function setPaid(form: DraftForm, paid: PaidWay): DraftForm {
  return { ...form, paid };
}

export function removeLine(form: DraftForm, at: number): DraftForm {
  return { ...form, lines: form.lines.filter((_, i) => i !== at) };
}

export function putBack(form: DraftForm, at: number, line: Line): DraftForm {
  return { ...form, lines: [...form.lines.slice(0, at), line, ...form.lines.slice(at)] };
}

export function addDiagnosis(form: DraftForm, diagnosis: DiagnosisView): DraftForm {
  if (form.diagnoses.some((d) => d.diag_code === diagnosis.diag_code)) return form;
  return { ...form, diagnoses: [...form.diagnoses, diagnosis] };
}

export function removeDiagnosis(form: DraftForm, code: string): DraftForm {
  return { ...form, diagnoses: form.diagnoses.filter((d) => d.diag_code !== code) };
}

/**
 * An item of 照上次开 has been looked up: its days follow the quantity again, unless they were others last time.
 */
export function known(form: DraftForm, item: ItemView): DraftForm {
  const lines = form.lines.map((line) => {
    if (line.med_list_codg !== item.med_list_codg || line.item) return line;
    return { ...line, item, daysByHand: line.days !== daysFor(item, line.cnt) };
  });
  return { ...form, lines };
}

export function named(form: DraftForm, diagnosis: DiagnosisView): DraftForm {
  const same = (d: DiagnosisView) => d.diag_code === diagnosis.diag_code;
  return { ...form, diagnoses: form.diagnoses.map((d) => (same(d) ? diagnosis : d)) };
}

/**
 * One step up or down; what is left behind the point stays. Nothing goes to 0 or below, nor beyond `most`, so
 * that no step comes to what would be refused.
 */
export function stepped(typed: string, by: 1 | -1, most: number): string {
  if (!NUMBER.test(typed)) return '1';
  const [whole = '0', part] = typed.split('.');
  const next = Number(whole) + by;
  if (next < 0 || (next === 0 && !part) || (by === 1 && next > most)) return typed;
  return part ? `${next}.${part}` : String(next);
}

/** The first thing in the form that cannot be sent to be priced, in words. */
export function unreadable(form: DraftForm): { line: number; text: string } | null {
  for (const [at, line] of form.lines.entries()) {
    if (!NUMBER.test(line.cnt)) return { line: at, text: '数量还没写好，要写数字，比如 1 或 0.5。' };
    if (line.days !== '' && !/^\d{1,3}$/.test(line.days))
      return { line: at, text: '天数要写整数，比如 14。' };
  }
  return null;
}

/** Why 结算 cannot be pressed now, in words; null when it can. */
export function whyNot(state: {
  form: DraftForm;
  quote: QuoteView | null;
  fresh: boolean;
  refused: string | null;
  online: boolean;
}): string | null {
  const { form, quote } = state;
  if (form.lines.length === 0) return '还没有开药或项目。';
  const bad = unreadable(form);
  if (bad) return `第 ${bad.line + 1} 行还要改。`;
  if (state.refused) return state.refused;
  if (!state.online) return '村医通没反应，连上了就能结算。';
  if (!quote || !state.fresh) return '正在算…';
  const problem = quote.problems[0];
  if (quote.digest !== null) return null;
  if (!problem) return '现在还不能结算。';
  if (problem.code === 'REASON_MISSING') return '中间有一条要写理由。';
  return problem.line === null ? '中间标 ！的还没办好。' : `第 ${problem.line + 1} 行还要改。`;
}

/** What a new price differs in, as the doctor reads it. */
export function whatChanged(before: QuoteView | null, after: QuoteView): string[] {
  const rows: [string, string | null | undefined, string | null][] = [
    ['总费用', before?.medfee_sumamt, after.medfee_sumamt],
    ['医保报', before?.fund_pay_sumamt, after.fund_pay_sumamt],
    ['自己付', before?.psn_part_amt, after.psn_part_amt],
  ];
  return rows
    .filter(([, old, now]) => old !== undefined && old !== null && old !== now)
    .map(([name, old, now]) => `${name} 原来 ${old}，现在 ${now ?? '—'}`);
}

/** None beyond what may be written: a bottle of a hundred tablets is the doctor's to say. */
function daysFor(item: ItemView, cnt: string): string {
  if (item.days_per_unit === null || !NUMBER.test(cnt)) return '';
  const days = Math.max(1, Math.floor(item.days_per_unit * Number(cnt)));
  return days > PRD_DAYS_MAX ? '' : String(days);
}

function edit(form: DraftForm, at: number, change: (line: Line) => Line): DraftForm {
  return { ...form, lines: form.lines.map((line, i) => (i === at ? change(line) : line)) };
}
