/** After 结算: what to take from the person, and what is happening, ticked as it becomes true. */
import type { DeskView, LightView, SettledView } from '../../api/views/types.ts';
import { Due, refundText } from '../shared/pay-words.tsx';
import { Problem } from '../shared/problem.tsx';
import { lightWords } from '../shell/lights.tsx';
import type { After } from './use-desk-state.ts';

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

/** What a step waits for, when the light above knows. */
function waitsFor(text: string, waiting: boolean, light: LightView | undefined): string {
  if (!waiting || light?.state !== 'attention' || text.includes(light.title)) return text;
  return `${text}：${lightWords(light)}`;
}

export function Ticks({ settled, lights }: { settled: SettledView; lights: DeskView['lights'] | undefined }) {
  const { slip, slip_text, township, township_text } = settled;
  const light = (wanted: LightView['role']) => lights?.find(({ role }) => role === wanted);
  const slipWords = waitsFor(slip_text, slip === 'waiting', light('print'));
  const townshipWords = waitsFor(township_text, township === 'waiting', light('township'));
  return (
    <ul class="ticks" aria-live="polite" aria-label="办到哪一步了">
      <Tick done text="已存好" test="tick-ledger" />
      <Tick done={slip === 'printed'} text={slipWords} test="tick-slip" />
      <Tick done={township === 'held'} text={townshipWords} test="tick-township" />
    </ul>
  );
}

export function AfterView(props: {
  after: After;
  lights: DeskView['lights'] | undefined;
  nextName: string | null;
  onNext(): void;
  onReprint(): void;
}) {
  const { settled } = props.after;
  const { reversal } = settled;
  return (
    <main class="after" data-test="after" data-seq={settled.seq}>
      <section class="due-side" aria-labelledby="due-title">
        <h1 id="due-title">
          {settled.psn_name} {reversal ? '的这一笔已撤销，作废' : '结算好了'}
        </h1>
        <p class="due" role="status" data-test="due-words">
          {reversal ? refundText(reversal.refund) : <Due due={settled.due} />}
        </p>
        <p class="due-more">
          总费用 {settled.medfee_sumamt} · 医保报 {settled.fund_pay_sumamt} · 自己付 {settled.psn_part_amt}
          {settled.pay_mode === 'self-pay' && ' · 自费'}
        </p>
        <Ticks settled={settled} lights={props.lights} />
        {settled.objections.map((one) => (
          <Problem key={one.code} problem={one} />
        ))}
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
