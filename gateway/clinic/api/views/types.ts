import type { PaidWay } from '../../../../sync/contract/bodies/settlement.ts';

/**
 * What the page sees: the shapes of the local API's answers and of its one event stream.
 * No identity number leaves the gateway unmasked. Money is a decimal string in yuan.
 *
 * GET  /api/session                    -> SessionView   (401 ErrorView when nobody is logged in)
 * GET  /api/operators                  -> OperatorView[] (names for the login; no PIN, no session needed)
 * POST /api/session {opter, pin}       -> SessionView   (sets the cookie; 401 PIN_WRONG, 423 PIN_LOCKED)
 * POST /api/session/end {}             -> {}
 * GET  /api/desk                       -> DeskView      (everything the page shows at start)
 * GET  /api/events                        server-sent events:
 *        `event: desk`    DeskView, whenever anything in it changed
 *        `event: visit`   {visit: id, why: 'card'}: a card was put down; the page shows that visit
 *        `event: problem` ErrorView: a card could not be read
 * GET  /api/visits/:id                 -> VisitView
 * POST /api/visits {psn_name | psn_no} -> VisitView     (no card: picked from /api/persons, or by name alone)
 * GET  /api/persons?q=                 -> PersonHit[]   (by name or number; by `pym` if the roster has it)
 * GET  /api/catalogue?q=               -> ItemView[]    (initials, name, code, bar code; at most 10)
 * GET  /api/diagnoses?q=               -> DiagnosisView[] (at most 10)
 * POST /api/visits/:id/quote Draft     -> QuoteView     (prices; stores nothing)
 * POST /api/visits/:id/confirm {request, digest, draft, paid_way}
 *                                      -> SettledView   (the same request gives the same one; 409
 *                                                        QUOTE_CHANGED, REASON_MISSING with the quote now)
 * POST /api/trace-code {text}          -> TraceCodeView (what was scanned, read)
 * POST /api/visits/:id/close {}        -> {}            (leaves the desk; nothing is settled)
 * GET  /api/settlements/:seq           -> SettledView
 * POST /api/settlements/:seq/reprint {} -> SettledView  (:seq of a settlement, or of a reversal for its slip)
 * POST /api/settlements/:seq/slip {copy, printed}
 *                                      -> DeskView      (of one in `slips_asked`: 打出来了, or 再打一张)
 * POST /api/settlements/:seq/reverse {request, reason, refund_way}
 *                                      -> SettledView   (撤销: takes the settlement back)
 * POST /api/day {day, pin}             -> DeskView      (the doctor confirms the date; 422 CLOCK_DAY_REFUSED)
 * POST /api/day-close {day?}           -> DayCloseView  (signs what the day came to; without it, today)
 * GET  /api/today                      -> TodayView
 *
 * Every refusal is an HTTP status ≥ 400 with an ErrorView.
 */

import type { PrintState } from '../../../ledger/index.ts';
import type { Draft } from '../../visit/draft-shape.ts';
import type { Payment } from '../../visit/payment.ts';

export type { Draft, Payment };

export interface ErrorView {
  /** English, for logs and programs; never shown. */
  code: string;
  /** What the doctor reads out over the telephone: three digits. */
  number: number;
  /** What the doctor reads: what, why, what then. */
  text: string;
  /** With PIN_LOCKED. */
  wait_seconds?: number;
  /** With QUOTE_CHANGED and REASON_MISSING. */
  quote?: QuoteView;
}

export interface OperatorView {
  opter: string;
  opter_name: string;
}

export interface SessionView extends OperatorView {
  /** The page locks itself after this long without a touch. */
  idle_seconds_max: number;
}

/** How a device or the township is, always in words. */
export interface LightView {
  id: string; // of the device in the settings; township
  role: 'identify' | 'print' | 'scan' | 'township';
  title: string; // 读卡器
  state: 'ok' | 'busy' | 'attention';
  text: string; // 读卡器 正常 / 打印机 没纸了，请装纸 / 没连上乡镇，照常看病，连上后自动上传（待传 12 笔）
  code: string | null;
  number: number | null; // of the code
}

/** `about`: the visits that an objection is about, or ''; `said`: the township's own words. */
export interface NoticeView extends ErrorView {
  about?: string;
  said?: string;
}

export interface DeskView {
  clinic: { fixmedins_name: string };
  /** Address of the demo panel's page, to be shown in an iframe; null outside the demo. */
  demo: { panel: string } | null;
  now: string; // ISO instant
  lights: LightView[]; // the devices in the order of the settings, then the township
  /** The day as the ledger takes it; `asks`: nobody knows it, and the doctor has to say (POST /api/day). */
  clock: {
    day: string;
    asks: boolean;
    /** Why: CLOCK_…; null when it does not ask. */
    code: string | null;
    /** The day that the township, or the machine, says instead. */
    said: string | null;
  };
  /** What will soon stop the work, or has: disk, clock, a fork; and what the township objects to. */
  notices: NoticeView[];
  waiting: number; // records the township has not receipted
  visits: { id: string; psn_name: string; opened_at: string }[]; // open at the desk
  settled: SettledView | null; // the last settlement, so that its ticks move without a reload
  /** Slips of which only the doctor can say whether they came out. */
  slips_asked: AskedSlipView[];
  head: number; // seq of the last record: with every one a price may change
  today: { visits: number; medfee_sumamt: string; fund_pay_sumamt: string; cash: string };
}

