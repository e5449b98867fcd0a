/** 单子: what the doctor has entered for one person, as typed. Pure. */
import type { DiagnosisView, Draft, ItemView, QuoteView } from '../../api/views/types.ts';

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

export interface Sheet {
  diagnoses: DiagnosisView[];
  lines: Line[];
  /** Why the doctor goes on all the same, by the key of what was found. */
  reasons: Record<string, string>;
}

export const emptySheet: Sheet = { diagnoses: [], lines: [], reasons: {} };

const NUMBER = /^\d{1,6}(\.\d{1,3})?$/;

export function fromDraft(draft: Draft): Sheet {
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
  };
}

export function toDraft(sheet: Sheet): Draft {
  const reasons = Object.entries(sheet.reasons).map(([finding, dspo_way_rea]) => ({ finding, dspo_way_rea }));
  return {
    ...(reasons.length === 0 ? {} : { reasons }),
    diagnoses: sheet.diagnoses.map((d) => ({ diag_code: d.diag_code })),
    items: sheet.lines.map((line) => ({
      med_list_codg: line.med_list_codg,
      cnt: line.cnt,
      ...(line.days === '' ? {} : { prd_days: Number(line.days) }),
      ...(line.codes.length === 0
        ? {}
        : { drug_trac_codg: line.codes, trdn_flag: line.opened ? ('1' as const) : ('0' as const) }),
    })),
  };
}

/** 照上次开 adds what is missing and takes nothing away. */
export function addLast(sheet: Sheet, last: Draft): Sheet {
  const more = fromDraft(last);
  const has = new Set(sheet.lines.map((l) => l.med_list_codg));
  const hasDiagnosis = new Set(sheet.diagnoses.map((d) => d.diag_code));
  return {
    ...sheet,
    diagnoses: [...sheet.diagnoses, ...more.diagnoses.filter((d) => !hasDiagnosis.has(d.diag_code))],
    lines: [...sheet.lines, ...more.lines.filter((l) => !has.has(l.med_list_codg))],
  };
}

/** The same item a second time means one more of it. */
export function addItem(sheet: Sheet, item: ItemView): Sheet {
  const at = sheet.lines.findIndex((l) => l.med_list_codg === item.med_list_codg);
  const line = sheet.lines[at];
  if (line) return setCnt(sheet, at, stepped(line.cnt, 1));
  const scanned = { codes: [], opened: false };
  const fresh = {
    med_list_codg: item.med_list_codg,
    cnt: '1',
    days: '',
    daysByHand: false,
    item,
    ...scanned,
  };
  return { ...sheet, lines: [...sheet.lines, { ...fresh, days: daysFor(item, '1') }] };
}

export function setCnt(sheet: Sheet, at: number, cnt: string): Sheet {
  return edit(sheet, at, (line) => ({
    ...line,
    cnt,
    days: line.daysByHand || !line.item ? line.days : daysFor(line.item, cnt),
  }));
}

export function setDays(sheet: Sheet, at: number, days: string): Sheet {
  return edit(sheet, at, (line) => ({ ...line, days, daysByHand: true }));
}

/** The same pack scanned twice is one pack. */
export function addCode(sheet: Sheet, at: number, code: string): Sheet {
  return edit(sheet, at, (line) => ({ ...line, codes: [...new Set([...line.codes, code])] }));
}

export function dropCode(sheet: Sheet, at: number, code: string): Sheet {
  return edit(sheet, at, (line) => ({ ...line, codes: line.codes.filter((one) => one !== code) }));
}

export function setOpened(sheet: Sheet, at: number, opened: boolean): Sheet {
  return edit(sheet, at, (line) => ({ ...line, opened }));
}

/** An empty reason is none. */
export function giveReason(sheet: Sheet, finding: string, reason: string): Sheet {
  const { [finding]: _, ...others } = sheet.reasons;
  return { ...sheet, reasons: reason === '' ? others : { ...others, [finding]: reason } };
}

export function removeLine(sheet: Sheet, at: number): Sheet {
  return { ...sheet, lines: sheet.lines.filter((_, i) => i !== at) };
}

export function putBack(sheet: Sheet, at: number, line: Line): Sheet {
  return { ...sheet, lines: [...sheet.lines.slice(0, at), line, ...sheet.lines.slice(at)] };
}

