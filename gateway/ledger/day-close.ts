import { formatFen, parseYuan } from '../../policy/index.ts';
import type { Paid, SettlementBody } from '../../sync/contract/settlement.ts';
import { closeKey } from './apply.ts';
import type { Chain } from './chain.ts';
import type { LedgerReader, LedgerWriter } from './interfaces.ts';
import type { SettlementRow, Store } from './store/index.ts';
import type { DayCloseBody, ReversalBody } from './types.ts';

type DayCloses = Pick<LedgerWriter, 'closeDay'> & Pick<LedgerReader, 'dayClose'>;

/**
 * Signed sums of a day. A patient who comes after it is settled all the same, and the day is closed once more: the last
 * close of a day counts, and covers everything up to its `last`.
 */
export function createDayCloses(chain: Chain, store: Store): DayCloses {
  const dayClose = (day: string) => {
    const seq = Number(store.meta(closeKey(day)) ?? 0);
    const row = store.record(seq);
    const record = chain.record(seq);
    if (!row || !record) return null;
    const body = record.body as unknown as DayCloseBody;
    return { seq, hash: row.hash, body, stale: (store.settlementsOn(day).at(-1)?.seq ?? null) !== body.last };
  };
  const closeDay = (day: string, operator: string) => {
    const before = dayClose(day);
    if (before && !before.stale) return { ...before, repeated: true };
    const body = totalsOf(chain, day, store.settlementsOn(day));
    const added = chain.act(() => chain.add('day-close', operator, body));
    return { ...added, body, stale: false, repeated: false };
  };
  return { closeDay, dayClose };
}

function totalsOf(chain: Chain, day: string, rows: SettlementRow[]): DayCloseBody {
  const sums = { medfee: 0, fund: 0, psn: 0 };
  const funds = new Map<string, number>();
  const paid = new Map<string, number>();
  const add = (to: Map<string, number>, key: string, fen: number) => to.set(key, (to.get(key) ?? 0) + fen);
  for (const row of rows) {
    const sign = row.reverses === null ? 1 : -1;
    const settlement = bodyOf<SettlementBody>(chain, row.reverses ?? row.seq);
    const ways: Paid[] =
      row.reverses === null ? settlement.paid : bodyOf<ReversalBody>(chain, row.seq).refund;
    const detail = settlement.answer.outcome === 'payable' ? settlement.answer.setldetail : [];
    for (const part of detail) add(funds, part.fund_pay_type, sign * parseYuan(part.fund_payamt));
    for (const part of ways) add(paid, part.way, sign * parseYuan(part.amount));
    sums.medfee += row.medfee;
    sums.fund += row.fund;
    sums.psn += row.psn;
  }
  const reversals = rows.filter((row) => row.reverses !== null).length;
  return {
    day,
    first: rows[0]?.seq ?? null,
    last: rows.at(-1)?.seq ?? null,
    visits: rows.length - reversals,
    reversals,
    medfee_sumamt: formatFen(sums.medfee),
    fund_pay_sumamt: formatFen(sums.fund),
    psn_part_amt: formatFen(sums.psn),
    funds: [...funds].sort().map(([fund_pay_type, fen]) => ({ fund_pay_type, fund_payamt: formatFen(fen) })),
    paid: [...paid].sort().map(([way, fen]) => ({ way, amount: formatFen(fen) })),
  };
}

const bodyOf = <Body>(chain: Chain, seq: number) => chain.record(seq)?.body as Body;
