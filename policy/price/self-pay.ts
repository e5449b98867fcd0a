/** A visit that no insurance pays: the person is unknown or not insured. */

import { readItems } from '../claim/items.ts';
import { formatFen, sum } from '../fen.ts';
import { isObject } from '../json.ts';
import { type Answer, FUNDS, type Setlinfo } from '../types.ts';
import { makeItems } from './answer.ts';
import { splitItems } from './split.ts';

/**
 * Everything is 全自费 and paid in cash. Only `claim.items` is read, and checked as in a priced claim
 * (CLAIM_INVALID, ITEM_AMOUNT_MISMATCH); the answer's `bundle` and `version` are null, no bucket changes.
 */
export function selfPay(claim: unknown): Answer {
  const items = readLines(claim);
  if (items === null) return { outcome: 'error', code: 'CLAIM_INVALID' };
  if (splitItems(items) === null) return { outcome: 'error', code: 'ITEM_AMOUNT_MISMATCH' };
  const none = items.total.map(() => 0);
  const split = { own: items.total, over: none, pre: none, inscp: none };
  return {
    outcome: 'payable',
    bundle: null,
    version: null,
    setlinfo: ownSetlinfo(formatFen(sum(items.total))),
    setldetail: [],
    stages: [],
    items: makeItems(items, split, none),
    used: {},
    put: {},
    warnings: [],
  };
}

function readLines(claim: unknown): ReturnType<typeof readItems> {
  try {
    return isObject(claim) ? readItems(claim.items) : null;
  } catch {
    // As in claim.ts: only getters and proxies throw.
    return null;
  }
}

function ownSetlinfo(total: string): Setlinfo {
  const zero = '0.00';
  return {
    medfee_sumamt: total,
    fulamt_ownpay_amt: total,
    overlmt_selfpay: zero,
    preselfpay_amt: zero,
    inscp_scp_amt: zero,
    act_pay_dedc: zero,
    ...(Object.fromEntries(FUNDS.map((fund) => [fund, zero])) as Record<(typeof FUNDS)[number], string>),
    fund_pay_sumamt: zero,
    hosp_part_amt: zero,
    psn_part_amt: total,
    acct_pay: zero,
    psn_cash_pay: total,
    pool_prop_selfpay: '0.0000',
  };
}
