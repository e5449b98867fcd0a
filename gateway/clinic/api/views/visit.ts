import { fundByLine, type Setlinfo, sentences } from '../../../../policy/index.ts';
import type { ReversalBody } from '../../../../sync/contract/bodies/reversal.ts';
import type { CatalogueItem } from '../../../../sync/contract/datasets/catalogue.ts';
import { doctorText, type ErrorCode, errorWords } from '../../../errors.ts';
import type { PrintJob, PrintState } from '../../../ledger/index.ts';
import type { DraftFinding } from '../../visit/audit.ts';
import type { Desk, SettledVisit } from '../../visit/desk.ts';
import { paymentsOf } from '../../visit/payment.ts';
import { maskCertno, recordedPerson } from '../../visit/person.ts';
import type { Quote } from '../../visit/quote.ts';
import type { Visit } from '../../visit/restore.ts';
import type { Standing } from '../../visit/standing.ts';
import { readyReasons } from './ready-reasons.ts';
import type {
  FindingView,
  ItemView,
  NoticeView,
  PersonView,
  QuoteView,
  ReversalView,
  SettledView,
  VisitView,
} from './types.ts';

/** Shapes of the core turned into what the page shows. No identity number passes unmasked. */

const LEVELS = { '01': '甲', '02': '乙', '03': '自费' } as const;

/** The official terms behind the three numbers. */
const PARTS: [keyof Setlinfo, string][] = [
  ['hifp_pay', '统筹基金支付'],
  ['hifmi_pay', '大病保险支付'],
  ['maf_pay', '医疗救助支付'],
  ['cvlserv_pay', '公务员医疗补助支付'],
  ['hifes_pay', '补充保险支付'],
  ['hifob_pay', '职工大额补助支付'],
  ['oth_pay', '其他基金支付'],
  ['hosp_part_amt', '卫生室承担'],
  ['acct_pay', '个人账户支付'],
  ['psn_cash_pay', '个人现金支付（现金、扫码或欠着）'],
  ['act_pay_dedc', '其中：起付线'],
  ['preselfpay_amt', '其中：乙类先自付'],
  ['overlmt_selfpay', '其中：超限价自付'],
  ['fulamt_ownpay_amt', '其中：全自费'],
];

export function itemView(item: CatalogueItem): ItemView {
  const { med_list_codg, hilist_name, spec, unit, pric } = item;
  const days_per_unit = item.days_per_unit ?? null;
  const trac_required = item.trac_required ?? false;
  return {
    med_list_codg,
    hilist_name,
    spec,
    unit,
    pric,
    lv: LEVELS[item.chrgitm_lv],
    days_per_unit,
    trac_required,
  };
}

function ageOn(day: string, brdy: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(brdy)) return null;
  const years = Number(day.slice(0, 4)) - Number(brdy.slice(0, 4));
  return day.slice(5) < brdy.slice(5) ? years - 1 : years;
}

export const GENDERS: Record<string, '男' | '女'> = { '1': '男', '2': '女' };

export const ageOf = (brdy: string, day: string): number => ageOn(day, brdy) ?? 0;

const CHRONIC: Record<string, string> = { hypertension: '高血压', diabetes: '糖尿病' };

function registeredView(registered: Standing['registered']): PersonView['standing'] {
  if (!registered) return [];
  const { designated_here, signed_here, chronic } = registered;
  return [
    { text: designated_here ? '本村定点' : '定点不在本村', ok: designated_here },
    { text: signed_here ? '已签约' : '没签约', ok: signed_here },
    ...chronic.map((code) => ({ text: `${CHRONIC[code] ?? code} 已登记`, ok: true })),
  ];
}

function personView(standing: Standing): PersonView {
  const { subject, identity, day, registered, self_pay_reason, left } = standing;
  const { psn_no, psn_name, certno, gend, brdy } = recordedPerson(subject);
  return {
    psn_no,
    psn_name,
    certno_masked: maskCertno(certno),
    gend: GENDERS[gend] ?? '',
    age: ageOn(day, brdy),
    standing: [...identity.map((text) => ({ text, ok: false })), ...registeredView(registered)],
    insured: self_pay_reason === null,
    self_pay: self_pay_reason && errorWords(self_pay_reason),
    left: left.map(({ title, left: amount, used, text }) => ({ title, amount, used, text })),
  };
}

export function visitView(visit: Visit, desk: Desk, operator: string): VisitView {
  const { id, opened_at, draft } = visit;
  const quote = draft.items.length > 0 ? quoteView(desk.quoteNow(visit, operator)) : null;
  const person = personView(desk.standing(visit));
  const last = desk.lastDraft(visit);
  return { id, opened_at, person, draft, quote, last: last?.draft ?? null, last_gone: last?.gone ?? [] };
}

const ZERO = '0.00';

/** Every line has a price, and the visit too. What is left out of a price leaves the others untrue. */
const isWhole = ({ answer, prescription, claim }: Quote): boolean =>
  answer !== null && !prescription.problems.some(({ line }) => line !== null) && claim.items.length > 0;

/** Where more than the pool paid of a line: its share of what was paid of the visit as a whole. */
function sharedWords({ answer }: Quote, feedetl_sn: string, paid: Map<string, string>): string {
  const pool = answer?.items.find((item) => item.feedetl_sn === feedetl_sn)?.pool_pay;
  const all = paid.get(feedetl_sn);
  return pool === undefined || all === undefined || pool === all ? '' : `分到这一行，医保一共报 ${all} 元。`;
}

