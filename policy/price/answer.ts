/** Step 5 and the answer: every amount as text. Source: docs/adjudication.md "Step 5" and "The answer". */

import type { ReadItems } from '../claim/items.ts';
import type { Benefit } from '../compile/benefit.ts';
import { type Fen, formatFen, formatRate, mulDivHalfUp, ONE, sum } from '../fen.ts';
import { FUNDS, type Fund, type PayableAnswer, type Setlinfo, type Warning } from '../types.ts';
import type { BudgetResult } from './budget.ts';
import type { Parts } from './layers.ts';
import type { Split } from './split.ts';
import type { State } from './state.ts';

export function makeAnswer(
  bundle: Benefit,
  state: State,
  parts: Parts,
  budget: BudgetResult,
  inGrace: boolean,
): PayableAnswer {
  const warnings: Warning[] = [];
  if (inGrace) warnings.push('POLICY_IN_GRACE');
  if (state.allotmentBound) warnings.push('ALLOTMENT_BOUND');
  if (budget.warning !== null) warnings.push(budget.warning);
  return {
    outcome: 'payable',
    bundle: bundle.name,
    version: bundle.version,
    setlinfo: makeSetlinfo(state, budget.moved, accountPays(bundle, state, parts)),
    setldetail: makeDetail(state, budget.moved),
    stages: state.stages.map((stage) => stage.row),
    items: makeItems(state.claim, state.split, state.poolPay),
    ...makeBuckets(bundle, state),
    warnings,
  };
}

function accountPays(bundle: Benefit, state: State, parts: Parts): Fen {
  if (!state.claim.encounter.use_account) return 0;
  let left = 0;
  for (const part of bundle.accountParts) left += parts[part];
  return Math.min(state.claim.person.balc, left);
}

function makeSetlinfo(state: State, moved: Fen, account: Fen): Setlinfo {
  const { split, funds } = state;
  const total = sum(state.claim.total);
  const fund = (name: Fund): Fen => (funds.get(name) ?? 0) - (name === 'hifp_pay' ? moved : 0);
  let fundSum = 0;
  for (const name of FUNDS) fundSum += fund(name);
  const person = total - fundSum - moved;
  const ratio = state.covered === 0 ? 0 : mulDivHalfUp(state.weighted, 1, state.covered);
  return {
    medfee_sumamt: formatFen(total),
    fulamt_ownpay_amt: formatFen(sum(split.own)),
    overlmt_selfpay: formatFen(sum(split.over)),
    preselfpay_amt: formatFen(sum(split.pre)),
    inscp_scp_amt: formatFen(sum(split.inscp)),
    act_pay_dedc: formatFen(state.deductibles),
    hifp_pay: formatFen(fund('hifp_pay')),
    cvlserv_pay: formatFen(fund('cvlserv_pay')),
    hifes_pay: formatFen(fund('hifes_pay')),
    hifmi_pay: formatFen(fund('hifmi_pay')),
    hifob_pay: formatFen(fund('hifob_pay')),
    maf_pay: formatFen(fund('maf_pay')),
    oth_pay: formatFen(fund('oth_pay')),
    fund_pay_sumamt: formatFen(fundSum),
    hosp_part_amt: formatFen(moved),
    psn_part_amt: formatFen(person),
    acct_pay: formatFen(account),
    psn_cash_pay: formatFen(person - account),
    pool_prop_selfpay: formatRate(Math.min(ratio, ONE)),
  };
}

/**
 * What each type paid, in the order of their first stages; what the clinic bears (`moved`) comes off the last
 * stages first.
 */
function makeDetail(state: State, moved: Fen): PayableAnswer['setldetail'] {
  const paid = state.stages.map((stage) => stage.paid);
  let left = moved;
  for (let i = paid.length - 1; i >= 0 && left > 0; i--) {
    if (state.stages[i]?.payer.fund !== 'hifp_pay') continue;
    const taken = Math.min(paid[i] as number, left);
    paid[i] = (paid[i] as number) - taken;
    left -= taken;
  }
  const types = new Map<string, number>();
  state.stages.forEach(({ payer: { fund_pay_type } }, i) => {
    types.set(fund_pay_type, (types.get(fund_pay_type) ?? 0) + (paid[i] as number));
  });
  const detail: PayableAnswer['setldetail'] = [];
  for (const [fund_pay_type, fen] of types) {
    if (fen > 0) detail.push({ fund_pay_type, fund_payamt: formatFen(fen) });
  }
  return detail;
}

export function makeItems(items: ReadItems, split: Split, poolPay: Fen[]): PayableAnswer['items'] {
  return items.feedetl_sn.map((feedetl_sn, i) => ({
    feedetl_sn,
    fulamt_ownpay_amt: formatFen(split.own[i] as number),
    overlmt_amt: formatFen(split.over[i] as number),
    preselfpay_amt: formatFen(split.pre[i] as number),
    inscp_scp_amt: formatFen(split.inscp[i] as number),
    pool_pay: formatFen(poolPay[i] as number),
  }));
}

function makeBuckets(bundle: Benefit, state: State): Pick<PayableAnswer, 'used' | 'put'> {
  const used: Record<string, string> = {};
  const put: Record<string, string> = {};
  for (const { index, name, period, use } of bundle.bucketList) {
    const format = use === 'times' ? String : formatFen;
    const gained = state.put[index] as number;
    if (period !== 'visit') define(used, name, format(state.used[index] as number));
    if (gained > 0) define(put, name, format(gained));
  }
  return { used, put };
}

/** An assignment would lose a bucket that is named `__proto__`. */
function define(record: Record<string, string>, name: string, value: string): void {
  if (name !== '__proto__') record[name] = value;
  else Object.defineProperty(record, name, { value, enumerable: true, writable: true, configurable: true });
}
