/** 多少钱: the three numbers in the largest type, and the one way forward. */
import type { QuoteView } from '../../api/views/types.ts';
import type { PaidWay } from '../shared/api.ts';

const PAID_WAYS: { way: PaidWay; name: string }[] = [
  { way: 'cash', name: '现金' },
  { way: 'code', name: '扫码' },
  { way: 'owed', name: '先欠着' },
];

export function Money(props: {
  quote: QuoteView | null;
  /** The quote is true now. */
  fresh: boolean;
  /** False: nobody knows what it costs now. */
  known: boolean;
  whyNot: string | null;
  paid: PaidWay;
  settling: string | null;
  mayStop: boolean;
  onPaid(way: PaidWay): void;
  onSettle(): void;
  onStop(): void;
}) {
  const { quote, whyNot, settling } = props;
  const amount = (of: 'medfee_sumamt' | 'fund_pay_sumamt' | 'psn_part_amt') =>
    (props.known && (quote ? quote[of] : '0.00')) || '—';
  const isDimmed = props.known && !props.fresh && quote !== null;
  const isFree = quote !== null && props.known && quote.psn_part_amt === '0.00';
  const blocked = settling !== null || whyNot !== null;
  return (
    <section class="money" aria-labelledby="money-title" data-fresh={props.fresh} data-dimmed={isDimmed}>
      <h2 id="money-title" class="column">
        多少钱
      </h2>
      <dl class="numbers" aria-live="polite">
        <div>
          <dt>总费用</dt>
          <dd data-test="medfee">{amount('medfee_sumamt')}</dd>
        </div>
        <div>
          <dt>医保报</dt>
          <dd data-test="fund">{amount('fund_pay_sumamt')}</dd>
        </div>
        <div class="pays">
          <dt>自己付</dt>
          <dd class="person-pays" data-test="person-pays">
            {amount('psn_part_amt')}
          </dd>
        </div>
      </dl>
      <div class="forward">
        {isFree ? (
          <p data-test="free">不用收钱</p>
        ) : (
          <div class="ways" role="radiogroup" aria-label="怎么付">
            {PAID_WAYS.map(({ way, name }) => (
              <label key={way}>
                <input
                  type="radio"
                  name="paid-way"
                  value={way}
                  checked={props.paid === way}
                  data-test={`paid-${way}`}
                  onChange={() => props.onPaid(way)}
                />
                <span>{name}</span>
              </label>
            ))}
          </div>
        )}
        <p
          id="settle-why"
          class="settle-why"
          role="status"
          data-test="settle-why"
          data-late={whyNot === '正在算…'}
        >
          {settling ?? whyNot ?? ''}
        </p>
        <button
          type="button"
          class="settle"
          data-test="settle"
          aria-disabled={blocked}
          aria-describedby="settle-why"
          onClick={props.onSettle}
        >
          结算 <kbd>F9</kbd>
        </button>
        {props.mayStop && (
          <button type="button" data-test="settle-stop" onClick={props.onStop}>
            先不问了，回到单子
          </button>
        )}
      </div>
    </section>
  );
}
