import { columnsOf } from '../../../drivers/escpos/columns.ts';
import { inPercent } from '../decimal.ts';
import type { Payment } from '../visit/payment.ts';
import type { SlipContent, SlipFrame, SlipItem } from './content.ts';
import { COLUMNS, plain, propertyValue, wrap } from './markup.ts';

export const RULE = plain('-'.repeat(COLUMNS));
/** Wide enough for the label; the rest of the line is the amount's. */
const TOTALS = '{width:14 *}';
export const AMOUNTS = '{width:32 *}';
const ITEM = '{width:13 15 *}';
const BLANK = '~';
export const ONE_COLUMN = '{width:auto}';

export const left = (markup: string): string => `|${markup}`;
export const yuan = (amount: string): string => `${plain(amount)}~元`;
export const aboveZero = (amount: string): boolean => /[1-9]/.test(amount);

/** The slip in receiptline's markup. */
export function slipDocument(slip: SlipContent): string {
  const standing = standingMarks(slip);
  return [
    ...head(slip, '门诊结算单', standing),
    ...slip.items.flatMap(item),
    RULE,
    ...totals(slip),
    ...howPaid(slip),
    RULE,
    ...breakdown(slip),
    ...leftThisYear(slip),
    ...notes(slip),
    RULE,
    ...foot(slip, standing, qr(slip.qr)),
  ].join('\n');
}

/** What the paper is worth, for whoever finds it: taken back, or not paid for. */
function standingMarks(slip: SlipContent): string[] {
  const { reversal, record } = slip;
  if (isOwed(slip)) return ['"^^^欠着，没有收'];
  if (reversal) {
    const by = `${dateWords(reversal.date)}撤销，撤销单 ${numberOf(record.ledger, reversal.seq)}`;
    return ['"^^^已撤销，作废', plain(by)];
  }
  return [];
}

const isOwed = ({ paid, reversal }: SlipContent): boolean =>
  reversal === null && paid.some(({ way }) => way === 'owed');

function marks({ reprint, demo }: SlipFrame): string[] {
  const copy = reprint > 0 ? [`"^^^补打 第${plain(String(reprint))}次`] : [];
  return demo ? [...copy, '`~演示，不作报销凭证~'] : copy;
}

export function dateWords(date: string): string {
  const [year, month, day] = date.split('-').map(Number);
  return `${year}年${month}月${day}日`;
}

/** A record as one reads it out over the telephone. */
export const numberOf = (ledger: string, seq: number): string => `${ledger.slice(0, 8)}-${seq}`;

/** `standing`: what the paper is worth, in markup; it stands at both ends. */
export function head(slip: SlipFrame, title: string, standing: string[]): string[] {
  return [
    ...wrap(slip.fixmedins_name, COLUMNS).map((line) => `"${plain(line)}`),
    `"^^^${title}`,
    ...standing,
    ...marks(slip),
    RULE,
    left(`日期：${plain(`${dateWords(slip.date)} ${slip.time}`)}`),
    left(`姓名："${plain(slip.psn_name)}`),
    ...(slip.certno_masked === '' ? [] : [left(`证件号：${plain(slip.certno_masked)}`)]),
    left(`医生：${plain(slip.operator)}`),
    RULE,
  ];
}

/** The name in full, on as many lines as it needs, then how much, what it cost and what was paid of it. */
function item({ name, spec, cnt, unit, det_item_fee_sumamt, fund }: SlipItem): string[] {
  const whole = `${name} ${spec}`;
  const title = columnsOf(whole) <= COLUMNS ? [whole] : [...wrap(name, COLUMNS), ...wrap(spec, COLUMNS)];
  return [
    ...title.map((line) => left(`"${plain(line)}`)),
    ITEM,
    `|~~${plain(`${cnt} ${unit}`)} | ${yuan(det_item_fee_sumamt)}| 医保报~${yuan(fund)}|`,
    ONE_COLUMN,
  ];
}

function totals(slip: SlipContent): string[] {
  const row = (label: string, amount: string) => `|"^^^${label} | "^^^${yuan(amount)}|`;
  return [
    TOTALS,
    row('总费用', slip.medfee_sumamt),
    row('医保报', slip.fund_pay_sumamt),
    row('自己付', slip.psn_part_amt),
    ONE_COLUMN,
  ];
}

const PAID_WORDS: Record<Payment['way'], (amount: string) => string> = {
  cash: (amount) => `已收现金 ${amount} 元`,
  code: (amount) => `已扫码收 ${amount} 元`,
  owed: (amount) => `欠着 ${amount} 元，没有收`,
};

