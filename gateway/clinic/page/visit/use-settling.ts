/** One settlement at a time: the attempt under way, how it stands, and what it came to. */
import { useRef, useState } from 'preact/hooks';
import type { ErrorView, SettledView } from '../../api/views/types.ts';
import { usePage } from '../shared/page-context.ts';
import { type Attempt, beginAttempt, settle } from './settle.ts';

export interface Settling {
  visit: string;
  words: string;
  mayStop: boolean;
}

/** What the desk does with the end of an attempt. `late`: the answer did not come at once. */
interface SettlingHandlers {
  onSettled(attempt: Attempt, settled: SettledView, late: boolean): void;
  onRefused(view: ErrorView): void;
  /** Somebody has to log in first. */
  onLocked(): void;
  /** After any of these, and when the doctor stopped asking. */
  onEnd(): void;
}

interface SettlingState {
  settling: Settling | null;
  /** The visit whose settlement has no answer yet. */
  busyWith(): string | null;
  confirm(wanted: Omit<Attempt, 'request'>): void;
  run(attempt: Attempt, resumed?: boolean): Promise<void>;
  stopAsking(): void;
}

const STEADY = '正在结算，请稍候…';

const wordsOf = (view: ErrorView | null): string =>
  view ? `${STEADY}${view.text} 正在再问一次。` : `${STEADY}没有收到回音，正在再问一次。`;

export function useSettling(handlers: SettlingHandlers): SettlingState {
  const { api, ports } = usePage();
  const [settling, setSettling] = useState<Settling | null>(null);
  const busy = useRef<string | null>(null);
  const stop = useRef(false);

  async function run(attempt: Attempt, resumed = false): Promise<void> {
    if (busy.current) return;
    const { visit } = attempt;
    busy.current = visit;
    stop.current = false;
    let late = resumed;
    setSettling({ visit, words: STEADY, mayStop: false });
    const outcome = await settle(attempt, {
      confirm: api.confirm,
      wait: ports.wait,
      storage: ports.storage,
      stopped: () => stop.current,
      asking(asked, view) {
        late = true;
        setSettling({ visit, words: wordsOf(view), mayStop: view !== null && asked >= 2 });
      },
    });
    busy.current = null;
    setSettling(null);
    if (outcome.kind === 'locked') handlers.onLocked();
    if (outcome.kind === 'refused') handlers.onRefused(outcome.view);
    if (outcome.kind === 'settled') handlers.onSettled(attempt, outcome.settled, late);
    handlers.onEnd();
  }

  return {
    settling,
    busyWith: () => busy.current,
    run,
    confirm(wanted) {
      if (!busy.current) void run(beginAttempt(ports.storage, wanted, ports.newId));
    },
    stopAsking() {
      stop.current = true;
    },
  };
}
