/** Nobody is there: what to put down, the day so far, and the way in without a card. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { DeskView, SettledView, VisitView } from '../../api/views/types.ts';
import { usePage } from '../shared/page-context.ts';
import { dueText, refundText } from '../shared/pay-words.tsx';
import { Search } from '../shared/search.tsx';
import { Ticks } from '../visit/after.tsx';

export function IdleScreen(props: {
  desk: DeskView | null;
  noCardOpen: boolean;
  closed: VisitView['person'] | null;
  onNoCard(open: boolean): void;
  onPerson(psn_no: string): void;
  onStranger(name: string): void;
  onBack(): void;
}) {
  const { desk, noCardOpen } = props;
  return (
    <main class="idle-screen">
      <h1 data-test="put-card">
        <span>请放身份证、社保卡，</span>
        <span>或扫医保码</span>
      </h1>
      {props.closed && (
        <p class="undo" role="status">
          收起了 {props.closed.psn_name} 的单子
          <button type="button" data-test="take-back" onClick={props.onBack}>
            拿回来
          </button>
        </p>
      )}
      {noCardOpen ? (
        <NoCard
          onPerson={props.onPerson}
          onStranger={props.onStranger}
          onClose={() => props.onNoCard(false)}
        />
      ) : (
        <p>
          <button type="button" class="big" data-test="no-card" onClick={() => props.onNoCard(true)}>
            没带卡
          </button>
        </p>
      )}
      {desk && !noCardOpen && (
        <dl class="day" data-test="day">
          <div>
            <dt>今天看了</dt>
            <dd data-test="day-visits">{desk.today.visits} 人次</dd>
          </div>
          <div>
            <dt>总费用</dt>
            <dd>{desk.today.medfee_sumamt}</dd>
          </div>
          <div>
            <dt>医保报</dt>
            <dd>{desk.today.fund_pay_sumamt}</dd>
          </div>
          <div>
            <dt>收了现金</dt>
            <dd data-test="day-cash">{desk.today.cash}</dd>
          </div>
        </dl>
      )}
      {desk?.settled && !noCardOpen && (
        <section class="just" aria-label="刚办的" data-test="just-settled">
          <JustSettled settled={desk.settled} />
          <Ticks settled={desk.settled} lights={desk.lights} />
        </section>
      )}
    </main>
  );
}

function JustSettled({ settled }: { settled: SettledView }) {
  const { psn_name, due, reversal } = settled;
  return (
    <p>
      {reversal ? '已撤销：' : '刚结算：'}
      <b>{psn_name}</b>，{reversal ? refundText(reversal.refund) : dueText(due)}
    </p>
  );
}

function NoCard(props: { onPerson(psn_no: string): void; onStranger(name: string): void; onClose(): void }) {
  const { api } = usePage();
  const [name, setName] = useState('');
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  return (
    <section
      class="no-card"
      aria-label="没带卡的人"
      onKeyDown={(event) => event.key === 'Escape' && props.onClose()}
    >
      <Search
        label="本地的人：按名字找"
        placeholder="名字，或证件号（后四位也行）"
        test="person-search"
        hitTest="person-hit"
        nothing="没有找到这个人。可以在下面写名字，先按自费看。"
        field={field}
        ask={api.persons}
        keyOf={(hit) => hit.psn_no}
        show={(hit) => (
          <>
            <span class="hit-name">
              <b>{hit.psn_name}</b> {hit.gend} {hit.age} 岁
            </span>
            <span class="hit-price small">{hit.certno_masked}</span>
          </>
        )}
        onPick={(hit) => props.onPerson(hit.psn_no)}
      />
      <form
        class="stranger"
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== '') props.onStranger(name.trim());
        }}
      >
        <label for="stranger">外来的人：写名字，按自费看</label>
        <input
          id="stranger"
          type="text"
          autocomplete="off"
          maxLength={200}
          data-test="stranger-name"
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <button type="submit" data-test="stranger-start" aria-disabled={name.trim() === ''}>
          自费看病
        </button>
      </form>
      <button type="button" onClick={props.onClose}>
        返回 <kbd>Esc</kbd>
      </button>
    </section>
  );
}
