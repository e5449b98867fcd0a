import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance, InjectOptions } from 'fastify';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DeviceStatus } from '../../../drivers/contract.ts';
import type { LinkState } from '../../../sync/clinic/link.ts';
import { doctorText } from '../../errors.ts';
import { createSessions, hashPin } from '../../web/session.ts';
import { createAnnouncer } from '../../web/sse.ts';
import {
  BOX_OF_26_34,
  DOCTOR,
  DRAFT,
  PATIENT,
  person,
  type TestDesk,
  testDesk,
} from '../visit/testing/desk.ts';
import type { ApiParts } from './parts.ts';
import { createServer } from './server.ts';
import type { DeskView, ErrorView, QuoteView, SettledView } from './views/types.ts';

const PIN = '135790';
const CHINESE = /[\u4e00-\u9fff]/;
const pin = await hashPin(PIN, Buffer.from('salt'));

const counters = { opens: 1, lost: 0, faults: 0 };
const ready: DeviceStatus = { state: 'ready', code: null, since: 0, counters, identity: {} };
const NO_PAPER: DeviceStatus = { ...ready, state: 'fault', code: 'PRINTER_PAPER_END' };
const devices: ApiParts['devices'] = [
  { id: 'idcard', role: 'identify', title: '读卡器', status: () => ready },
  { id: 'slip', role: 'print', title: '打印机', status: () => NO_PAPER },
  { id: 'codes', role: 'scan', title: '扫码枪', status: () => ({ ...ready, state: 'starting' }) },
];

let here: TestDesk;
let server: FastifyInstance;
let pageDir: string;
let log: string;
let cookie: string;
const LINKED: LinkState = {
  connected: true,
  code: null,
  certificate_until: null,
  waiting: 0,
  since: 0,
  refused: {},
};
let linkState = LINKED;

function keep(line: string): void {
  log += line;
}

beforeEach(async () => {
  here = testDesk({ pin });
  [log, cookie] = ['', ''];
  linkState = LINKED;
  pageDir = mkdtempSync(join(tmpdir(), 'cunyitong-page-'));
  writeFileSync(join(pageDir, 'index.html'), '<!doctype html>');
  const now = () => here.clock.now;
  const timers = { setInterval: () => 0, clearInterval: () => {} };
  server = await createServer(
    {
      ...{ desk: here.desk, ledger: here.ledger, devices, now, pageDir },
      link: { state: () => linkState },
      events: createAnnouncer(timers),
      printWanted: () => {},
      panel: null,
      sessions: createSessions(new Uint8Array(32), now),
    },
    pino({ level: 'trace' }, { write: keep }),
  );
  await server.ready();
  const login = await send({ method: 'POST', url: '/api/session', payload: { opter: DOCTOR, pin: PIN } });
  cookie = String(login.headers['set-cookie']).split(';')[0] ?? '';
});

afterEach(async () => {
  await server.close();
  rmSync(pageDir, { recursive: true });
});

const HOST = '127.0.0.1:0';

/** As the page would send it; what is in `options.headers` replaces that. */
function send({ headers, ...options }: InjectOptions) {
  const own = { host: HOST, origin: `http://${HOST}`, cookie, 'sec-fetch-site': 'same-origin' };
  const wanted = Object.entries({ ...own, ...headers }).filter(([, value]) => value !== undefined);
  return server.inject({ ...options, headers: Object.fromEntries(wanted) });
}

const post = (url: string, payload: object) => send({ method: 'POST', url, payload });
const state = () => JSON.stringify([here.ledger.head(), here.ledger.todayTotals(here.desk.today())]);

