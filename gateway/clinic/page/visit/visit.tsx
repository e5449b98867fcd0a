/** The three columns for the person on the screen, and what the keys do there. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { VisitView } from '../../api/views/types.ts';
import type { PaidWay } from '../shared/api.ts';
import { useAround } from '../shared/ports.ts';
import { useKeys } from '../shared/use-keys.ts';
import { addLast, type Sheet, toDraft, whatChanged, whyNot } from './draft-form.ts';
import { Money } from './money.tsx';
import { Prescribe } from './prescribe.tsx';
import { useQuote } from './quote.ts';
import type { Work } from './use-desk-state.ts';
import { Who } from './who.tsx';

/** A key meant for the person who was on the screen a moment ago must not settle the one who came. */
const HASTE_MS = 1_000;

export function Visit(props: {
  work: Work;
  visit: VisitView;
  online: boolean;
  keys: boolean;
  onOther(): void;
}) {
  const { outside } = useAround();
  const { work, visit, online } = props;
  const { sheet } = work;
  const [paid, setPaid] = useState<PaidWay>('cash');
  const price = useQuote(visit.id, sheet, visit.quote, online);
  const [rows, setRows] = useState<string[]>([]);
  const itemField = useRef<HTMLInputElement>(null);
  const diagnosisField = useRef<HTMLInputElement>(null);
  const { quote, fresh } = price;
  const refused = price.refused?.text ?? null;
  const [looked, setLooked] = useState(!work.switched);
  useEffect(() => void outside.wait(HASTE_MS).then(() => setLooked(true)), [outside]);
  const other = looked ? null : `换成${visit.person.psn_name}了，看清楚再结算。`;
  const not = whyNot({ sheet, quote, fresh, refused, online });
  const reason = work.lost ? '这张单子已经关了。' : (not ?? other);
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
    // What is waited for may have been scrolled away: to it.
    document.querySelector<HTMLElement>('[data-asks="true"] button')?.focus();
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