/** What the person has handed over. Of what was taken back the reversal's own slip tells. */
function howPaid({ paid, reversal }: SlipContent): string[] {
  if (reversal) return [];
  const words = paid.map(({ way, amount }) => PAID_WORDS[way](amount));
  return (words.length > 0 ? words : ['不用付钱']).map((line) => left(`"^^${plain(line)}`));
}

/** The official field is named for cash, whatever the way, and whether or not the money was handed over. */
function cashRemark({ paid, reversal }: SlipContent): string {
  if (paid.some(({ way }) => way === 'owed')) return reversal ? '（没有收过）' : '（还没有收）';
  return paid.some(({ way }) => way === 'code') ? '（扫码收的）' : '';
}

/** How the three numbers come about, in the official terms: each group adds up to its first line. */
function breakdown(slip: SlipContent): string[] {
  return [
    AMOUNTS,
    ...group('医疗费总额', slip.medfee_sumamt, [
      ['符合医保政策范围', slip.inscp_scp_amt],
      ['超限价（高出医保限价）', slip.overlmt_selfpay],
      ['先行自付（乙类先自己付）', slip.preselfpay_amt],
      ['全自费（医保不报）', slip.fulamt_ownpay_amt],
    ]),
    ...group('医保报（基金支付总额）', slip.fund_pay_sumamt, [
      [`统筹基金支付${percent(slip.pool_prop_selfpay)}`, slip.hifp_pay],
      ['公务员医疗补助', slip.cvlserv_pay],
      ['企业补充医疗保险', slip.hifes_pay],
      ['大病保险', slip.hifmi_pay],
      ['职工大额补助', slip.hifob_pay],
      ['医疗救助', slip.maf_pay],
      ['其他基金', slip.oth_pay],
    ]),
    ...group('自己付（个人负担）', slip.psn_part_amt, [
      ['个人账户支付', slip.acct_pay],
      [`个人现金支付${cashRemark(slip)}`, slip.psn_cash_pay],
    ]),
    ...(aboveZero(slip.hosp_part_amt) ? group('卫生室承担（医院负担）', slip.hosp_part_amt, []) : []),
    ONE_COLUMN,
  ];
}

function group(label: string, amount: string, parts: [label: string, amount: string][]): string[] {
  const row = (text: string, sum: string) => `|${text} | ${yuan(sum)}|`;
  const shown = parts.filter(([, part]) => aboveZero(part));
  const first = row(shown.length > 0 ? `${label}，其中` : label, amount);
  return [first, ...shown.map(([text, part]) => row(`~~${text}`, part))];
}

/** The national 统筹支付比例, as one says it: 0.6000 is （按60%）. */
function percent(ratio: string): string {
  return aboveZero(ratio) ? `（按${plain(`${inPercent(ratio)}%`)}）` : '';
}

/** With the year's number: whoever finds the slip next year must not read 今年. */
function leftThisYear(slip: SlipContent): string[] {
  // Of what was taken back nothing of the year was used.
  if (slip.left.length === 0 || slip.reversal) return [];
  const rows = slip.left.map(({ title, amount }) => `|~~${plain(title)} | ${yuan(amount)}|`);
  return [RULE, left(`"${plain(slip.date.slice(0, 4))}年还能报（这次之后）`), AMOUNTS, ...rows, ONE_COLUMN];
}

function notes(slip: SlipContent): string[] {
  if (slip.notes.length === 0) return [];
  const lines = slip.notes.flatMap((note) => wrap(note, COLUMNS));
  return [RULE, left('"说明'), ...lines.map((line) => left(plain(line)))];
}

export function foot(slip: SlipFrame, standing: string[], proof: string[]): string[] {
  const { ledger, seq } = slip.record;
  return [
    `记录号：${plain(numberOf(ledger, seq))}`,
    ...proof,
    ...standing,
    ...marks(slip),
    '请保存好。有疑问，拿这张单子问',
    '村卫生室或乡镇卫生院。',
  ];
}

/**
 * Dots that hold the longest code of each step inside the paper, and as large as it may be for an old phone.
 */
function cell(length: number): number {
  if (length <= 150) return 6;
  return length <= 1000 ? 4 : 3;
}

function qr(content: string): string[] {
  if (content === '') return [];
  const code = `{option:qrcode ${cell(content.length)} m;code:${propertyValue(content)}}`;
  // A reader needs white paper all round the code.
  return [BLANK, code, BLANK, '二维码里是这张单子的记录号和金额'];
}
