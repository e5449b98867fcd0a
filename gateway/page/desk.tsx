/** One desk: who, what, how much; the visits that are open; what happens after 结算. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { DeskView, VisitView } from '../http/views.ts';
import { AfterView } from './after.tsx';
import type { PaidWay } from './api.ts';
import { actFor, taken } from './keys.ts';
import { Money } from './money.tsx';
import { Nobody } from './nobody.tsx';
import { useAround } from './outside.ts';
import { Prescribe } from './prescribe.tsx';
import { useQuote } from './quote.ts';
import { addLast, type Sheet, toDraft, whatChanged, whyNot } from './sheet.ts';
import { Who } from './who.tsx';
import { Words } from './words.tsx';
import type { Work } from './work.ts';

/** A second click or key of the same haste must not go past what was just settled. */
const HASTE_MS = 800;

export function Desk(props: { work: Work; desk: DeskView | null; online: boolean; keys: boolean }) {
  const { work, desk } = props;
  const { api, outside } = useAround();
  const [without, setWithout] = useState(false);
  const afterSince = useRef(0);
  const seq = work.after?.settled.seq;
  useEffect(() => {
    if (seq !== undefined) afterSince.current = outside.ticks();
  }, [seq, outside]);

  const goOn = () => {
    if (outside.ticks() - afterSince.current > HASTE_MS) work.goOn();
  };
  useKeys(props.keys && work.after !== null, 'after', (act) => {
    if (act === 'next') goOn();
  });
  useKeys(props.keys && work.after === null && work.visit === null, 'other', (act) => {
    if (act === 'search') setWithout(true);
    if (act === 'back') setWithout(false);
  });

  const { after, visit, closed } = work;
  const name = (id: string | null) => desk?.visits.find((one) => one.id === id)?.psn_name ?? null;
  return (
    <>
      <Tabs work={work} desk={desk} />
      {work.notice && <Words view={work.notice} onSeen={() => work.setNotice(null)} />}
      {work.lost && visit && <Lost visit={visit} work={work} />}
      {after && (
        <AfterView
          after={after}
          nextName={name(after.next)}
          onNext={goOn}
          onReprint={() =>
            void api.reprint(after.settled.seq).then(
              (settled) => work.setAfter({ ...after, settled }),
              (error) => work.fail(error),
            )
          }
        />
      )}
      {!after && visit && (
        <Visit
          key={visit.id}
          work={work}
          visit={visit}
          online={props.online}
          keys={props.keys}
          onOther={() => {
            setWithout(true);
            work.show(null);
          }}
        />
      )}
      {!after && !visit && (
        <Nobody
          desk={desk}
          without={without}
          closed={closed?.person ?? null}
          onWithout={setWithout}
          onPerson={(psn_no) => {
            setWithout(false);
            void work.start({ psn_no });
          }}
          onStranger={(psn_name) => {
            setWithout(false);
            void work.start({ psn_name });
          }}
          onBack={() => closed && void work.again(closed.person, closed.sheet)}
        />
      )}
    </>
  );
}

/** Open visits, when there is more than the one on the screen. */
function Tabs({ work, desk }: { work: Work; desk: DeskView | null }) {
  const open = desk?.visits ?? [];
  if (open.length === 0 || (open.length === 1 && open[0]?.id === work.current)) return null;
  return (
    <nav class="tabs" aria-label="开着的单子">
      {open.map((one) => (
        <button
          key={one.id}
          type="button"
          aria-current={one.id === work.current ? 'true' : undefined}
          data-test="tab"
          data-visit={one.id}
          onClick={() => void work.open(one.id)}
        >
          {one.psn_name}
          {one.id === work.current && <small>（正在看）</small>}
        </button>
      ))}
    </nav>
  );
}

function Lost({ visit, work }: { visit: VisitView; work: Work }) {
  return (
    <div class="words" role="alert" data-test="lost">
      <p>{visit.person.psn_name} 的这张单子在村医通里已经关了。写的还在这里，要接着开吗？</p>
      <button
        type="button"
        onClick={() => void work.again(visit.person, work.sheet).then(() => work.drop(visit.id))}
      >
        接着开
      </button>
      <button type="button" onClick={() => work.drop(visit.id)}>
        不要了
      </button>
    </div>
  );
}

function Visit(props: { work: Work; visit: VisitView; online: boolean; keys: boolean; onOther(): void }) {
  const { work, visit, online } = props;
  const { sheet } = work;
  const [paid, setPaid] = useState<PaidWay>('cash');
  const price = useQuote(visit.id, sheet, visit.quote, online);
  const [rows, setRows] = useState<string[]>([]);
  const itemField = useRef<HTMLInputElement>(null);
  const diagnosisField = useRef<HTMLInputElement>(null);
  const { quote, fresh } = price;
  const refused = price.refused?.text ?? null;
  const reason = work.lost ? '这张单子已经关了。' : whyNot({ sheet, quote, fresh, refused, online });
  const settling = work.settling?.visit === visit.id ? work.settling : null;

  const newQuote = work.changed?.quote;
  useEffect(() => {
    if (!newQuote) return;
    setRows(whatChanged(quote, newQuote));
    price.replace(newQuote);
  }, [newQuote]);

  // Ready to type at once, where there is a keyboard.
  useEffect(() => itemField.current?.focus({ preventScroll: true }), []);

  const write = (change: (sheet: Sheet) => Sheet) => work.write(change);
  const onSettle = () => {
    if (reason === null && quote?.digest && !work.settling) work.confirm(quote.digest, toDraft(sheet), paid);
  };
  useKeys(props.keys, 'desk', (act) => {
    if (act === 'search' || act === 'type' || act === 'back') itemField.current?.focus();
    if (act === 'diagnosis') diagnosisField.current?.focus();
    if (act === 'repeat' && visit.last)
      write((was) => addLast(was, visit.last ?? { diagnoses: [], items: [] }));
    if (act === 'settle') onSettle();
  });

  return (
    <main class="desk" data-test="visit" data-visit={visit.id}>
      <Who
        visit={visit}
        frozen={settling !== null}
        onClose={() => void work.close()}
        onOther={props.onOther}
      />
      <Prescribe
        frozen={settling !== null}
        sheet={sheet}
        last={visit.last}
        quote={quote}
        fresh={fresh}
        changed={work.changed ? { view: work.changed, rows } : null}
        itemField={itemField}
        diagnosisField={diagnosisField}
        write={write}
      />
      <Money
        quote={quote}
        fresh={fresh}
        whyNot={reason}
        paid={paid}
        settling={settling?.words ?? null}
        mayStop={settling?.mayStop ?? false}
        onPaid={setPaid}
        onSettle={onSettle}
        onStop={work.stopAsking}
      />
    </main>
  );
}

function useKeys(
  on: boolean,
  where: 'desk' | 'after' | 'other',
  act: (act: ReturnType<typeof actFor>) => void,
) {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    if (!on) return;
    const onKey = (event: KeyboardEvent) => {
      if (taken(event.key)) event.preventDefault();
      const target = event.target as HTMLElement;
      const found = actFor(
        {
          key: event.key,
          ctrl: event.ctrlKey || event.altKey || event.metaKey,
          composing: event.isComposing,
          held: event.repeat,
          inField: target.closest('input, textarea, select, button, a') !== null,
        },
        where,
      );
      if (found) latest.current(found);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [on, where]);
}