export interface AskedSlipView extends ErrorView {
  /** Of the settlement, or of the reversal. */
  seq: number;
  copy: number;
  psn_name: string;
  reversal: boolean;
  day: string;
  at: string; // ISO instant, of the settlement
  medfee_sumamt: string;
  /** The settlement was taken back: another copy is void. */
  reversed: boolean;
}

export interface PersonView {
  psn_no: string | null;
  psn_name: string;
  certno_masked: string; // 1402**********0014
  gend: '男' | '女' | '';
  age: number | null;
  standing: { text: string; ok: boolean }[]; // 本村定点 · 已签约 / 高血压 已登记 / 参保暂停
  insured: boolean;
  self_pay: ErrorView | null; // why this is a self-pay visit
  left: { title: string; amount: string | null; used: string; text: string }[]; // 今年还能报
}

export interface VisitView {
  id: string;
  opened_at: string;
  person: PersonView;
  draft: Draft;
  quote: QuoteView | null;
  last: Draft | null; // 照上次开: what this clinic last settled for the person
  last_gone: string[]; // what of it the lists in force have no longer
}

export interface ItemView {
  med_list_codg: string;
  hilist_name: string;
  spec: string;
  unit: string;
  pric: string;
  lv: '甲' | '乙' | '自费';
  days_per_unit: number | null;
  /** Every pack's trace code (追溯码) has to be scanned. */
  trac_required: boolean;
}

/** 追溯码 in the one form in which a draft carries it, or why what was scanned is none. */
export type TraceCodeView =
  | { drug_trac_codg: string; problem: null }
  | { drug_trac_codg: null; problem: ErrorView };

export interface DiagnosisView {
  diag_code: string;
  diag_name: string;
}

export interface PersonHit {
  psn_no: string;
  psn_name: string;
  gend: string;
  age: number;
  certno_masked: string;
}

export interface QuoteView {
  digest: string | null; // null when nothing can be settled: see problems
  pay_mode: 'insured' | 'self-pay';
  medfee_sumamt: string | null; // these three: null while a line has no price, since a part is no total
  fund_pay_sumamt: string | null;
  psn_part_amt: string | null;
  parts: { title: string; amount: string }[]; // the official terms behind the three numbers, those above 0
  items: {
    med_list_codg: string;
    hilist_name: string;
    spec: string;
    unit: string;
    cnt: string;
    prd_days: number | null;
    det_item_fee_sumamt: string;
    fund: string | null; // what the funds paid of this line; null as the totals
    why: string; // one sentence to read aloud
    sources: string[]; // policy's own words and document, small type
  }[];
  findings: FindingView[]; // what the audit says of it
  why: string[]; // about the whole visit: what was limited, since when, when it starts again
  problems: (ErrorView & { line: number | null })[]; // what must be mended before 结算
}

/**
 * One thing the audit found. `deny`: the insurer does not pay that line, or the visit. `confirm`: 结算 waits
 * for a reason.
 */
export interface FindingView {
  /** The same as long as the same rule finds the same items: what a draft's reason names. */
  key: string;
  severity: 'deny' | 'confirm' | 'remind';
  rule_name: string;
  text: string;
  source: string;
  lines: number[]; // positions in the draft; none: about the visit
  ready: string[]; // reasons that fit the rule, to be given by a touch
  reason: string | null; // the doctor's, from the draft
}

/** `unknown`: a store that was made anew from records knows of no paper. */
type SlipState = PrintState | 'unknown';

export interface SettledView {
  seq: number;
  setl_id: string;
  psn_no: string | null;
  psn_name: string;
  certno_masked: string;
  at: string;
  setl_date: string;
  medfee_sumamt: string;
  fund_pay_sumamt: string;
  psn_part_amt: string;
  pay_mode: 'insured' | 'self-pay';
  paid_way: PaidWay; // the part that did not come out of an account
  due: Payment[]; // what did not come out of an account, by way; none when nothing is to be paid
  slip: SlipState;
  slip_text: string; // 已打印 / 打印机没纸，装好纸会自动打
  township: 'waiting' | 'held';
  township_text: string; // 等上传 / 已传到乡镇
  /** What the township has against it, or against its reversal. */
  objections: NoticeView[];
  /** Taken back (撤销). */
  reversed: boolean;
  reversal: ReversalView | null;
}

/** What a 撤销 came to. */
export interface ReversalView {
  seq: number;
  refund: Payment[]; // what goes back, apart from what an account paid
  slip: SlipState;
  slip_text: string;
}

export interface DayCloseView {
  day: string;
  visits: number;
  medfee_sumamt: string;
  fund_pay_sumamt: string;
  psn_part_amt: string;
  reversals: number;
  funds: { title: string; amount: string }[];
  paid: { title: string; amount: string }[]; // how the persons paid, what was given back taken off
}

export interface TodayView {
  day: string;
  /** The last close of the day; `stale`: something was booked since. */
  closed: (DayCloseView & { stale: boolean }) | null;
  /** The earliest day of the last month that has settlements and no close that covers them. */
  unclosed: string | null;
  settlements: SettledView[];
  /** Seqs of settlements of the day whose records cannot be read: they are in no list and not in `paid`. */
  unreadable: number[];
  /** How the persons paid so far, what was given back taken off. */
  paid: { title: string; amount: string }[];
}
