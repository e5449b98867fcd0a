import { columnsOf } from '../../../drivers/escpos/columns.ts';
import { inPercent } from '../decimal.ts';
import type { SlipContent, SlipItem } from './content.ts';
import { COLUMNS, plain, propertyValue, wrap } from './markup.ts';

const RULE = plain('-'.repeat(COLUMNS));
/** Wide enough for the label; the rest of the line is the amount's. */
const TOTALS = '{width:14 *}';
const AMOUNTS = '{width:32 *}';
const ITEM = '{width:13 15 *}';
const BLANK = '~';
const ONE_COLUMN = '{width:auto}';

const left = (markup: string): string => `|${markup}`;
const yuan = (amount: string): string => `${plain(amount)}~元`;
const aboveZero = (amount: string): boolean => /[1-9]/.test(amount);

/** The slip in receiptline's markup. */
export function slipDocument(slip: SlipContent): string {
  return [
    ...head(slip),
    ...slip.items.flatMap(item),
    RULE,
    ...totals(slip),
    RULE,
    ...breakdown(slip),
    ...leftThisYear(slip),
    ...notes(slip),
    RULE,
    ...foot(slip),
  ].join('\n');
}

function marks(slip: SlipContent): string[] {
  const copy = slip.reprint > 0 ? [`"^^^补打 第${plain(String(slip.reprint))}次`] : [];
  return slip.demo ? [...copy, '`~演示，不作报销凭证~'] : copy;
}

function head(slip: SlipContent): string[] {
  const [year, month, day] = slip.date.split('-').map(Number);
  return [
    ...wrap(slip.fixmedins_name, COLUMNS).map((line) => `"${plain(line)}`),
    '"^^^门诊结算单',
    ...marks(slip),
    RULE,
    left(`日期：${plain(`${year}年${month}月${day}日 ${slip.time}`)}`),
    left(`姓名："${plain(slip.psn_name)}`),
    left(`证件号：${plain(slip.certno_masked)}`),
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

/** How the three numbers come about, in the official terms: each group adds up to its first line. */
function breakdown(slip: SlipContent): string[] {
  return [
    AMOUNTS,
    ...group('医疗费总额', slip.medfee_sumamt, [
      ['符合医保政策范围', slip.inscp_scp_amt],
      ['超限价（高出医保限价）', slip.overlmt_selfpay],
      ['先行自付（乙类先自己付）', slip.preselfpay_amt],
      ['全自费（医保目录外）', slip.fulamt_ownpay_amt],
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
      ['现金支付', slip.psn_cash_pay],
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
  if (slip.left.length === 0) return [];
  const rows = slip.left.map(({ title, amount }) => `|~~${plain(title)} | ${yuan(amount)}|`);
  return [RULE, left(`"${plain(slip.date.slice(0, 4))}年还能报（这次之后）`), AMOUNTS, ...rows, ONE_COLUMN];
}

function notes(slip: SlipContent): string[] {
  if (slip.notes.length === 0) return [];
  const lines = slip.notes.flatMap((note) => wrap(note, COLUMNS));
  return [RULE, left('"说明'), ...lines.map((line) => left(plain(line)))];
}

function foot(slip: SlipContent): string[] {
  const { ledger, seq } = slip.record;
  return [
    `记录号：${plain(`${ledger.slice(0, 8)}-${seq}`)}`,
    ...qr(slip.qr),
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
  return [BLANK, code, BLANK, '二维码可以验证这张单子的真假'];
}
