/** 今天: every settlement of the day, one level away; 补打, 撤销, and closing the day. */
import { useEffect, useState } from 'preact/hooks';
import type { DeskView, ErrorView, SettledView, TodayView } from '../../api/views/types.ts';
import { errorViewOf } from '../shared/api.ts';
import { usePage } from '../shared/page-context.ts';
import { dueText, refundText } from '../shared/pay-words.tsx';
import { Problem } from '../shared/problem.tsx';
import { Words } from '../shared/words.tsx';
import { clock } from '../shell/lights.tsx';
import { DayClose } from './day-close.tsx';
import { Reverse } from './reverse.tsx';

export function Today(props: {
  desk: DeskView | null;
  /** Whether something is being written that a card must not throw away. */
  writing: { current: boolean };
  onBack(): void;
}) {
  const { api } = usePage();
  const [today, setToday] = useState<TodayView | null>(null);
  const [wrong, setWrong] = useState<ErrorView | null>(null);
  const [back, setBack] = useState<number | null>(null); // whose 撤销 is open
  const { desk, writing } = props;
  useEffect(() => {
    writing.current = back !== null;
    return () => {
      writing.current = false;
    };
  }, [back, writing]);

  const look = () => api.today().then(setToday, (error) => setWrong(errorViewOf(error)));
  useEffect(() => {
    if (desk !== null) void look();
  }, [api, desk]);

  function put(settled: SettledView) {
    const now = (one: SettledView) => (one.seq === settled.seq ? settled : one);
    setToday((was) => was && { ...was, settlements: was.settlements.map(now) });
    setWrong(null);
  }

  return (
    <main class="today" data-test="today-list">
      <div class="today-head">
        <h1>今天 {today?.day}</h1>
        {desk && (
          <p data-test="today-sums">
            {desk.today.visits} 人次 · 总费用 {desk.today.medfee_sumamt} · 医保报 {desk.today.fund_pay_sumamt}
            {today?.paid.map(({ title, amount }) => ` · ${title} ${amount}`)}
          </p>
        )}
        <button type="button" data-test="today-back" onClick={props.onBack}>
          回到看病 <kbd>Esc</kbd>
        </button>
      </div>
      {wrong && <Words view={wrong} onSeen={() => setWrong(null)} />}
      {today && <DayClose today={today} onClosed={() => void look()} />}
      {today && today.unreadable.length > 0 && (
        <p class="words" role="alert" data-test="unreadable">
          有 {today.unreadable.length} 笔读不出来（记录号 {today.unreadable.join('、')}
          ），不在下面，也没有算进“怎么付的”。请打电话给乡镇查。
        </p>
      )}
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
                <th scope="col">怎么付</th>
                <th scope="col">小票</th>
                <th scope="col">乡镇</th>
                <th scope="col">
                  <span class="sr">补打、撤销</span>
                </th>
              </tr>
            </thead>
            {today.settlements.map((one) => (
              <tbody key={one.seq}>
                <Row one={one} onPut={put} onWrong={setWrong} onBack={() => setBack(one.seq)} />
                {one.objections.map((objection) => (
                  <tr key={objection.code} data-test="today-objection" data-seq={one.seq}>
                    <td colSpan={9}>
                      <Problem problem={objection} />
                    </td>
                  </tr>
                ))}
                {back === one.seq && !one.reversed && (
                  <tr>
                    <td colSpan={9}>
                      <Reverse
                        settled={one}
                        onDone={(settled) => {
                          setBack(null);
                          put(settled);
                        }}
                        onLeave={() => setBack(null)}
                      />
                    </td>
                  </tr>
                )}
              </tbody>
            ))}
          </table>
        </div>
      )}
    </main>
  );
}

function Row(props: {
  one: SettledView;
  onPut(settled: SettledView): void;
  onWrong(view: ErrorView): void;
  onBack(): void;
}) {
  const { api } = usePage();
  const { one } = props;
  const { reversal } = one;
  // Of what was taken back, the paper that counts is the reversal's.
  const reprint = () =>
    void api
      .reprint(reversal?.seq ?? one.seq)
      .then(props.onPut, (error) => props.onWrong(errorViewOf(error)));
  return (
    <tr data-test="today-row" data-seq={one.seq} data-reversed={one.reversed}>
      <td>{clock(one.at)}</td>
      <th scope="row">{one.psn_name}</th>
      <td>{one.medfee_sumamt}</td>
      <td>{one.fund_pay_sumamt}</td>
      <td>{one.psn_part_amt}</td>
      <td data-test="today-due" data-way={one.due[0]?.way}>
        {reversal ? refundText(reversal.refund) : dueText(one.due)}
      </td>
      <td>{reversal ? `撤销单${reversal.slip_text}` : one.slip_text}</td>
      <td>{one.township_text}</td>
      <td class="row-acts">
        <button type="button" data-test="today-reprint" onClick={reprint}>
          {reversal ? '补打撤销单' : '补打'}
        </button>
        {reversal ? (
          <b>已撤销，作废</b>
        ) : (
          <button type="button" data-test="today-reverse" onClick={props.onBack}>
            撤销
          </button>
        )}
      </td>
    </tr>
  );
}
