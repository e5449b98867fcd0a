/** 今天: every settlement of the day, one level away, with 补打. */
import { useEffect, useState } from 'preact/hooks';
import type { DeskView, ErrorView, TodayView } from '../http/views.ts';
import { said } from './api.ts';
import { clock } from './lights.tsx';
import { useAround } from './outside.ts';
import { Words } from './words.tsx';

export function Today(props: { desk: DeskView | null; onBack(): void }) {
  const { api } = useAround();
  const [today, setToday] = useState<TodayView | null>(null);
  const [wrong, setWrong] = useState<ErrorView | null>(null);
  const { desk } = props;

  useEffect(() => {
    if (desk === null) return;
    void api.today().then(setToday, (error) => setWrong(said(error)));
  }, [api, desk]);

  async function reprint(seq: number) {
    try {
      const settled = await api.reprint(seq);
      setToday(
        (was) => was && { ...was, settlements: was.settlements.map((s) => (s.seq === seq ? settled : s)) },
      );
      setWrong(null);
    } catch (error) {
      setWrong(said(error));
    }
  }

  return (
    <main class="today" data-test="today-list">
      <div class="today-head">
        <h1>今天 {today?.day}</h1>
        {desk && (
          <p>
            {desk.today.visits} 人次 · 总费用 {desk.today.medfee_sumamt} · 医保报 {desk.today.fund_pay_sumamt}{' '}
            · 现金 {desk.today.cash}
          </p>
        )}
        <button type="button" data-test="today-back" onClick={props.onBack}>
          回到看病 <kbd>Esc</kbd>
        </button>
      </div>
      {wrong && <Words view={wrong} onSeen={() => setWrong(null)} />}
      {today?.settlements.length === 0 && <p>今天还没有结算过。</p>}
      {today && today.settlements.length > 0 && (
        <div class="table">
          <table>
            <thead>
              <tr>
                <th scope="col">时间</th>
                <th scope="col">谁</th>
                <th scope="col">总费用</th>
                <th scope="col">医保报</th>
                <th scope="col">自己付</th>
                <th scope="col">小票</th>
                <th scope="col">乡镇</th>
                <th scope="col">
                  <span class="sr">补打</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {today.settlements.map((one) => (
                <tr key={one.seq} data-test="today-row" data-seq={one.seq}>
                  <td>{clock(one.at)}</td>
                  <th scope="row">{one.psn_name}</th>
                  <td>{one.medfee_sumamt}</td>
                  <td>{one.fund_pay_sumamt}</td>
                  <td>{one.psn_part_amt}</td>
                  <td>{one.slip_text}</td>
                  <td>{one.township_text}</td>
                  <td>
                    <button type="button" data-test="today-reprint" onClick={() => void reprint(one.seq)}>
                      补打
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </main>
  );
}