/** The answer is a refusal with a code and a Chinese sentence, without a stack; nothing has changed; the log names nobody. */
async function refused(options: InjectOptions, status: number, code: string): Promise<ErrorView> {
  const before = state();
  const answer = await send(options);
  const body = answer.json<ErrorView>();
  expect([answer.statusCode, body.code]).toEqual([status, code]);
  expect(body.text).toMatch(CHINESE);
  expect(answer.body).not.toMatch(/\.ts:\d|node_modules|\bat .+\(|stack/);
  expect(state()).toBe(before);
  expect(log).not.toMatch(/\.ts:\d/);
  for (const word of [person(PATIENT).psn_name, person(PATIENT).certno]) expect(log).not.toContain(word);
  return body;
}

async function quoted(draft = DRAFT): Promise<{ url: string; confirm: Record<string, unknown> }> {
  const { id } = (await post('/api/visits', { psn_no: PATIENT })).json<{ id: string }>();
  const { digest } = (await post(`/api/visits/${id}/quote`, draft)).json<QuoteView>();
  const confirm = { request: 'request-of-server-1', digest, draft, paid_way: 'cash' };
  return { url: `/api/visits/${id}/confirm`, confirm };
}

/** Routes that answer without a login; `/api/session` itself says whether there is one. */
const OPEN = ['/api/operators', '/api/session'];

/** All routes, as the router has them. */
function routesOf({ printRoutes }: FastifyInstance): { method: string; path: string }[] {
  const parents: string[] = [];
  return printRoutes({ commonPrefix: false })
    .split('\n')
    .flatMap((line) => {
      const [, indent, part, methods] = /^(.*?)[├└]── (\S+)(?: \((.+)\))?$/.exec(line) ?? [];
      if (indent === undefined || part === undefined) return [];
      const depth = indent.length / 4;
      parents.splice(depth, Infinity, part);
      const path = parents.join('').replace(/^\/?/, '/');
      return (methods ?? '').split(', ').flatMap((method) => (method ? [{ method, path }] : []));
    });
}

/** One address as a router might still read it. */
function spellings(path: string, port: number): string[] {
  const escaped = [...path].map((_letter, index) => {
    const code = path.charCodeAt(index).toString(16).padStart(2, '0');
    return `${path.slice(0, index)}%${code}${path.slice(index + 1)}`;
  });
  return [
    path,
    ...escaped,
    ...escaped.map((target) => target.replace('%', '%25')),
    `http://127.0.0.1:${port}${path}`,
    `HTTP://127.0.0.1:${port}${path}`,
    `//127.0.0.1:${port}${path}`,
    `/${path}`,
    `/.${path}`,
    `/x/..${path}`,
    `${path}/`,
    `${path}?x=/api/operators`,
    `${path};x`,
    path.toUpperCase(),
    path.replace('/api', 'api'),
  ];
}

const statusOf = (target: { method: string; target: string; port: number; cookie?: string }) =>
  new Promise<number>((resolve, reject) => {
    const host = `127.0.0.1:${target.port}`;
    const request = httpRequest({
      ...{ host: '127.0.0.1', port: target.port, method: target.method, path: target.target, agent: false },
      headers: {
        host,
        origin: `http://${host}`,
        'content-type': 'application/json',
        cookie: target.cookie ?? '',
      },
    });
    request.on('response', (response) => resolve(response.resume().statusCode ?? 0));
    // The parser hangs up on what is no target at all.
    request.on('error', ({ message }) => (message === 'socket hang up' ? resolve(400) : reject(message)));
    request.end(target.method === 'POST' ? '{}' : undefined);
  });

describe('who may speak', () => {
  const visit = { method: 'POST', url: '/api/visits', payload: { psn_no: PATIENT } } as const;

  test.each([
    ['another origin', { origin: 'http://evil.example' }],
    ['another port of this box', { origin: 'http://127.0.0.1:9999' }],
    ['the null origin of a sandboxed frame', { origin: 'null' }],
    ['no origin at all', { origin: undefined }],
    ['a cross-site fetch', { 'sec-fetch-site': 'cross-site' }],
    ['another site of the same host', { 'sec-fetch-site': 'same-site' }],
    ['a typed address', { 'sec-fetch-site': 'none' }],
  ])('a POST from %s is refused', async (_who, headers) => {
    await refused({ ...visit, headers }, 403, 'ORIGIN_FOREIGN');
    expect(here.desk.visits()).toEqual([]);
  });

  test.each(['evil.example', '127.0.0.1', '127.0.0.1:1', 'localhost.evil.example:0', '192.168.1.7:0'])(
    'Host %s is refused, for GET and POST, and before the page',
    async (host) => {
      const headers = { host, origin: `http://${host}` };
      await refused({ ...visit, headers }, 403, 'HOST_FOREIGN');
      await refused({ method: 'GET', url: '/api/desk', headers }, 403, 'HOST_FOREIGN');
      await refused({ method: 'GET', url: '/', headers }, 403, 'HOST_FOREIGN');
    },
  );

  test('the refusal comes before the body is read', async () => {
    const headers = { origin: 'http://evil.example', 'content-type': 'application/json' };
    await refused({ ...visit, headers, payload: Buffer.from('x'.repeat(100_000)) }, 403, 'ORIGIN_FOREIGN');
  });

  test('without a login, or with a made-up or expired one, nothing is told', async () => {
    for (const forged of ['', 'cunyitong=a.b.c', `${cookie}x`])
      await refused({ ...visit, headers: { cookie: forged } }, 401, 'LOGIN_NEEDED');
    for (const url of ['/api/desk', '/api/today', '/api/persons?q=a', '/api/events'])
      await refused({ method: 'GET', url, headers: { cookie: '' } }, 401, 'LOGIN_NEEDED');
    here.clock.now += 901_000;
    await refused(visit, 401, 'LOGIN_NEEDED');
  });

  test('no spelling of any address answers without a login', async () => {
    const port = Number(new URL(await server.listen({ host: '127.0.0.1', port: 0 })).port);
    const before = state();
    const closed = routesOf(server).filter(({ path }) => path.startsWith('/api/') && !OPEN.includes(path));
    expect(closed.length).toBeGreaterThan(15);
    for (const { method, path } of closed) {
      for (const target of spellings(path, port)) {
        const status = await statusOf({ method, target, port });
        expect([400, 401, 404], `${method} ${target}`).toContain(status);
        if (target === path) expect(status, `${method} ${target}`).toBe(401);
      }
    }
    expect(state()).toBe(before);
  });

  test('another spelling than the page’s is refused even with a login', async () => {
    const port = Number(new URL(await server.listen({ host: '127.0.0.1', port: 0 })).port);
    const login = await statusOf({ method: 'GET', target: '/api/desk', port, cookie });
    expect(login).toBe(200);
    for (const target of ['/%61pi/desk', `http://127.0.0.1:${port}/api/desk`, '//x/api/desk'])
      expect(await statusOf({ method: 'GET', target, port, cookie }), target).toBe(400);
  });

  test('a route that nobody made public needs a login', async () => {
    const open = routesOf(server).filter(({ method, path }) => method === 'GET' && !path.includes(':'));
    const answers = await Promise.all(
      open.map(async ({ path }) => {
        const { statusCode } = await send({ method: 'GET', url: path, headers: { cookie: '' } });
        return statusCode === 401 ? [] : [path];
      }),
    );
    expect(answers.flat().sort()).toEqual(['/', '/api/operators', '/index.html']);
  });

  test('every answer carries the headers that keep a page in its place', async () => {
    for (const url of ['/', '/api/desk', '/nothing']) {
      const { headers } = await send({ method: 'GET', url });
      expect(headers['content-security-policy']).toContain("default-src 'self'");
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
  });
});

describe('the PIN', () => {
  const login = (given: string) =>
    ({ method: 'POST', url: '/api/session', payload: { opter: DOCTOR, pin: given } }) as const;

  test('four wrong ones are wrong, the fifth locks, the right one waits five minutes', async () => {
    for (let n = 0; n < 4; n++) await refused(login('000000'), 401, 'PIN_WRONG');
    await refused(login('000000'), 423, 'PIN_LOCKED');
    await refused(login(PIN), 423, 'PIN_LOCKED');
    here.clock.now += 5 * 60_000 - 1;
    await refused(login(PIN), 423, 'PIN_LOCKED');
    here.clock.now += 1;
    expect((await send(login(PIN))).statusCode).toBe(200);
  });

  test('five wrong ones at once lock too', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => send(login('000000'))));
    expect(answers.map(({ statusCode }) => statusCode)).toContain(423);
    expect((await send(login(PIN))).statusCode).toBe(423);
  });

  test('an operator that does not exist is answered like a wrong PIN', async () => {
    const unknown = { method: 'POST', url: '/api/session', payload: { opter: 'nobody', pin: PIN } } as const;
    await refused(unknown, 401, 'PIN_WRONG');
  });

  test('the cookie is for this site and no script', async () => {
    const flags = String((await send(login(PIN))).headers['set-cookie']);
    expect(flags).toContain('HttpOnly');
    expect(flags).toContain('SameSite=Strict');
  });
});

