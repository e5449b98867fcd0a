import type { Day } from '../../policy/index.ts';
import { type Answer, formatFen, parseYuan } from '../../policy/index.ts';
import type { DayCloseBody } from '../../sync/contract/bodies/day-close.ts';
import type { Paid } from '../../sync/contract/bodies/settlement.ts';
import { isDayClose, isReversal, isSettlement } from '../../sync/contract/record.ts';
import { closeKey } from './apply.ts';
import type { Chain } from './chain.ts';
import { LedgerError } from './errors.ts';
import type { LedgerReader, LedgerWriter } from './interfaces.ts';
import type { SettlementRow, Store } from './store/index.ts';

type DayCloses = Pick<LedgerWriter, 'closeDay'> & Pick<LedgerReader, 'dayClose'>;

/**
 * Signed sums of a day. A patient who comes after it is settled all the same, and the day is closed once
 * more: the last close of a day counts, and covers everything up to its `last`.
 */
export function createDayCloses(chain: Chain, store: Store): DayCloses {
  const dayClose = (day: Day) => {
    const seq = Number(store.meta(closeKey(day)) ?? 0);
    const row = store.record(seq);
    const record = chain.record(seq);
    if (!row || !isDayClose(record)) return null;
    const { body } = record;
    return { seq, hash: row.hash, body, stale: (store.lastOn(day)?.seq ?? null) !== body.last };
  };
  const closeDay = (day: Day, operator: string) => {
    const before = dayClose(day);
    if (before && !before.stale) return { ...before, repeated: true };
    const body = totalsOf(chain, day, store.settlementsOn(day));
    const added = chain.act(() => chain.add('day-close', operator, body));
    return { ...added, body, stale: false, repeated: false };
  };
  return { closeDay, dayClose };
}

function totalsOf(chain: Chain, day: Day, rows: SettlementRow[]): DayCloseBody {
  const sums = { medfee: 0, fund: 0, psn: 0 };
  const funds = new Map<string, number>();
  const paid = new Map<string, number>();
  const add = (to: Map<string, number>, key: string, fen: number) => to.set(key, (to.get(key) ?? 0) + fen);
  for (const row of rows) {
    const sign = row.reverses === null ? 1 : -1;
    const { answer, paid: ways } = movedBy(chain, row);
    const detail = answer.outcome === 'payable' ? answer.setldetail : [];
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

/** What a row moved: the answer of its settlement, and how it was paid or given back. */
function movedBy(chain: Chain, { seq, reverses }: SettlementRow): { answer: Answer; paid: Paid[] } {
  const settlement = chain.record(reverses ?? seq);
  const reversal = reverses === null ? null : chain.record(seq);
  if (!isSettlement(settlement) || (reverses !== null && !isReversal(reversal)))
    throw new LedgerError('LEDGER_BROKEN', `no settlement or reversal at ${seq}`);
  const { answer, paid } = settlement.body;
  return { answer, paid: isReversal(reversal) ? reversal.body.refund : paid };
}
