/**
 * What will soon stop the work, or has: a full disk, a clock nobody can believe. Said before anything is
 * refused.
 */
import { useState } from 'preact/hooks';
import type { AskedSlipView, DeskView, ErrorView } from '../../api/views/types.ts';
import { errorViewOf } from '../shared/api.ts';
import { Code } from '../shared/code.tsx';
import { usePage } from '../shared/page-context.ts';
import { Words } from '../shared/words.tsx';
import { clock as timeOf } from './lights.tsx';

/** 2026-11-22 → 2026 年 11 月 22 日 */
function dayWords(day: string): string {
  const [year, month, date] = day.split('-').map(Number);
  return `${year} 年 ${month} 月 ${date} 日`;
}

export function Notices(props: {
  desk: DeskView | null;
  /** The doctor says that the date on the screen is wrong. */
  doubted: boolean;
  onConfirmed(): void;
}) {
  const { desk } = props;
  if (!desk) return null;
  const others = desk.clock.asks
    ? desk.notices.filter(({ code }) => !code.startsWith('CLOCK'))
    : desk.notices;
  return (
    <>
      {others.map((notice) => (
        <Words key={notice.code} view={notice} test="notice" />
      ))}
      {(desk.clock.asks || props.doubted) && (
        <AskDay key={desk.clock.day} clock={desk.clock} onConfirmed={props.onConfirmed} />
      )}
      {desk.slips_asked[0] && <AskSlip slip={desk.slips_asked[0]} more={desk.slips_asked.length - 1} />}
    </>
  );
}

/** The printer did not say, twice, whether a slip came out: whoever sees the paper does. One at a time. */
function AskSlip({ slip, more }: { slip: AskedSlipView; more: number }) {
  const { api } = usePage();
  const [wrong, setWrong] = useState<ErrorView | null>(null);
  const answer = (printed: boolean) =>
    void api.slipAnswer(slip.seq, { copy: slip.copy, printed }).then(
      () => setWrong(null),
      (error) => setWrong(errorViewOf(error)),
    );
  return (
    <div class="words" role="alert" data-test="slip-asked" data-seq={slip.seq} data-copy={slip.copy}>
      <p>
        <b>
          {slip.psn_name}（{dayWords(slip.day)} {timeOf(slip.at)}，总费用 {slip.medfee_sumamt} 元
          {slip.reversed && '，这一笔已撤销'}）的{slip.reversal ? '撤销单' : '小票'}
        </b>
        ：{slip.text}
        {more > 0 && ` 还有 ${more} 张也要看。`} <Code number={slip.number} />
      </p>
      <button type="button" data-test="slip-printed" onClick={() => answer(true)}>
        打出来了
      </button>
      <button type="button" data-test="slip-again" onClick={() => answer(false)}>
        再打一张
      </button>
      {wrong && <Words view={wrong} />}
    </div>
  );
}

type Clock = DeskView['clock'];

function Question({ clock: { day, code, said } }: { clock: Clock }) {
  const taken = <b>{dayWords(day)}</b>;
  // The same day at another hour is nothing that a calendar answers.
  if (said !== null && said !== day)
    return (
      <p>
        这台机器上是 {taken}，收到的时间却是 <b>{dayWords(said)}</b>。请看一下日历：今天是几号？
      </p>
    );
  const why =
    code === null ? '' : code === 'CLOCK_UNCONFIRMED' ? '机器刚开机，还没有核对过时间。' : '机器的钟不准了。';
  return (
    <p>
      {why}今天是 {taken} 吗？
    </p>
  );
}

/** When the box cannot know the date, or is told another one, the doctor says it, with the PIN. */
function AskDay({ clock, onConfirmed }: { clock: Clock; onConfirmed(): void }) {
  const { api } = usePage();
  const [day, setDay] = useState(clock.day);
  const [pin, setPin] = useState('');
  const [wrong, setWrong] = useState<ErrorView | null>(null);

  async function confirm(event: Event) {
    event.preventDefault();
    try {
      await api.confirmDay(day, pin);
      setWrong(null);
      onConfirmed();
    } catch (error) {
      setWrong(errorViewOf(error));
    }
    setPin('');
  }

  return (
    <form class="ask-day words" data-test="ask-day" onSubmit={(event) => void confirm(event)}>
      <Question clock={clock} />
      <label>
        日期{' '}
        <input
          type="date"
          value={day}
          data-test="ask-day-date"
          onInput={(event) => setDay(event.currentTarget.value)}
        />
      </label>
      <label>
        密码{' '}
        <input
          type="password"
          inputMode="numeric"
          autocomplete="off"
          value={pin}
          data-test="ask-day-pin"
          onInput={(event) => setPin(event.currentTarget.value)}
        />
      </label>
      <button type="submit" data-test="ask-day-yes" disabled={pin === ''}>
        今天就是 {dayWords(day)}
      </button>
      {wrong && <Words view={wrong} />}
    </form>
  );
}
