/**
 * The gateway's local API, one method per route. The shapes are those of gateway/clinic/api/views/types.ts.
 */
import type {
  DayCloseView,
  DeskView,
  DiagnosisView,
  Draft,
  ErrorView,
  ItemView,
  OperatorView,
  PersonHit,
  QuoteView,
  SessionView,
  SettledView,
  TodayView,
  TraceCodeView,
  VisitView,
} from '../../api/views/types.ts';
import { PAGE_ERRORS } from '../errors.ts';
import type { Ports } from './ports.ts';

export type PaidWay = SettledView['paid_way'];

/** The gateway answered, and refused. */
export class Refused extends Error {
  readonly status: number;
  readonly view: ErrorView;
  constructor(status: number, view: ErrorView) {
    super(view.code);
    this.status = status;
    this.view = view;
  }
}

/** The gateway did not answer: whether it did what was asked is not known. */
export class NoAnswer extends Error {}

const ANSWER_MS_MAX = 8_000;

export interface Confirm {
  request: string;
  digest: string;
  draft: Draft;
  paid_way: PaidWay;
}

export type Api = ReturnType<typeof makeApi>;

export function makeApi(ports: Pick<Ports, 'fetch'>) {
  async function call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
    const stop = new AbortController();
    const onAbort = () => stop.abort();
    signal?.addEventListener('abort', onAbort);
    const timer = setTimeout(onAbort, ANSWER_MS_MAX);
    const init: RequestInit = { method, credentials: 'same-origin', cache: 'no-store', signal: stop.signal };
    if (body !== undefined) {
      init.headers = { 'content-type': 'application/json' };
      init.body = JSON.stringify(body);
    }
    let response: Response;
    let text: string;
    try {
      response = await ports.fetch(path, init);
      text = await response.text();
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new NoAnswer(path);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    }
    const answer = parsed(text);
    if (response.ok && answer !== undefined) return answer as T;
    throw new Refused(response.status, errorView(answer));
  }
  const q = (path: string, words: string) => `${path}?q=${encodeURIComponent(words)}`;
  const visit = (id: string) => `/api/visits/${encodeURIComponent(id)}`;
  return {
    session: () => call<SessionView>('GET', '/api/session'),
    operators: () => call<OperatorView[]>('GET', '/api/operators'),
    logIn: (opter: string, pin: string) => call<SessionView>('POST', '/api/session', { opter, pin }),
    logOut: () => call<object>('POST', '/api/session/end', {}),
    visit: (id: string) => call<VisitView>('GET', visit(id)),
    startVisit: (who: { psn_no: string } | { psn_name: string }) =>
      call<VisitView>('POST', '/api/visits', who),
    persons: (words: string, signal?: AbortSignal) =>
      call<PersonHit[]>('GET', q('/api/persons', words), undefined, signal),
    catalogue: (words: string, signal?: AbortSignal) =>
      call<ItemView[]>('GET', q('/api/catalogue', words), undefined, signal),
    diagnoses: (words: string, signal?: AbortSignal) =>
      call<DiagnosisView[]>('GET', q('/api/diagnoses', words), undefined, signal),
    quote: (id: string, draft: Draft, signal?: AbortSignal) =>
      call<QuoteView>('POST', `${visit(id)}/quote`, draft, signal),
    confirm: (id: string, body: Confirm) => call<SettledView>('POST', `${visit(id)}/confirm`, body),
    confirmDay: (day: string, pin: string) => call<DeskView>('POST', '/api/day', { day, pin }),
    traceCode: (text: string) => call<TraceCodeView>('POST', '/api/trace-code', { text }),
    closeVisit: (id: string) => call<object>('POST', `${visit(id)}/close`, {}),
    settlement: (seq: number) => call<SettledView>('GET', `/api/settlements/${seq}`),
    reprint: (seq: number) => call<SettledView>('POST', `/api/settlements/${seq}/reprint`, {}),
    slipAnswer: (seq: number, answer: { copy: number; printed: boolean }) =>
      call<DeskView>('POST', `/api/settlements/${seq}/slip`, answer),
    reverse: (seq: number, body: { request: string; reason: string; refund_way: PaidWay }) =>
      call<SettledView>('POST', `/api/settlements/${seq}/reverse`, body),
    closeDay: (day: string) => call<DayCloseView>('POST', '/api/day-close', { day }),
    today: () => call<TodayView>('GET', '/api/today'),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What the page says by itself. */
export function ownErrorView(code: keyof typeof PAGE_ERRORS): ErrorView {
  const { number, doctor: text } = PAGE_ERRORS[code];
  return { code, number, text };
}

function errorView(answer: unknown): ErrorView {
  const view = answer as Partial<ErrorView> | undefined;
  if (typeof view?.number === 'number' && typeof view.text === 'string') return view as ErrorView;
  return ownErrorView('ANSWER_UNREADABLE');
}

/** What to tell the doctor about anything that went wrong. */
export function errorViewOf(error: unknown): ErrorView {
  if (error instanceof Refused) return error.view;
  return ownErrorView('NO_ANSWER');
}
