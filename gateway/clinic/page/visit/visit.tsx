/** The three columns for the person on the screen, and what the keys do there. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { VisitView } from '../../api/views/types.ts';
import { usePage } from '../shared/page-context.ts';
import { useKeys } from '../shared/use-keys.ts';
import { addLast, type DraftForm, setPaid, toDraft, whatChanged, whyNot } from './draft-form.ts';
import { useKeptForm } from './kept-form.ts';
import { Money } from './money.tsx';
import { Prescribe } from './prescribe.tsx';
import { useQuote } from './quote.ts';
import type { DeskState } from './use-desk-state.ts';
import { Who } from './who.tsx';

/** A key meant for the person who was on the screen a moment ago must not settle the one who came. */
const HASTE_MS = 1_000;

export function Visit(props: {
  deskState: DeskState;
  visit: VisitView;
  online: boolean;
  stamp: string;
  keys: boolean;
  onOther(): void;
}) {
  const { ports } = usePage();
  const { deskState, visit, online } = props;
  const { form } = deskState;
  const settling = deskState.settling?.visit === visit.id ? deskState.settling : null;
  // What is being settled has its price; the answer to another question would be that of a closed visit.
  const asked = useRef(props.stamp);
  if (!settling) asked.current = props.stamp;
  const { id, quote: first } = visit;
  const price = useQuote({ visit: id, form, first, online, stamp: asked.current });
  useKeptForm(id, form, online && !settling);
  const [rows, setRows] = useState<string[]>([]);
  const itemField = useRef<HTMLInputElement>(null);
  const diagnosisField = useRef<HTMLInputElement>(null);
  const { quote, fresh } = price;
  const known = price.known && !deskState.lost;
  const refused = price.refused?.text ?? null;
  const [looked, setLooked] = useState(!deskState.switched);
  useEffect(() => void ports.wait(HASTE_MS).then(() => setLooked(true)), [ports]);
  const other = looked ? null : `换成${visit.person.psn_name}了，看清楚再结算。`;
  const not = whyNot({ form, quote, fresh, refused, online });
  const reason = deskState.lost ? '这张单子已经关了。' : (not ?? other);

  const newQuote = deskState.changed?.quote;
  useEffect(() => {
    if (!newQuote) return;
    setRows(whatChanged(quote, newQuote));
    price.replace(newQuote);
  }, [newQuote]);

  // Ready to type at once, where there is a keyboard.
  useEffect(() => itemField.current?.focus({ preventScroll: true }), []);

  const write = (change: (form: DraftForm) => DraftForm) => deskState.write(change);
  const onSettle = () => {
    // What is waited for may have been scrolled away: to it.
    document.querySelector<HTMLElement>('[data-asks="true"] button')?.focus();
    if (reason === null && quote?.digest && !deskState.settling)
      deskState.confirm(quote.digest, toDraft(form), form.paid);
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
        onClose={() => void deskState.close()}
        onOther={props.onOther}
      />
      <Prescribe
        frozen={settling !== null}
        form={form}
        last={visit.last}
        gone={visit.last_gone}
        quote={quote}
        fresh={fresh}
        known={known}
        changed={deskState.changed ? { view: deskState.changed, rows } : null}
        itemField={itemField}
        diagnosisField={diagnosisField}
        write={write}
      />
      <Money
        quote={quote}
        fresh={fresh}
        known={known}
        whyNot={reason}
        paid={form.paid}
        settling={settling?.words ?? null}
        mayStop={settling?.mayStop ?? false}
        onPaid={(way) => write((was) => setPaid(was, way))}
        onSettle={onSettle}
        onStop={deskState.stopAsking}
      />
    </main>
  );
}
