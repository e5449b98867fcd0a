import type { Paid } from '../../../sync/contract/bodies/settlement.ts';
import type { ReversalContent } from './content.ts';
import {
  AMOUNTS,
  aboveZero,
  dateWords,
  foot,
  head,
  left,
  numberOf,
  ONE_COLUMN,
  RULE,
  yuan,
} from './document.ts';
import { COLUMNS, plain, wrap } from './markup.ts';

/** Large words, then a sentence where they need one. */
const REFUND_WORDS: Record<Paid['way'], (amount: string) => [large: string, small: string]> = {
  cash: (amount) => [`退现金 ${amount} 元`, ''],
  code: (amount) => [`扫码退回 ${amount} 元`, ''],
  account: (amount) => [`退回个人账户 ${amount} 元`, ''],
  owed: (amount) => ['不用退钱', `原来欠着 ${amount} 元，没有收过，现在也不用付了。`],
};

/** The slip of a reversal in receiptline's markup: what is void, and what goes back to whom. */
export function reversalDocument(slip: ReversalContent): string {
  const { of, record, fund_pay_sumamt } = slip;
  const row = (label: string, amount: string) => `|${label} | ${yuan(amount)}|`;
  const fund = aboveZero(fund_pay_sumamt) ? [`医保报的 ${fund_pay_sumamt} 元已退回，额度也还给本人。`] : [];
  return [
    ...head(slip, '撤销单', []),
    ...text('下面这张结算单已撤销，作废：'),
    ...text(`${dateWords(of.date)}，${numberOf(record.ledger, of.seq)}`),
    AMOUNTS,
    row('原来的总费用', slip.medfee_sumamt),
    row('原来医保报', slip.fund_pay_sumamt),
    row('原来自己付', slip.psn_part_amt),
    ONE_COLUMN,
    RULE,
    ...refund(slip.refund),
    ...fund.flatMap(text),
    ...text(`原因：${slip.reason}`),
    RULE,
    ...foot(slip, [], []),
  ].join('\n');
}

const text = (sentence: string): string[] => wrap(sentence, COLUMNS).map((line) => left(plain(line)));

function refund(parts: Paid[]): string[] {
  const words = parts
    .filter(({ amount }) => aboveZero(amount))
    .map(({ way, amount }) => REFUND_WORDS[way](amount));
  if (words.length === 0) return [left('"^^不用退钱')];
  return words.flatMap(([large, small]) => [left(`"^^${plain(large)}`), ...text(small)]);
}
