/** One desk: who, what, how much; the visits that are open; what happens after 结算. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { DeskView, VisitView } from '../../api/views/types.ts';
import { useAround } from '../shared/ports.ts';
import { useKeys } from '../shared/use-keys.ts';
import { Words } from '../shared/words.tsx';
import { Nobody } from '../shell/idle-screen.tsx';
import { AfterView } from './after.tsx';
import type { Work } from './use-desk-state.ts';
import { Visit } from './visit.tsx';

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
      <p class="sr" role="status">
        {visit ? `现在看的是 ${visit.person.psn_name}` : ''}
      </p>
      <Tabs work={work} desk={desk} />
      {work.settling && work.settling.visit !== work.current && (
        <p class="elsewhere" role="status" data-test="settling">
          {work.settling.words}
        </p>
      )}
      {work.notice && <Words view={work.notice} onSeen={() => work.setNotice(null)} />}
      {work.lost && visit && <Lost visit={visit} work={work} />}
      {after && (
        <AfterView
          after={after}
          lights={desk?.lights}
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
      <p>
        {visit.person.psn_name}{' '}
        的这张单子在村医通里已经关了，可能在别处结过。先看一眼今天，再定接着开还是不要了。
      </p>
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
