/** After 结算: what to take from the person, and what is happening, ticked as it becomes true. */
import type { SettledView } from '../http/views.ts';
import { PAID_WAYS } from './money.tsx';
import type { After } from './work.ts';

function Tick(props: { done: boolean; text: string; test: string }) {
  return (
    <li data-done={props.done} data-test={props.test}>
      <span class="mark" aria-hidden="true">
        {props.done ? '✓' : '…'}
      </span>
      {props.text}
      {!props.done && <span class="sr">（还没有）</span>}
    </li>
  );
}

export function Ticks({ settled }: { settled: SettledView }) {
  return (
    <ul class="ticks" aria-live="polite" aria-label="办到哪一步了">
      <Tick done text="已记账" test="tick-ledger" />
      <Tick done={settled.slip === 'printed'} text={settled.slip_text} test="tick-slip" />
      <Tick done={settled.township === 'held'} text={settled.township_text} test="tick-township" />
    </ul>
  );
}

export function AfterView(props: {
  after: After;
  nextName: string | null;
  onNext(): void;
  onReprint(): void;
}) {
  const { settled, paid_way } = props.after;
  const way = PAID_WAYS.find((one) => one.way === paid_way)?.name;
  return (
    <main class="after" data-test="after" data-seq={settled.seq}>
      <section class="due-side" aria-labelledby="due-title">
        <h1 id="due-title">{settled.psn_name} 结算好了</h1>
        <p class="due" role="status">
          应收 <b data-test="due">{settled.psn_part_amt}</b> 元
        </p>
        <p class="due-more">
          {way} · 总费用 {settled.medfee_sumamt} · 医保报 {settled.fund_pay_sumamt}
          {settled.pay_mode === 'self-pay' && ' · 自费'}
        </p>
        <Ticks settled={settled} />
      </section>
      <section class="next-side" aria-label="接下来">
        {props.nextName && <p data-test="next-name">{props.nextName} 的卡已经放上了。</p>}
        <p>放上下一位的卡就接着看，也可以按回车。</p>
        <button type="button" data-test="reprint" onClick={props.onReprint}>
          补打小票
        </button>
        <button type="button" class="settle" data-test="next" onClick={props.onNext}>
          下一位 <kbd>回车</kbd>
        </button>
      </section>
    </main>
  );
}
