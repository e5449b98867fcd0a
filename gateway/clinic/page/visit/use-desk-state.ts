/** The state of the desk: which visits are open, what is written for each, what is being settled. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { DeskView, ErrorView, SettledView, VisitView } from '../../api/views/types.ts';
import { type PaidWay, Refused, said } from '../shared/api.ts';
import { useAround } from '../shared/ports.ts';
import { emptySheet, fromDraft, type Sheet } from './draft-form.ts';
import { readKept, writeKept } from './draft-storage.ts';
import { type Attempt, beginAttempt, keptAttempt, settle } from './settle.ts';

export interface Settling {
  visit: string;
  words: string;
  mayStop: boolean;
}

export interface After {
  settled: SettledView;
  paid_way: PaidWay;
  /** The answer did not come at once: the gateway may have been away. */
  late: boolean;
  /** Somebody whose card was put down meanwhile. */
  next: string | null;
}

export type Work = ReturnType<typeof useWork>;

const STEADY = '正在结算，请稍候…';

export function useWork(desk: DeskView | null, onLocked: () => void) {
  const { api, outside } = useAround();
  const [kept, setKept] = useState(() => readKept(outside.shelf));
  const [visits, setVisits] = useState<Record<string, VisitView>>({});
  const [notice, setNotice] = useState<ErrorView | null>(null);
  const [after, setAfter] = useState<After | null>(null);
  const [settling, setSettling] = useState<Settling | null>(null);
  const [changed, setChanged] = useState<ErrorView | null>(null);
  const [closed, setClosed] = useState<{ person: VisitView['person']; sheet: Sheet } | null>(null);
  const latestAfter = useRef(after);
  latestAfter.current = after;
  const busy = useRef<string | null>(null);
  const stop = useRef(false);
  const seen = useRef(new Set<string>());
  const next = useRef<string | null>(null);
  const [switched, setSwitched] = useState(false);

  useEffect(() => writeKept(outside.shelf, kept), [kept, outside]);

  const current = kept.current;
  const visit = current ? (visits[current] ?? null) : null;
  const sheet = (current && kept.sheets[current]) || emptySheet;

  function show(id: string | null) {
    setKept((was) => ({ ...was, current: id }));
    setAfter(null);
    setChanged(null);
  }

  function take(view: VisitView, written?: Sheet) {
    const before = current && after === null ? visits[current] : undefined;
    setSwitched(
      before !== undefined && before.id !== view.id && before.person.psn_name !== view.person.psn_name,
    );
    setVisits((was) => ({ ...was, [view.id]: view }));
    setKept((was) => ({
      current: view.id,
      sheets: { ...was.sheets, [view.id]: written ?? was.sheets[view.id] ?? fromDraft(view.draft) },
    }));
    setAfter(null);
    setChanged(null);
    setNotice(null);
    setClosed(null);
  }

  async function trying<T>(what: () => Promise<T>): Promise<T | null> {
    try {
      return await what();
    } catch (error) {
      if (error instanceof Refused && error.status === 401) onLocked();
      else setNotice(said(error));
      return null;
    }
  }

  async function open(id: string) {
    const view = await trying(() => api.visit(id));
    if (view) take(view);
  }

  /**
   * A card was put down. While money is being settled the screen stays and the person waits in the row above. A
   * gateway that comes back reads again the card that was never lifted: that must not take what is to be paid off
   * the screen.
   */
  async function cardDown(id: string, early: boolean) {
    if (busy.current) {
      next.current = id;
      return;
    }
    const view = await trying(() => api.visit(id));
    if (!view) return;
    const shown = latestAfter.current;
    if (shown && (early || shown.late) && shown.settled.psn_name === view.person.psn_name)
      setAfter((was) => was && { ...was, next: id });
    else take(view);
  }

  async function start(who: { psn_no: string } | { psn_name: string }, written?: Sheet) {
    const view = await trying(() => api.startVisit(who));
    if (view) take(view, written);
  }

  function write(change: (sheet: Sheet) => Sheet) {
    if (!current || busy.current === current) return;
    setKept((was) => ({
      ...was,
      sheets: { ...was.sheets, [current]: change(was.sheets[current] ?? emptySheet) },
    }));
    setChanged(null);
  }

  function drop(id: string) {
    seen.current.delete(id);
    setKept((was) => {
      const { [id]: _, ...sheets } = was.sheets;
      return { current: was.current === id ? null : was.current, sheets };
    });
  }

  async function close() {
    if (!visit) return;
    const done = await trying(() => api.closeVisit(visit.id));
    if (!done) return;
    setClosed(sheet.lines.length > 0 ? { person: visit.person, sheet } : null);
    drop(visit.id);
  }

  function again(person: VisitView['person'], written: Sheet) {
    return start(person.psn_no ? { psn_no: person.psn_no } : { psn_name: person.psn_name }, written);
  }

  async function run(attempt: Attempt, resumed = false) {
    if (busy.current) return;
    busy.current = attempt.visit;
    stop.current = false;
    setNotice(null);
    setChanged(null);
    setSettling({ visit: attempt.visit, words: STEADY, mayStop: false });
    let late = resumed;
    const outcome = await settle(attempt, {
      confirm: api.confirm,
      wait: outside.wait,
      shelf: outside.shelf,
      stopped: () => stop.current,
      asking: (asked, view) => {
        late = true;
        setSettling({
          visit: attempt.visit,
          words: view ? `${STEADY}${view.text} 正在再问一次。` : `${STEADY}没有收到回音，正在再问一次。`,
          mayStop: view !== null && asked >= 2,
        });
      },
    });
    busy.current = null;
    setSettling(null);
    if (outcome.kind === 'locked') onLocked();
    if (outcome.kind === 'refused') {
      if (outcome.view.quote) setChanged(outcome.view);
      else setNotice(outcome.view);
    }
    if (outcome.kind === 'settled') {
      drop(attempt.visit);
      setAfter({ settled: outcome.settled, paid_way: attempt.paid_way, late, next: next.current });
    }
    next.current = null;
  }

  function confirm(digest: string, draft: Attempt['draft'], paid_way: PaidWay) {
    if (!current || busy.current) return;
    void run(beginAttempt(outside.shelf, { visit: current, digest, draft, paid_way }, outside.newId));
  }

  function goOn() {
    if (!after) return;
    const waiting = after.next ?? desk?.visits.at(-1)?.id ?? null;
    setAfter(null);
    if (waiting) void open(waiting);
  }

  // What a reload or a lock left behind: the visit on the screen, and an attempt without an answer.
  useEffect(() => {
    const attempt = keptAttempt(outside.shelf);
    const shown = current ? open(current) : Promise.resolve();
    if (attempt) void shown.then(() => run(attempt, true));
  }, []);

  // The ticks of the settled visit move by themselves.
  const settledNow = desk?.settled ?? null;
  useEffect(() => {
    if (!after || !desk) return;
    const put = (settled: SettledView) =>
      setAfter((was) => (was && was.settled.seq === settled.seq ? { ...was, settled } : was));
    if (settledNow?.seq === after.settled.seq) put(settledNow);
    else void api.settlement(after.settled.seq).then(put, () => undefined);
  }, [desk, settledNow, after?.settled.seq, api]);

  // A visit that was open here and is no longer open at the gateway.
  for (const one of desk?.visits ?? []) seen.current.add(one.id);
  const lost =
    visit !== null &&
    desk !== null &&
    !settling &&
    seen.current.has(visit.id) &&
    !desk.visits.some((one) => one.id === visit.id);

  return {
    current: after ? null : current,
    visit: after ? null : visit,
    sheet,
    notice,
    after,
    settling,
    changed,
    closed,
    lost,
    /** Somebody else was on the screen until now. */
    switched,
    setNotice,
    setAfter,
    fail: (error: unknown) => setNotice(said(error)),
    show,
    open,
    cardDown,
    start,
    again,
    write,
    close,
    drop,
    confirm,
    goOn,
    stopAsking: () => {
      stop.current = true;
    },
    /** Nothing that has no answer yet may be left behind by a lock. */
    busy: () => busy.current !== null,
  };
}
