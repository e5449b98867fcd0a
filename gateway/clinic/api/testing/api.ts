import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance, InjectOptions } from 'fastify';
import pino from 'pino';
import { afterAll, beforeEach, expect } from 'vitest';
import type { DeviceStatus } from '../../../../drivers/contract.ts';
import { FakeClock } from '../../../../drivers/testing/fake-clock.ts';
import type { LinkState } from '../../../../sync/clinic/link.ts';
import { type ErrorCode, errorWords } from '../../../errors.ts';
import { createHealth, type Health } from '../../../health.ts';
import { createPinCheck, hashPin, type PinCheck } from '../../../web/pin.ts';
import { createSessions, type Sessions } from '../../../web/session.ts';
import { createAnnouncer } from '../../../web/sse.ts';
import { operatorsNow } from '../../readiness.ts';
import { DOCTOR, DRAFT, PATIENT, person, type TestDesk, testDesk } from '../../visit/testing/desk.ts';
import type { ApiParts } from '../parts.ts';
import { createServer } from '../server.ts';
import type { ErrorView, QuoteView } from '../views/types.ts';

/** The local API on a desk in memory, asked as the page asks it. */

export const PIN = '135790';
export const CHINESE = /[\u4e00-\u9fff]/;
export const LINKED: LinkState = {
  connected: true,
  code: null,
  certificate_until: null,
  waiting: 0,
  since: 0,
  refused: {},
};
/** Of a server that listens nowhere. */
const HOST = '127.0.0.1:0';
const SESSION_KEY = new Uint8Array(32);

const counters = { opens: 1, lost: 0, faults: 0 };
const ready: DeviceStatus = { state: 'ready', code: null, since: 0, counters, identity: {} };
const NO_PAPER: DeviceStatus = { ...ready, state: 'fault', code: 'PRINTER_PAPER_END' };
const devices: ApiParts['devices'] = [
  { id: 'idcard', role: 'identify', title: '读卡器', status: () => ready },
  { id: 'slip', role: 'print', title: '打印机', status: () => NO_PAPER },
  { id: 'codes', role: 'scan', title: '扫码枪', status: () => ({ ...ready, state: 'starting' }) },
];

const pinHash = await hashPin(PIN, Buffer.from('salt'));

/** Always the current one, so that one server serves every test of a file. */
const forward = <T extends object>(current: () => T): T =>
  new Proxy({} as T, { get: (_none, member) => Reflect.get(current(), member) });

