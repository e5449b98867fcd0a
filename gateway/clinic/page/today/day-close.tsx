/**
 * 日结: what the day came to, signed. Whoever comes later is settled all the same, and the day is closed once
 * more.
 */
import { useState } from 'preact/hooks';
import type { DayCloseView, ErrorView, TodayView } from '../../api/views/types.ts';
import { errorViewOf } from '../shared/api.ts';
import { usePage } from '../shared/page-context.ts';
import { Words } from '../shared/words.tsx';

const list = (parts: { title: string; amount: string }[]) =>
  parts.map(({ title, amount }) => `${title} ${amount}`).join('，');

function Sums({ close }: { close: DayCloseView }) {
  return (
    <>
      结算 {close.visits} 笔{close.reversals > 0 && `，撤销 ${close.reversals} 笔`}，总费用{' '}
      {close.medfee_sumamt}；医保报 {close.fund_pay_sumamt}
      {close.funds.length > 0 && `（${list(close.funds)}）`}；自己付 {close.psn_part_amt}
      {close.paid.length > 0 && `（${list(close.paid)}）`}。
    </>
  );
}

export function DayClose({ today, onClosed }: { today: TodayView; onClosed(): void }) {
  const { api } = usePage();
  const [wrong, setWrong] = useState<ErrorView | null>(null);
  /** Of an earlier day, closed just now. */
  const [earlier, setEarlier] = useState<DayCloseView | null>(null);
  const { closed, unclosed } = today;
  // The day on the screen: the press may come after midnight.
  const act = (day: string) =>
    void api.closeDay(day).then(
      (done) => {
        setWrong(null);
        setEarlier(done);
        onClosed();
      },
      (error) => setWrong(errorViewOf(error)),
    );
  return (
    <div class="day-close">
      {earlier && earlier.day !== today.day && (
        <p data-test="earlier-closed">
          {earlier.day} 已经日结：
          <Sums close={earlier} />
        </p>
      )}
      {unclosed !== null && (
        <p data-test="unclosed" data-day={unclosed}>
          <b>{unclosed} 还没有日结，或者日结以后又有结算。</b>{' '}
          <button type="button" data-test="unclosed-close" onClick={() => act(unclosed)}>
            日结 {unclosed}
          </button>
        </p>
      )}
      {closed && (
        <p data-test="day-closed" data-stale={closed.stale}>
          {closed.stale ? '日结以后又有结算，请再日结一次。上次日结：' : '今天已经日结：'}
          <Sums close={closed} />
        </p>
      )}
      {(closed === null || closed.stale) && (
        <button type="button" data-test="day-close" onClick={() => act(today.day)}>
          日结
        </button>
      )}
      {wrong && <Words view={wrong} />}
    </div>
  );
}