describe('a body', () => {
  const json = { 'content-type': 'application/json' };
  const raw = (payload: string | Buffer, headers: Record<string, string> = json) =>
    ({ method: 'POST', url: '/api/visits', payload, headers }) as const;

  test.each([
    ['broken JSON', raw('{"psn_no":')],
    ['nothing', raw('')],
    ['an empty object', raw('{}')],
    ['a list', raw('[]')],
    ['a prototype', raw('{"__proto__":{"psn_no":"x"}}')],
    ['a member more', raw('{"psn_no":"x","psn_name":"y","certno":"z"}')],
    ['another type of content', raw('psn_no=x', { 'content-type': 'application/x-www-form-urlencoded' })],
    ['text', raw('{"psn_no":"x"}', { 'content-type': 'text/plain' })],
  ])('of %s is refused', async (_what, options) => {
    await refused(options, 400, 'REQUEST_INVALID');
  });

  test('beyond 64 KiB is refused, said or not', async () => {
    await refused(raw(JSON.stringify({ psn_name: 'x'.repeat(66_000) })), 413, 'BODY_TOO_LARGE');
  });

  test('of a confirm must have its shape', async () => {
    const { url, confirm } = await quoted();
    for (const wrong of [
      { request: 'short' },
      { request: `${'r'.repeat(20)}\n` },
      { digest: 'F'.repeat(64) },
      { paid_way: 'credit' },
      { draft: null },
      { draft: { ...DRAFT, items: Array(201).fill(DRAFT.items[0]) } },
    ])
      await refused({ method: 'POST', url, payload: { ...confirm, ...wrong } }, 400, 'REQUEST_INVALID');
  });
});