export class TestApi {
  /** Of the test that runs. */
  here: TestDesk = testDesk({ pin: pinHash });
  link = LINKED;
  log = '';
  /** The doctor's. */
  cookie = '';
  /** The steady clock goes so much otherwise than the system's. */
  skew_ms = 0;
  kept = new Map<string, string>();
  readonly #announcers: ApiParts['events'][] = [];
  readonly #keeper = {
    kept: (name: string) => this.kept.get(name) ?? null,
    keep: (name: string, text: string) => void this.kept.set(name, text),
  };
  readonly #ticks = () => this.here.clock.now + this.skew_ms;
  sessions = this.#newSessions();
  #pins = this.#newPins();
  #health = this.#newHealth();

  /** A new desk, as each test gets one; the session is the one of the file. */
  reset({ cookie, kept }: { cookie: string; kept: ReadonlyMap<string, string> }): void {
    this.here = testDesk({ pin: pinHash });
    this.link = LINKED;
    this.log = '';
    this.cookie = cookie;
    this.skew_ms = 0;
    this.kept = new Map(kept);
    this.#health = this.#newHealth();
    this.restart();
  }

  /** Sessions and tries as a new process finds them. */
  restart(): void {
    this.sessions = this.#newSessions();
    this.#pins = this.#newPins();
  }

  #newSessions(): Sessions {
    const sessions = createSessions({
      keeper: this.#keeper,
      operators: () => operatorsNow(this.here.desk.reference),
      ticks: this.#ticks,
      now: () => this.here.clock.now,
      random: randomBytes,
    });
    sessions.onEnd(() => {
      for (const events of this.#announcers) events.sweep();
    });
    return sessions;
  }

  pins(): PinCheck {
    return this.#pins;
  }

  #newPins(): PinCheck {
    const locked = (opter: string) => this.sessions.endOf(opter);
    return createPinCheck({ keeper: this.#keeper, ticks: this.#ticks, locked });
  }

  #newHealth(): Health {
    const { ledger } = this.here;
    return createHealth({ ledger, link: () => this.link, devices: [], clock: new FakeClock() });
  }

  async serve(pageDir: string, sessionKey = SESSION_KEY): Promise<FastifyInstance> {
    const events: ApiParts['events'] = createAnnouncer(new FakeClock());
    this.#announcers.push(events);
    const keep = (line: string) => {
      this.log += line;
    };
    const log = pino({ level: 'trace' }, { write: keep });
    const server = await createServer(this.parts(events), { log, sessionKey, pageDir });
    await server.ready();
    return server;
  }

  /** What the API is made of, for a server or for one who listens. */
  parts(events: ApiParts['events']): ApiParts {
    return {
      desk: forward(() => this.here.desk),
      ledger: forward(() => this.here.ledger),
      devices,
      link: { state: () => this.link },
      health: forward(() => this.#health),
      events,
      printWanted: () => {},
      pins: forward(() => this.#pins),
      sessions: forward(() => this.sessions),
      panel: null,
    };
  }
}

/** One server and one login for the tests of a file, a new desk for each of them. */
export async function testApi() {
  const pageDir = mkdtempSync(join(tmpdir(), 'cunyitong-page-'));
  writeFileSync(join(pageDir, 'index.html'), '<!doctype html>');
  const api = new TestApi();
  const server = await api.serve(pageDir);

  /** As the page would send it; what is in `options.headers` replaces that, `undefined` leaves it out. */
  function send({ headers, ...options }: InjectOptions, to = server) {
    const { cookie } = api;
    const own = { host: HOST, origin: `http://${HOST}`, cookie, 'sec-fetch-site': 'same-origin' };
    const wanted = Object.entries({ ...own, ...headers }).filter(([, value]) => value !== undefined);
    return to.inject({ ...options, headers: Object.fromEntries(wanted) });
  }
  const post = (url: string, payload: object) => send({ method: 'POST', url, payload });

  /** Logs the doctor in, at the time it is. */
  async function login(): Promise<string> {
    const { headers } = await post('/api/session', { opter: DOCTOR, pin: PIN });
    api.cookie = String(headers['set-cookie']).split(';')[0] ?? '';
    return api.cookie;
  }

  /** What a refusal must not change. */
  function state(): string {
    const { ledger, desk } = api.here;
    return JSON.stringify([ledger.head(), ledger.todayTotals(desk.today())]);
  }

  /**
   * Refused with a code and a Chinese sentence, without a stack; nothing has changed; the log names nobody.
   */
  async function refused(options: InjectOptions, status: number, code: ErrorCode): Promise<ErrorView> {
    const before = state();
    const answer = await send(options);
    const body = answer.json<ErrorView>();
    expect([answer.statusCode, body.code]).toEqual([status, code]);
    expect(body).toMatchObject(errorWords(code));
    expect(body.text).toMatch(CHINESE);
    expect(answer.body).not.toMatch(/\.ts:\d|node_modules|\bat .+\(|stack/);
    expect(state()).toBe(before);
    expect(api.log).not.toMatch(/\.ts:\d/);
    const { psn_name, certno } = person(PATIENT);
    for (const word of [psn_name, certno]) expect(api.log).not.toContain(word);
    return body;
  }

  async function quoted(draft = DRAFT): Promise<{ url: string; confirm: Record<string, unknown> }> {
    const { id } = (await post('/api/visits', { psn_no: PATIENT })).json<{ id: string }>();
    const { digest } = (await post(`/api/visits/${id}/quote`, draft)).json<QuoteView>();
    const confirm = { request: 'request-of-server-1', digest, draft, paid_way: 'cash' };
    return { url: `/api/visits/${id}/confirm`, confirm };
  }

  const session = { cookie: await login(), kept: new Map(api.kept) };
  beforeEach(() => api.reset(session));
  afterAll(async () => {
    await server.close();
    rmSync(pageDir, { recursive: true });
  });
  return { api, server, pageDir, send, post, login, state, refused, quoted };
}
