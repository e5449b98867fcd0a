/** 撤销: why, how the money goes back, and one deliberate touch. */
import { useRef, useState } from 'preact/hooks';
import type { ErrorView, SettledView } from '../../api/views/types.ts';
import { errorViewOf, type PaidWay } from '../shared/api.ts';
import { usePage } from '../shared/page-context.ts';
import { refundText } from '../shared/pay-words.tsx';
import { Words } from '../shared/words.tsx';

const READY = ['药开错了', '人弄错了', '病人不要了'];
const WAYS: [PaidWay, string][] = [
  ['cash', '退现金'],
  ['code', '扫码退回'],
];

export function Reverse(props: {
  settled: SettledView;
  onDone(settled: SettledView): void;
  onLeave(): void;
}) {
  const { api, ports } = usePage();
  const { settled } = props;
  const [reason, setReason] = useState('');
  const [way, setWay] = useState<PaidWay>(settled.paid_way);
  const [wrong, setWrong] = useState<ErrorView | null>(null);
  // One id for all tries: however often it is asked, the money goes back once.
  const request = useRef(ports.newId());
  // What is owed was never taken, so nothing of it goes back.
  const taken = settled.due.filter((part) => part.way !== 'owed');
  const refund = settled.due.map((part) => (part.way === 'owed' ? part : { ...part, way }));
  const ready = reason.trim() !== '';
  const name = `reverse-${settled.seq}`;

  const act = () => {
    if (!ready) return;
    const body = { request: request.current, reason: reason.trim(), refund_way: way };
    void api.reverse(settled.seq, body).then(props.onDone, (error) => setWrong(errorViewOf(error)));
  };
  return (
    <div class="reverse" data-test="reverse">
      <p>
        把 {settled.psn_name} 的这一笔（总费用 {settled.medfee_sumamt} 元）整笔撤掉，今年已用的也退回去。
        <b data-test="refund-words">{refundText(refund)}</b>。会打一张撤销单给病人，原来的小票作废。
      </p>
      <div class="reverse-why">
        {READY.map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={reason === one}
            data-test="reverse-ready"
            onClick={() => setReason(one)}
          >
            {one}
          </button>
        ))}
        <input
          type="text"
          maxLength={100}
          autocomplete="off"
          aria-label="撤销的原因"
          placeholder="为什么撤，写一句"
          data-test="reverse-reason"
          value={reason}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
      </div>
      {taken.length > 0 && (
        <div class="ways" role="radiogroup" aria-label="怎么退">
          {WAYS.map(([one, words]) => (
            <label key={one}>
              <input
                type="radio"
                name={name}
                value={one}
                checked={way === one}
                data-test={`refund-${one}`}
                onChange={() => setWay(one)}
              />
              <span>{words}</span>
            </label>
          ))}
        </div>
      )}
      {wrong && <Words view={wrong} />}
      <p class="row-acts">
        <button type="button" class="take-back" aria-disabled={!ready} data-test="reverse-yes" onClick={act}>
          {ready ? '撤销这一笔' : '先选为什么撤'}
        </button>
        <button type="button" data-test="reverse-no" onClick={props.onLeave}>
          不撤了
        </button>
      </p>
    </div>
  );
}