describe('a visit over the wire', () => {
  test.each([
    ['a quantity of 0', '0', 'ITEM_QUANTITY'],
    ['a quantity of 10 000', '10000', 'ITEM_QUANTITY'],
  ])('%s is shown at its line and refused at the confirm', async (_what, cnt, code) => {
    const draft = { ...DRAFT, items: [{ med_list_codg: BOX_OF_26_34, cnt, prd_days: 14 }] };
    const { url, confirm } = await quoted(draft);
    expect(confirm.digest).toBeNull();
    const quote = (await post(url.replace('confirm', 'quote'), draft)).json<QuoteView>();
    expect(quote.problems).toMatchObject([{ code, line: 0, text: expect.stringMatching(CHINESE) }]);
    const payload = { ...confirm, digest: '0'.repeat(64) };
    await refused({ method: 'POST', url, payload }, 422, code);
  });

  test('a price that is no longer true comes back with the one that is', async () => {
    const { url, confirm } = await quoted();
    const payload = { ...confirm, digest: '0'.repeat(64) };
    const { quote } = await refused({ method: 'POST', url, payload }, 409, 'QUOTE_CHANGED');
    expect(quote).toMatchObject({ fund_pay_sumamt: '14.92', psn_part_amt: '11.42' });
    const settled = await post(url, { ...confirm, digest: quote?.digest });
    expect(settled.json<SettledView>()).toMatchObject({ fund_pay_sumamt: '14.92' });
  });

  test('midnight between quote and confirm settles nothing', async () => {
    here.clock.now = Date.UTC(2026, 10, 22, 15, 59, 59);
    cookie = String((await post('/api/session', { opter: DOCTOR, pin: PIN })).headers['set-cookie']);
    const { url, confirm } = await quoted();
    here.clock.now += 1_000;
    await refused({ method: 'POST', url, payload: confirm }, 409, 'QUOTE_CHANGED');
  });

  test('the same confirm twice at once settles once, with one answer', async () => {
    const { url, confirm } = await quoted();
    const before = here.ledger.head().seq;
    const [one, two] = await Promise.all([post(url, confirm), post(url, confirm)]);
    expect([one.statusCode, two.statusCode]).toEqual([200, 200]);
    expect(one.json()).toEqual(two.json());
    expect(here.ledger.head().seq).toBe(before + 1);
    expect(here.ledger.todayTotals(here.desk.today())).toMatchObject({ visits: 1, fund: 1492 });
  });

  test('another request for a visit that has been settled settles nothing', async () => {
    const { url, confirm } = await quoted();
    await post(url, confirm);
    const payload = { ...confirm, request: 'request-of-server-2' };
    await refused({ method: 'POST', url, payload }, 404, 'VISIT_UNKNOWN');
  });

  test('no address leads anywhere else', async () => {
    for (const url of ['/api/nothing', '/../package.json', '/%2e%2e/keys.json', '/api/visits/none'])
      expect((await send({ method: 'GET', url })).statusCode).toBe(404);
    await refused({ method: 'GET', url: '/api/settlements/1' }, 404, 'NOT_FOUND');
    await refused({ method: 'GET', url: '/api/settlements/99999' }, 404, 'NOT_FOUND');
    await refused({ method: 'GET', url: '/api/settlements/x' }, 400, 'REQUEST_INVALID');
  });

  test('no identity number comes out unmasked', async () => {
    const { url, confirm } = await quoted();
    const answers = [
      (await send({ method: 'GET', url: url.replace('/confirm', '') })).body,
      (await send({ method: 'GET', url: `/api/persons?q=${encodeURIComponent('刘')}` })).body,
      (await post(url, confirm)).body,
      (await send({ method: 'GET', url: '/api/desk' })).body,
      (await send({ method: 'GET', url: '/api/today' })).body,
    ];
    for (const body of answers) expect(body).not.toContain(person(PATIENT).certno);
    // A person's number at the insurer has 20 digits, an identity number 18.
    for (const body of answers) expect(body).not.toMatch(/"\d{17}[\dX]"/);
  });
});

