/**
 * The page: who is logged in, the row of lights, the desk or 今天, and in the demo the panel under it.
 *
 * For tests, `data-test` names what is clicked or read; `data-state`, `data-visit`, `data-seq`, `data-item`
 * and
 * `data-key` say which one it is.
 */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ErrorView, SessionView } from '../../api/views/types.ts';
import { makeApi, Refused } from '../shared/api.ts';
import { useLive } from '../shared/live.ts';
import { type Page, PageContext, usePage } from '../shared/page-context.ts';
import type { Ports } from '../shared/ports.ts';
import { Words } from '../shared/words.tsx';
import { Today } from '../today/today.tsx';
import { Desk } from '../visit/desk.tsx';
import { useDeskState } from '../visit/use-desk-state.ts';
import { Demo } from './demo.tsx';
import { Lights } from './lights.tsx';
import { Login } from './login.tsx';
import { Notices } from './notices.tsx';

const AGAIN_MS = 1_500;

type Demos = { demo?: { panel: string } | null };

export function App({ ports }: { ports: Ports }) {
  const page = useMemo(() => ({ ports, api: makeApi(ports) }), [ports]);
  const [session, setSession] = useState<SessionView | null>(null);
  const [state, setState] = useState<'asking' | 'silent' | 'out' | 'in'>('asking');
  const [why, setWhy] = useState<string | null>(null);
  /** What the gateway says while nothing stands behind it; null while it says nothing. */
  const [closed, setClosed] = useState<ErrorView | null>(null);
  const [panel, setPanel] = useState<string | null>(null);

  const asking = state === 'asking' || state === 'silent';
  useEffect(() => {
    if (!asking) return;
    let stopped = false;
    const silent = (view: ErrorView | null) => {
      setClosed(view);
      setState('silent');
    };
    const answered = (who: SessionView | Demos) => {
      if (stopped) return;
      if ('opter' in who) setSession(who);
      else setPanel(who.demo?.panel ?? null);
      setState('opter' in who ? 'in' : 'out');
    };
    void askWhoIsIn(page, () => stopped, silent).then(answered);
    return () => {
      stopped = true;
    };
  }, [page, asking]);

  const lock = (words: string) => {
    setWhy(words);
    setState('out');
  };

  return (
    <PageContext.Provider value={page}>
      <div class="app">
        {state === 'asking' && <p class="opening">正在打开…</p>}
        {state === 'silent' && <Silent view={closed} />}
        {state === 'out' && (
          <Login
            last={session?.opter ?? null}
            why={why}
            onIn={(who) => {
              setSession(who);
              setWhy(null);
              setState('in');
            }}
          />
        )}
        {state === 'in' && session && (
          <Inside session={session} onLock={lock} onPanel={setPanel} onClosed={() => setState('silent')} />
        )}
        {panel && <Demo panel={panel} />}
      </div>
    </PageContext.Provider>
  );
}

/** Asks until the gateway says who is logged in, or that nobody is. */
async function askWhoIsIn(
  { api, ports }: Page,
  stopped: () => boolean,
  silent: (view: ErrorView | null) => void,
): Promise<SessionView | Demos> {
  for (;;) {
    try {
      return await api.session();
    } catch (error) {
      const view = error instanceof Refused ? error.view : null;
      if (stopped() || (error instanceof Refused && error.status === 401)) return view as Demos;
      silent(view);
      await ports.wait(AGAIN_MS);
    }
  }
}

/** Nothing stands behind the page: why, when the gateway says so. */
function Silent({ view }: { view: ErrorView | null }) {
  if (view) return <Words view={view} test="closed" />;
  return (
    <p class="opening" role="alert">
      村医通没反应，正在再问一次…
    </p>
  );
}

function Inside(props: {
  session: SessionView;
  onLock(words: string): void;
  onPanel(panel: string | null): void;
  /** Nothing stands behind the page any more. */
  onClosed(): void;
}) {
  const [today, setToday] = useState(false);
  const writing = useRef(false);
  const [doubted, setDoubted] = useState(false);
  const relock = () => props.onLock('为了安全已经锁上，写好的都还在。请再输一次密码。');
  const handlers = useRef({
    visit: (_id: string, _early: boolean) => {},
    problem: (_view: ErrorView) => {},
  });
  const live = useLive(true, {
    visit: (id, early) => handlers.current.visit(id, early),
    problem: (view) => handlers.current.problem(view),
    gone: relock,
    closed: props.onClosed,
  });
  const deskState = useDeskState(live.desk, relock);
  handlers.current = {
    visit: (id, early) => {
      if (!writing.current) setToday(false);
      void deskState.cardDown(id, early);
    },
    problem: deskState.setNotice,
  };
  const lock = useLock(props.session, deskState.busy, props.onLock);

  const panel = live.desk?.demo?.panel ?? null;
  const { onPanel } = props;
  useEffect(() => {
    if (live.desk) onPanel(panel);
  }, [live.desk, panel, onPanel]);

  useEffect(() => {
    if (!today) return;
    const back = (event: KeyboardEvent) => event.key === 'Escape' && setToday(false);
    document.addEventListener('keydown', back);
    return () => document.removeEventListener('keydown', back);
  }, [today]);

  return (
    <>
      <Lights
        desk={live.desk}
        online={live.online}
        deskAt={live.deskAt}
        session={props.session}
        today={today}
        onToday={() => setToday(!today)}
        onDoubt={() => setDoubted(!doubted)}
        onLock={lock}
      />
      {!live.online && (
        <p class="offline" role="alert" data-test="offline">
          <span class="mark" aria-hidden="true">
            ！
          </span>
          村医通没反应，正在重新连。灰的数字是断开以前的。写好的都还在，不要关机；过一分钟还是这样，就打电话问。
        </p>
      )}
      <Notices desk={live.desk} doubted={doubted} onConfirmed={() => setDoubted(false)} />
      {today ? (
        <Today desk={live.desk} writing={writing} onBack={() => setToday(false)} />
      ) : (
        <Desk deskState={deskState} desk={live.desk} online={live.online} keys={!today} />
      )}
    </>
  );
}

/** Locks by itself when nobody touches the page; never while a settlement waits for its answer. */
function useLock(session: SessionView, busy: () => boolean, onLock: (words: string) => void): () => void {
  const { api, ports } = usePage();
  const lock = (words: string) => {
    void api.logOut().catch(() => undefined);
    onLock(words);
  };
  const latest = useRef(lock);
  latest.current = lock;
  const isBusy = useRef(busy);
  isBusy.current = busy;
  useEffect(() => {
    let touched = ports.ticks();
    const touch = () => {
      touched = ports.ticks();
    };
    const kinds = ['pointerdown', 'pointermove', 'keydown', 'wheel'] as const;
    for (const kind of kinds) document.addEventListener(kind, touch, { passive: true });
    const timer = setInterval(() => {
      const idle = ports.ticks() - touched > session.idle_seconds_max * 1000;
      if (idle && !isBusy.current()) latest.current('好一会儿没人用，已经锁上，写好的都还在。请输密码。');
    }, 1_000);
    return () => {
      clearInterval(timer);
      for (const kind of kinds) document.removeEventListener(kind, touch);
    };
  }, [ports, session.idle_seconds_max]);
  return () => !busy() && lock('已经锁上，写好的都还在。请输密码。');
}
