import type { Day } from '../../policy/index.ts';
import { formatFen, periodKey } from '../../policy/index.ts';
import type { Seq } from '../../sync/contract/ids.ts';
import type { Chain } from './chain.ts';
import type { LedgerReader } from './interfaces.ts';
import type { Sealer } from './sealer.ts';
import type { SettlementRow, Store } from './store/index.ts';
import type { SettlementSummary } from './types.ts';

type Totals = Pick<LedgerReader, 'used' | 'settlements' | 'settlementsOf' | 'soldCodes' | 'todayTotals'>;

/** What is read from the derived tables. */
export function createTotals(chain: Chain, store: Store, sealer: Sealer): Totals {
  const used: Totals['used'] = ({ psn_no, insutype, poolarea }, day, buckets) => {
    const holders = { person: sealer.person(psn_no), clinic: sealer.clinic(chain.clinic) };
    const held: Record<string, string> = {};
    for (const { name, period, scope } of buckets) {
      const key = { insutype, poolarea, bucket: name, period: periodKey(period, day) };
      if (key.period === '') continue; // a `visit` bucket starts at 0 in every claim
      const here = store.used({ ...key, holder: holders[scope] });
      const before = store.carried({ ...key, holder: holders[scope] });
      const amount = (here?.amount ?? 0) + (before?.amount ?? 0);
      const unit = (here ?? before)?.unit;
      if (amount !== 0) held[name] = unit === 'fen' ? formatFen(amount) : String(amount);
    }
    return held;
  };

  const settlementsOf = (psn_no: string, count: number) =>
    store
      .settlementsOf(sealer.person(psn_no), count)
      .filter(({ reverses, reversed_by }) => reverses === null && reversed_by === null)
      .map(summaryOf);

  const stands = (seq: Seq) => {
    const day = store.record(seq)?.day ?? '';
    return store.settlement(day, seq)?.reversed_by === null;
  };
  const soldCodes = (codes: string[]) =>
    codes.filter((code) => store.soldIn(sealer.traceCode(code)).some(stands));

  const todayTotals = (day: Day) => {
    const totals = { visits: 0, medfee: 0, fund: 0, cash: 0 };
    for (const row of store.settlementsOn(day)) {
      totals.visits += row.reverses === null ? 1 : -1;
      totals.medfee += row.medfee;
      totals.fund += row.fund;
      totals.cash += row.cash;
    }
    return totals;
  };

  return {
    used,
    settlements: (day) => store.settlementsOn(day).map(summaryOf),
    settlementsOf,
    soldCodes,
    todayTotals,
  };
}

function summaryOf({ person: _, reversed_by, ...row }: SettlementRow): SettlementSummary {
  return { ...row, reversedBy: reversed_by };
}
