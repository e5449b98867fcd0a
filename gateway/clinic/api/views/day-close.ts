import type { DayCloseBody } from '../../../../sync/contract/bodies/day-close.ts';
import type { DayCloseView } from './types.ts';

/** National fund_pay_type, by its first four digits: the last two are the pool area's. */
const FUNDS: Record<string, string> = {
  3101: '职工统筹',
  3102: '个人账户',
  3201: '公务员补助',
  3301: '职工大额补助',
  3701: '企业补充',
  3901: '居民统筹',
  3902: '居民大病',
  3903: '大病补充',
  6101: '医疗救助',
  6401: '兜底保障',
};
const WAYS: Record<string, string> = { cash: '现金', code: '扫码', account: '个人账户', owed: '欠着' };

/** What a day came to, as the doctor reads it. */
export function dayCloseView(body: DayCloseBody): DayCloseView {
  const { day, visits, reversals, medfee_sumamt, fund_pay_sumamt, psn_part_amt } = body;
  return {
    ...{ day, visits, reversals, medfee_sumamt, fund_pay_sumamt, psn_part_amt },
    funds: body.funds.map(({ fund_pay_type: type, fund_payamt: amount }) => ({
      title: FUNDS[type.slice(0, 4)] ?? type,
      amount,
    })),
    paid: body.paid.map(({ way, amount }) => ({ title: WAYS[way] ?? way, amount })),
  };
}
