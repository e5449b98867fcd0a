/**
 * 日结: what the day came to, signed. Whoever comes later is settled all the same, and the day is closed once
 * more.
 */
import { useState } from 'preact/hooks';
import type { ErrorView, TodayView } from '../../api/views/types.ts';
import { errorViewOf } from '../shared/api.ts';
import { usePage } from '../shared/page-context.ts';
import { Words } from '../shared/words.tsx';

const list = (parts: { title: string; amount: string }[]) =>
  parts.map(({ title, amount }) => `${title} ${amount}`).join('，');

export function DayClose({ today, onClosed }: { today: TodayView; onClosed(): void }) {
  const { api } = usePage();
  const [wrong, setWrong] = useState<ErrorView | null>(null);
  const { closed } = today;
  const act = () =>
    void api.closeDay().then(
      () => {
        setWrong(null);
        onClosed();
      },
      (error) => setWrong(errorViewOf(error)),
    );
  return (
    <div class="day-close">
      {closed && (
        <p data-test="day-closed" data-stale={closed.stale}>
          {closed.stale ? '日结以后又有结算，请再日结一次。上次日结：' : '今天已经日结：'}
          结算 {closed.visits} 笔{closed.reversals > 0 && `，撤销 ${closed.reversals} 笔`}，总费用{' '}
          {closed.medfee_sumamt}；医保报 {closed.fund_pay_sumamt}
          {closed.funds.length > 0 && `（${list(closed.funds)}）`}；自己付 {closed.psn_part_amt}
          {closed.paid.length > 0 && `（${list(closed.paid)}）`}。
        </p>
      )}
      {(closed === null || closed.stale) && (
        <button type="button" data-test="day-close" onClick={act}>
          日结
        </button>
      )}
      {wrong && <Words view={wrong} />}
    </div>
  );
}