test('the lights are the devices in the order of the settings, then the township', async () => {
  const { lights } = (await send({ method: 'GET', url: '/api/desk' })).json<DeskView>();
  const paper = doctorText('PRINTER_PAPER_END');
  expect(lights).toEqual([
    { id: 'idcard', role: 'identify', title: '读卡器', state: 'ok', text: '读卡器 正常', code: null },
    {
      id: 'slip',
      role: 'print',
      title: '打印机',
      state: 'attention',
      text: paper,
      code: 'PRINTER_PAPER_END',
    },
    { id: 'codes', role: 'scan', title: '扫码枪', state: 'busy', text: '扫码枪 正在接上…', code: null },
    expect.objectContaining({ id: 'township', role: 'township', title: '乡镇', state: 'busy' }),
  ]);
});

describe('the township’s light', () => {
  const desk = async () => (await send({ method: 'GET', url: '/api/desk' })).json<DeskView>();

  test('says what stands in the way, not only that it is not connected', async () => {
    for (const [code, light] of [
      ['LINK_DOWN', '没连上乡镇'],
      ['BROKER_UNTRUSTED', doctorText('BROKER_UNTRUSTED')],
      ['BROKER_REFUSED', doctorText('BROKER_REFUSED')],
      ['CERTIFICATE_UNFIT', doctorText('CERTIFICATE_UNFIT')],
    ] as const) {
      linkState = { ...LINKED, connected: false, code };
      const township = (await desk()).lights.at(-1);
      expect(township).toMatchObject({ state: 'attention', code, text: expect.stringContaining(light) });
    }
  });

  test('a certificate’s end is announced 30 days ahead', async () => {
    const codes = async (days: number) => {
      linkState = { ...LINKED, certificate_until: here.clock.now + days * 86_400_000 };
      return (await desk()).notices.map(({ code }) => code);
    };
    expect(await codes(31)).toEqual([]);
    expect(await codes(29)).toEqual(['CERTIFICATE_ENDING']);
    expect(await codes(-400)).toEqual(['CERTIFICATE_ENDING']);
  });
});
