/** The state of the desk: which visits are open, what is written for each, what was settled last. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { DeskView, ErrorView, SettledView, VisitView } from '../../api/views/types.ts';
import { errorViewOf, type PaidWay, Refused } from '../shared/api.ts';
import { usePage } from '../shared/page-context.ts';
import { samePerson } from '../shared/same-person.ts';
import { type DraftForm, emptyForm, fromDraft } from './draft-form.ts';
import { readForms, writeForms } from './draft-storage.ts';
import { type Attempt, keptAttempt } from './settle.ts';
import { type Settling, useSettling } from './use-settling.ts';

export interface After {
  settled: SettledView;
  /** The answer did not come at once: the gateway may have been away. */
  late: boolean;
  /** Somebody whose card was put down meanwhile. */
  next: string | null;
}

type PersonView = VisitView['person'];

export interface DeskState {
  /** The visit on the screen; none while what was settled is shown. */
  current: string | null;
  visit: VisitView | null;
  form: DraftForm;
  notice: ErrorView | null;
  after: After | null;
  settling: Settling | null;
  /** The refusal of a confirm that came with a new price. */
  changed: ErrorView | null;
  /** The visit that was closed last, to be taken back. */
  closed: { person: PersonView; form: DraftForm } | null;
  /** The visit on the screen is no longer open at the gateway. */
  lost: boolean;
  /** Somebody else was on the screen until now. */
  switched: boolean;
  setNotice(notice: ErrorView | null): void;
  setAfter(after: After | null): void;
  fail(error: unknown): void;
  show(id: string | null): void;
  open(id: string): Promise<void>;
  cardDown(id: string, early: boolean): Promise<void>;
  start(who: { psn_no: string } | { psn_name: string }): Promise<void>;
  /** Opens a visit of the same person again, with what was written. */
  restore(person: PersonView, written: DraftForm): Promise<void>;
  write(change: (form: DraftForm) => DraftForm): void;
  close(): Promise<void>;
  drop(id: string): void;
  confirm(digest: string, draft: Attempt['draft'], paid_way: PaidWay): void;
  goOn(): void;
  stopAsking(): void;
  /** Nothing that has no answer yet may be left behind by a lock. */
  busy(): boolean;
}

export function useDeskState(desk: DeskView | null, onLocked: () => void): DeskState {
  const { api, ports } = usePage();
  const [kept, setKept] = useState(() => readForms(ports.storage));
  const [visits, setVisits] = useState<Record<string, VisitView>>({});
  const [notice, setNotice] = useState<ErrorView | null>(null);
  const [after, setAfter] = useState<After | null>(null);
  const [changed, setChanged] = useState<ErrorView | null>(null);
  const [closed, setClosed] = useState<{ person: VisitView['person']; form: DraftForm } | null>(null);
  const latestAfter = useRef(after);
  latestAfter.current = after;
  const seen = useRef(new Set<string>());
  const next = useRef<string | null>(null);
  const [switched, setSwitched] = useState(false);

  useEffect(() => writeForms(ports.storage, kept), [kept, ports]);

  const current = kept.current;
  const visit = current ? (visits[current] ?? null) : null;
  const form = (current && kept.forms[current]) || emptyForm;

  function show(id: string | null) {
    setKept((was) => ({ ...was, current: id }));
    setAfter(null);
    setChanged(null);
  }

  function take(view: VisitView, written?: DraftForm) {
    const before = current && after === null ? visits[current] : undefined;
    setSwitched(before !== undefined && before.id !== view.id && !samePerson(before.person, view.person));
    setVisits((was) => ({ ...was, [view.id]: view }));
    setKept((was) => ({
      current: view.id,
      forms: { ...was.forms, [view.id]: written ?? was.forms[view.id] ?? fromDraft(view.draft) },
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
      else setNotice(errorViewOf(error));
      return null;
    }
  }

  /** Asks again who is on the screen and how they stand; what is written stays. */
  function renew() {
    const put = (view: VisitView) => setVisits((was) => ({ ...was, [view.id]: view }));
    if (current) void api.visit(current).then(put, () => undefined);
  }

  async function open(id: string) {
    const view = await trying(() => api.visit(id));
    if (view) take(view);
  }

  /**
   * A card was put down. While money is being settled the screen stays and the person waits in the row above.
   * A gateway that comes back reads again the card that was never lifted: that must not take what is to be
   * paid off the screen.
   */
  async function cardDown(id: string, early: boolean) {
    if (busyWith()) {
      next.current = id;
      return;
    }
    const view = await trying(() => api.visit(id));
    if (!view) return;
    const shown = latestAfter.current;
    if (shown && (early || shown.late) && samePerson(shown.settled, view.person))
      setAfter((was) => was && { ...was, next: id });
    else take(view);
  }

  async function start(who: { psn_no: string } | { psn_name: string }, written?: DraftForm) {
    const view = await trying(() => api.startVisit(who));
    if (view) take(view, written);
  }

  function write(change: (form: DraftForm) => DraftForm) {
    if (!current || busyWith() === current) return;
    setKept((was) => ({
      ...was,
      forms: { ...was.forms, [current]: change(was.forms[current] ?? emptyForm) },
    }));
    setChanged(null);
  }

  function drop(id: string) {
    seen.current.delete(id);
    setKept((was) => {
      const { [id]: _, ...forms } = was.forms;
      return { current: was.current === id ? null : was.current, forms };
    });
  }

  async function close() {
    if (!visit) return;
    const done = await trying(() => api.closeVisit(visit.id));
    if (!done) return;
    setClosed(form.lines.length > 0 ? { person: visit.person, form } : null);
    drop(visit.id);
  }

  function restore(person: VisitView['person'], written: DraftForm) {
    return start(person.psn_no ? { psn_no: person.psn_no } : { psn_name: person.psn_name }, written);
  }

  const { settling, busyWith, run, confirm, stopAsking } = useSettling({
    onLocked,
    onRefused(view) {
      if (!view.quote) return setNotice(view);
      setChanged(view);
      renew();
    },
    onSettled({ visit: id }, settled, late) {
      drop(id);
      setAfter({ settled, late, next: next.current });
    },
    onEnd() {
      next.current = null;
    },
  });

  function runAgain(attempt: Attempt): Promise<void> {
    setNotice(null);
    setChanged(null);
    return run(attempt, true);
  }

  function goOn() {
    if (!after) return;
    const waiting = after.next ?? desk?.visits.at(-1)?.id ?? null;
    setAfter(null);
    if (waiting) void open(waiting);
  }

  // What a reload or a lock left behind: the visit on the screen, and an attempt without an answer.
  useEffect(() => {
    const attempt = keptAttempt(ports.storage);
    const shown = current ? open(current) : Promise.resolve();
    if (attempt) void shown.then(() => runAgain(attempt));
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

  // What is left of the year moves with every visit, and who the person is with a roster.
  const [head, day] = [desk?.head, desk?.clock.day];
  useEffect(() => {
    if (head !== undefined && !busyWith()) renew();
  }, [head, day, api]);

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
    form,
    notice,
    after,
    settling,
    changed,
    closed,
    lost,
    switched,
    setNotice,
    setAfter,
    fail: (error: unknown) => setNotice(errorViewOf(error)),
    show,
    open,
    cardDown,
    start,
    restore,
    write,
    close,
    drop,
    confirm(digest, draft, paid_way) {
      if (!current || busyWith()) return;
      setNotice(null);
      setChanged(null);
      confirm({ visit: current, digest, draft, paid_way });
    },
    goOn,
    stopAsking,
    busy: () => busyWith() !== null,
  };
}
