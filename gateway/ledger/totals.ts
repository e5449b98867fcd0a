import type { Day } from '../../policy/index.ts';
import { formatFen, periodKey } from '../../policy/index.ts';
import type { Seq } from '../../sync/contract/ids.ts';
import type { Chain } from './chain.ts';
import type { LedgerReader } from './interfaces.ts';
import type { Sealer } from './sealer.ts';
import type { SettlementRow, Store } from './store/index.ts';
import type { DayTotals, SettlementSummary } from './types.ts';

type Totals = Pick<LedgerReader, 'used' | 'settlements' | 'settlementAt' | 'settlementsOf' | 'soldIn'> &
  DaySums;
/** What a day's rows come to. */
type DaySums = Pick<LedgerReader, 'todayTotals' | 'lastSettlement'>;

const NOTHING_YET: DayTotals = { visits: 0, medfee: 0, fund: 0, cash: 0 };

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

  const rowAt = (seq: Seq) => store.settlement(store.dayOf(seq) ?? '', seq);
  const settlementAt = (seq: Seq) => {
    const row = rowAt(seq);
    return row && summaryOf(row);
  };
  const stands = (seq: Seq) => rowAt(seq)?.reversed_by === null;
  const soldIn = (code: string) =>
    store
      .soldIn(sealer.traceCode(code))
      .filter(stands)
      .sort((a, b) => a - b);

  return {
    used,
    settlements: (day) => store.settlementsOn(day).map(summaryOf),
    settlementAt,
    settlementsOf,
    soldIn,
    ...createDaySums(store),
  };
}

/**
 * The page asks at every change, and a day has many settlements: only those after the last one that was
 * counted are read. Rows of a day are added in the order of their seq and keep their amounts.
 */
function createDaySums(store: Store): DaySums {
  let counted: Day | null = null;
  let through = 0;
  let last: Seq | null = null;
  let totals = NOTHING_YET;
  const count = (day: Day) => {
    if (day !== counted) [counted, through, last, totals] = [day, 0, null, NOTHING_YET];
    for (const row of store.settlementsOn(day, through)) {
      const settled = row.reverses === null;
      if (settled) last = row.seq;
      totals = {
        visits: totals.visits + (settled ? 1 : -1),
        medfee: totals.medfee + row.medfee,
        fund: totals.fund + row.fund,
        cash: totals.cash + row.cash,
      };
      through = row.seq;
    }
  };
  return {
    todayTotals(day) {
      count(day);
      return totals;
    },
    lastSettlement(day) {
      count(day);
      return last;
    },
  };
}

function summaryOf({ person: _, reversed_by, ...row }: SettlementRow): SettlementSummary {
  return { ...row, reversedBy: reversed_by };
}