function quoteItems(quote: Quote): QuoteView['items'] {
  const why = new Map(
    (quote.trace ? sentences(quote.trace).items : []).map((line) => [line.feedetl_sn, line]),
  );
  const paid = quote.answer ? fundByLine(quote.answer) : new Map<string, string>();
  const names = new Map(quote.prescription.lines.map((line) => [line.feedetl_sn, line]));
  return quote.claim.items.map(({ feedetl_sn, med_list_codg, cnt, det_item_fee_sumamt }) => {
    const line = names.get(feedetl_sn);
    const selfPaid = quote.self_pay_reason ? doctorText(quote.self_pay_reason) : '';
    return {
      med_list_codg,
      hilist_name: line?.hilist_name ?? '',
      spec: line?.spec ?? '',
      unit: line?.unit ?? '',
      cnt,
      prd_days: line?.prd_days ?? null,
      det_item_fee_sumamt,
      fund: isWhole(quote) ? (paid.get(feedetl_sn) ?? ZERO) : null,
      why: `${why.get(feedetl_sn)?.text ?? selfPaid}${sharedWords(quote, feedetl_sn, paid)}`,
      sources: why.get(feedetl_sn)?.sources ?? [],
    };
  });
}

function findingView({ key, finding, lines, reason }: DraftFinding): FindingView {
  const { severity, rule_name, vola_cont: text, source } = finding;
  const ready = readyReasons(finding.vola_bhvr_type);
  return { key, severity, rule_name, text, source, lines, ready, reason };
}

function whyOf(quote: Quote): string[] {
  if (quote.self_pay_reason) return [doctorText(quote.self_pay_reason)];
  return quote.trace && isWhole(quote) ? sentences(quote.trace).total : [];
}

export function quoteView(quote: Quote): QuoteView {
  const amounts = isWhole(quote) ? quote.answer?.setlinfo : undefined;
  return {
    digest: quote.digest,
    pay_mode: quote.pay_mode,
    medfee_sumamt: amounts?.medfee_sumamt ?? null,
    fund_pay_sumamt: amounts?.fund_pay_sumamt ?? null,
    psn_part_amt: amounts?.psn_part_amt ?? null,
    parts: PARTS.flatMap(([key, title]) => {
      const amount = amounts?.[key] ?? ZERO;
      return amount === ZERO ? [] : [{ title, amount }];
    }),
    items: quoteItems(quote),
    findings: quote.findings.map(findingView),
    why: whyOf(quote),
    problems: quote.problems.map(({ code, line }) => ({ ...errorWords(code), line })),
  };
}

const SLIP_TEXT: Record<PrintState, string> = {
  printed: '已打印',
  printing: '正在打印',
  waiting: '等打印',
  asked: '说不准打没打出来，见上面',
};

function slipView(slip: PrintJob | null): Pick<ReversalView, 'slip' | 'slip_text'> {
  // A store that was made anew from records knows of no paper.
  if (!slip || (slip.state === 'printed' && slip.copy === 0 && slip.unsure))
    return { slip: 'unknown', slip_text: '不知道打没打过，要就补打' };
  const { state, code } = slip;
  return {
    slip: state,
    slip_text: state === 'waiting' && code ? doctorText(code as ErrorCode) : SLIP_TEXT[state],
  };
}

interface SettledNow {
  slip: PrintJob | null;
  /** The township holds everything through this seq. */
  held: number;
  reversal: { seq: number; body: ReversalBody; slip: PrintJob | null } | null;
  objections: NoticeView[];
  /** The township takes nothing more. */
  revoked: boolean;
}

function reversalView({ seq, body, slip }: NonNullable<SettledNow['reversal']>): ReversalView {
  return { seq, refund: paymentsOf(body.refund), ...slipView(slip) };
}

function townshipText(
  township: SettledView['township'],
  { objections, revoked }: Pick<SettledNow, 'objections' | 'revoked'>,
): string {
  if (township === 'waiting') return revoked ? '乡镇不收' : '等上传';
  return objections.length > 0 ? '已传到乡镇，乡镇有疑问' : '已传到乡镇';
}

/** A settlement as the page follows it: noted, printed, with the township. */
export function settledView(
  { seq, body }: Pick<SettledVisit, 'seq' | 'body'>,
  at: string,
  { slip, held, reversal, objections, revoked }: SettledNow,
): SettledView {
  const { answer } = body;
  const amounts = answer.outcome === 'payable' ? answer.setlinfo : null;
  const township = seq <= held ? 'held' : 'waiting';
  return {
    seq,
    setl_id: body.setl_id,
    psn_no: body.psn.psn_no,
    psn_name: body.psn.psn_name,
    certno_masked: maskCertno(body.psn.certno),
    at,
    setl_date: body.setl_date,
    medfee_sumamt: amounts?.medfee_sumamt ?? ZERO,
    fund_pay_sumamt: amounts?.fund_pay_sumamt ?? ZERO,
    psn_part_amt: amounts?.psn_part_amt ?? ZERO,
    pay_mode: body.pay_mode,
    paid_way: body.paid.map(({ way }) => way).find((way) => way !== 'account') ?? 'cash',
    due: paymentsOf(body.paid),
    ...slipView(slip),
    township,
    township_text: townshipText(township, { objections, revoked }),
    objections,
    reversed: reversal !== null,
    reversal: reversal && reversalView(reversal),
  };
}
