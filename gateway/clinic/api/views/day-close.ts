import { chinaDay, type Day, formatFen, parseYuan } from '../../../../policy/index.ts';
import type { DayCloseBody } from '../../../../sync/contract/bodies/day-close.ts';
import type { LedgerReader } from '../../../ledger/index.ts';
import type { DayCloseView, SettledView, TodayView } from './types.ts';

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
    paid: waysView(body.paid),
  };
}

const waysView = (paid: { way: string; amount: string }[]): DayCloseView['paid'] =>
  paid
    .filter(({ amount }) => /[1-9]/.test(amount))
    .map(({ way, amount }) => ({ title: WAYS[way] ?? way, amount }));

const DAY_MS = 86_400_000;
const UNCLOSED_DAYS_MAX = 31;

/** The earliest day of the month before `today` with settlements that no close covers; null for none. */
export function unclosedBefore(
  ledger: Pick<LedgerReader, 'settlements' | 'dayClose'>,
  today: Day,
): Day | null {
  const noon = Date.parse(`${today}T12:00:00+08:00`);
  for (let back = UNCLOSED_DAYS_MAX; back > 0; back--) {
    const day = chinaDay(noon - back * DAY_MS);
    if (ledger.settlements(day).length > 0 && (ledger.dayClose(day)?.stale ?? true)) return day;
  }
  return null;
}

/** What a day came to by way of payment; `back`: settlements of other days, taken back on it. */
export function paidSoFar(settlements: SettledView[], back: SettledView[]): TodayView['paid'] {
  const fen = new Map<string, number>(['cash', 'code', 'owed'].map((way) => [way, 0]));
  const add = (sign: 1 | -1, { way, amount }: { way: string; amount: string }) =>
    fen.set(way, (fen.get(way) ?? 0) + sign * parseYuan(amount));
  for (const { due } of settlements) for (const part of due) add(1, part);
  for (const { reversal } of [...settlements, ...back])
    for (const part of reversal?.refund ?? []) add(-1, part);
  return waysView([...fen].map(([way, sum]) => ({ way, amount: formatFen(sum) })));
}
