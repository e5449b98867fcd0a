/** One desk: who, what, how much; the visits that are open; what happens after 结算. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { DeskView, VisitView } from '../../api/views/types.ts';
import { usePage } from '../shared/page-context.ts';
import { useKeys } from '../shared/use-keys.ts';
import { Words } from '../shared/words.tsx';
import { IdleScreen } from '../shell/idle-screen.tsx';
import { AfterView } from './after.tsx';
import type { DeskState } from './use-desk-state.ts';
import { Visit } from './visit.tsx';

/** A second click or key of the same haste must not go past what was just settled. */
const HASTE_MS = 800;

export function Desk(props: { deskState: DeskState; desk: DeskView | null; online: boolean; keys: boolean }) {
  const { deskState, desk } = props;
  const { api, ports } = usePage();
  const [noCardOpen, setNoCardOpen] = useState(false);
  const afterSince = useRef(0);
  const seq = deskState.after?.settled.seq;
  useEffect(() => {
    if (seq !== undefined) afterSince.current = ports.ticks();
  }, [seq, ports]);

  const goOn = () => {
    if (ports.ticks() - afterSince.current > HASTE_MS) deskState.goOn();
  };
  useKeys(props.keys && deskState.after !== null, 'after', (act) => {
    if (act === 'next') goOn();
  });
  useKeys(props.keys && deskState.after === null && deskState.visit === null, 'other', (act) => {
    if (act === 'search') setNoCardOpen(true);
    if (act === 'back') setNoCardOpen(false);
  });

  const { after, visit, closed } = deskState;
  const name = (id: string | null) => desk?.visits.find((one) => one.id === id)?.psn_name ?? null;
  return (
    <>
      <p class="sr" role="status">
        {visit ? `现在看的是 ${visit.person.psn_name}` : ''}
      </p>
      <Tabs deskState={deskState} desk={desk} />
      {deskState.settling && deskState.settling.visit !== deskState.current && (
        <p class="elsewhere" role="status" data-test="settling">
          {deskState.settling.words}
        </p>
      )}
      {deskState.notice && <Words view={deskState.notice} onSeen={() => deskState.setNotice(null)} />}
      {deskState.lost && visit && <Lost visit={visit} deskState={deskState} />}
      {after && (
        <AfterView
          after={after}
          lights={desk?.lights}
          nextName={name(after.next)}
          onNext={goOn}
          onReprint={() =>
            void api.reprint(after.settled.seq).then(
              (settled) => deskState.setAfter({ ...after, settled }),
              (error) => deskState.fail(error),
            )
          }
        />
      )}
      {!after && visit && (
        <Visit
          key={visit.id}
          deskState={deskState}
          visit={visit}
          online={props.online}
          stamp={stampOf(desk)}
          keys={props.keys}
          onOther={() => {
            setNoCardOpen(true);
            deskState.show(null);
          }}
        />
      )}
      {!after && !visit && (
        <IdleScreen
          desk={desk}
          noCardOpen={noCardOpen}
          closed={closed?.person ?? null}
          onNoCard={setNoCardOpen}
          onPerson={(psn_no) => {
            setNoCardOpen(false);
            void deskState.start({ psn_no });
          }}
          onStranger={(psn_name) => {
            setNoCardOpen(false);
            void deskState.start({ psn_name });
          }}
          onBack={() => closed && void deskState.restore(closed.person, closed.form)}
        />
      )}
    </>
  );
}

/** All that a price may rest on besides what is written: the ledger, and the day. */
const stampOf = (desk: DeskView | null): string => `${desk?.head} ${desk?.clock.day}`;

/** Open visits, when there is more than the one on the screen. */
function Tabs({ deskState, desk }: { deskState: DeskState; desk: DeskView | null }) {
  const open = desk?.visits ?? [];
  if (open.length === 0 || (open.length === 1 && open[0]?.id === deskState.current)) return null;
  return (
    <nav class="tabs" aria-label="开着的单子">
      {open.map((one) => (
        <button
          key={one.id}
          type="button"
          aria-current={one.id === deskState.current ? 'true' : undefined}
          data-test="tab"
          data-visit={one.id}
          onClick={() => void deskState.open(one.id)}
        >
          {one.psn_name}
          {one.id === deskState.current && <small>（正在看）</small>}
        </button>
      ))}
    </nav>
  );
}

function Lost({ visit, deskState }: { visit: VisitView; deskState: DeskState }) {
  return (
    <div class="words" role="alert" data-test="lost">
      <p>
        {visit.person.psn_name}{' '}
        的这张单子在村医通里已经关了，可能在别处结过。先看一眼今天，再定接着开还是不要了。
      </p>
      <button
        type="button"
        onClick={() =>
          void deskState.restore(visit.person, deskState.form).then(() => deskState.drop(visit.id))
        }
      >
        接着开
      </button>
      <button type="button" onClick={() => deskState.drop(visit.id)}>
        不要了
      </button>
    </div>
  );
}