export function addDiagnosis(sheet: Sheet, diagnosis: DiagnosisView): Sheet {
  if (sheet.diagnoses.some((d) => d.diag_code === diagnosis.diag_code)) return sheet;
  return { ...sheet, diagnoses: [...sheet.diagnoses, diagnosis] };
}

export function removeDiagnosis(sheet: Sheet, code: string): Sheet {
  return { ...sheet, diagnoses: sheet.diagnoses.filter((d) => d.diag_code !== code) };
}

/** An item of 照上次开 has been looked up: its days follow the quantity again, unless they were others last time. */
export function known(sheet: Sheet, item: ItemView): Sheet {
  const lines = sheet.lines.map((line) => {
    if (line.med_list_codg !== item.med_list_codg || line.item) return line;
    return { ...line, item, daysByHand: line.days !== daysFor(item, line.cnt) };
  });
  return { ...sheet, lines };
}

export function named(sheet: Sheet, diagnosis: DiagnosisView): Sheet {
  const same = (d: DiagnosisView) => d.diag_code === diagnosis.diag_code;
  return { ...sheet, diagnoses: sheet.diagnoses.map((d) => (same(d) ? diagnosis : d)) };
}

/** One step up or down; what is left behind the point stays, and nothing goes below one step above 0. */
export function stepped(typed: string, by: 1 | -1): string {
  if (!NUMBER.test(typed)) return '1';
  const [whole = '0', part] = typed.split('.');
  const next = Number(whole) + by;
  if (next < 0 || (next === 0 && !part)) return typed;
  return part ? `${next}.${part}` : String(next);
}

export function numberRead(typed: string): boolean {
  return NUMBER.test(typed);
}

/** The first thing in the sheet that cannot be sent to be priced, said in words. */
export function unreadable(sheet: Sheet): { line: number; text: string } | null {
  for (const [at, line] of sheet.lines.entries()) {
    if (!NUMBER.test(line.cnt)) return { line: at, text: '数量还没写好，要写数字，比如 1 或 0.5。' };
    if (line.days !== '' && !/^\d{1,3}$/.test(line.days))
      return { line: at, text: '天数要写整数，比如 14。' };
  }
  return null;
}

/** Why 结算 cannot be pressed now, in words; null when it can. */
export function whyNot(state: {
  sheet: Sheet;
  quote: QuoteView | null;
  fresh: boolean;
  refused: string | null;
  online: boolean;
}): string | null {
  const { sheet, quote } = state;
  if (sheet.lines.length === 0) return '还没有开药或项目。';
  const bad = unreadable(sheet);
  if (bad) return `第 ${bad.line + 1} 行还要改。`;
  if (state.refused) return state.refused;
  if (!state.online) return '村医通没有回音，有了回音就能结算。';
  if (!quote || !state.fresh) return '正在算…';
  const problem = quote.problems[0];
  if (quote.digest !== null) return null;
  if (!problem) return '现在还不能结算。';
  if (problem.code === 'REASON_MISSING') return '中间有一条要写理由。';
  return problem.line === null ? '中间标 ！的还没办好。' : `第 ${problem.line + 1} 行还要改。`;
}

/** What a new price differs in, as the doctor reads it. */
export function whatChanged(before: QuoteView | null, after: QuoteView): string[] {
  const rows: [string, string | undefined, string][] = [
    ['总费用', before?.medfee_sumamt, after.medfee_sumamt],
    ['医保报', before?.fund_pay_sumamt, after.fund_pay_sumamt],
    ['自己付', before?.psn_part_amt, after.psn_part_amt],
  ];
  return rows
    .filter(([, old, now]) => old !== undefined && old !== now)
    .map(([name, old, now]) => `${name} 原来 ${old}，现在 ${now}`);
}

function daysFor(item: ItemView, cnt: string): string {
  if (item.days_per_unit === null || !NUMBER.test(cnt)) return '';
  return String(Math.max(1, Math.floor(item.days_per_unit * Number(cnt))));
}

function edit(sheet: Sheet, at: number, change: (line: Line) => Line): Sheet {
  return { ...sheet, lines: sheet.lines.map((line, i) => (i === at ? change(line) : line)) };
}
