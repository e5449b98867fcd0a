import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DOCTOR, install, PATIENT } from '../visit/testing/desk.ts';
import { PIN, testApi } from './testing/api.ts';
import { routesOf } from './testing/routes.ts';

const { api, server, pageDir, send, state, refused } = await testApi();

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
    expect(api.here.desk.visits()).toEqual([]);
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
    for (const forged of ['', 'cunyitong=a.b.c', `${api.cookie}x`])
      await refused({ ...visit, headers: { cookie: forged } }, 401, 'LOGIN_NEEDED');
    for (const url of ['/api/desk', '/api/today', '/api/persons?q=a', '/api/events'])
      await refused({ method: 'GET', url, headers: { cookie: '' } }, 401, 'LOGIN_NEEDED');
    api.here.clock.now += 901_000;
    await refused(visit, 401, 'LOGIN_NEEDED');
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

/** Routes that answer without a login; `/api/session` itself says whether there is one. */
const OPEN = ['/api/operators', '/api/session'];

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

describe('the spelling of an address', () => {
  const listening = api.serve(pageDir);
  let port = 0;
  beforeAll(async () => {
    port = Number(new URL(await (await listening).listen({ host: '127.0.0.1', port: 0 })).port);
  });
  afterAll(async () => (await listening).close());

  test('no spelling of any address answers without a login', async () => {
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
    const login = await statusOf({ method: 'GET', target: '/api/desk', port, cookie: api.cookie });
    expect(login).toBe(200);
    for (const target of ['/%61pi/desk', `http://127.0.0.1:${port}/api/desk`, '//x/api/desk'])
      expect(await statusOf({ method: 'GET', target, port, cookie: api.cookie }), target).toBe(400);
  });
});

describe('the PIN', () => {
  const loginWith = (given: string) =>
    ({ method: 'POST', url: '/api/session', payload: { opter: DOCTOR, pin: given } }) as const;

  test('four wrong ones are wrong, the fifth locks, the right one waits five minutes', async () => {
    for (let n = 0; n < 4; n++) await refused(loginWith('000000'), 401, 'PIN_WRONG');
    await refused(loginWith('000000'), 423, 'PIN_LOCKED');
    await refused(loginWith(PIN), 423, 'PIN_LOCKED');
    api.here.clock.now += 5 * 60_000 - 1;
    await refused(loginWith(PIN), 423, 'PIN_LOCKED');
    api.here.clock.now += 1;
    expect((await send(loginWith(PIN))).statusCode).toBe(200);
  });

  test('five wrong ones at once lock too', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => send(loginWith('000000'))));
    expect(answers.map(({ statusCode }) => statusCode)).toContain(423);
    expect((await send(loginWith(PIN))).statusCode).toBe(423);
  });

  test('an operator that does not exist is answered like a wrong PIN', async () => {
    const unknown = { method: 'POST', url: '/api/session', payload: { opter: 'nobody', pin: PIN } } as const;
    await refused(unknown, 401, 'PIN_WRONG');
  });

  test('the cookie is for this site and no script', async () => {
    const flags = String((await send(loginWith(PIN))).headers['set-cookie']);
    expect(flags).toContain('HttpOnly');
    expect(flags).toContain('SameSite=Strict');
  });
});

describe('a session', () => {
  const read = { method: 'GET', url: '/api/desk' } as const;
  const cookieValue = (cookie: string) => decodeURIComponent(cookie.slice('cunyitong='.length));
  const withValue = (value: string) => ({
    ...read,
    headers: { cookie: `cunyitong=${encodeURIComponent(value)}` },
  });

  test('lasts fifteen minutes from the last request, and not a millisecond more', async () => {
    const { clock } = api.here;
    clock.now += 900_000;
    const renewed = String((await send(read)).headers['set-cookie']).split(';')[0] ?? '';
    clock.now += 1;
    await refused(read, 401, 'LOGIN_NEEDED');
    api.cookie = renewed;
    expect((await send(read)).statusCode).toBe(200);
    clock.now += 900_000;
    await refused(read, 401, 'LOGIN_NEEDED');
  });

  test('that somebody else made, or made longer, is none', async () => {
    const [opter = '', until = '', mac = ''] = cookieValue(api.cookie).split('.');
    expect((await send(withValue(`${opter}.${until}.${mac}`))).statusCode).toBe(200);
    const nurse = Buffer.from('D140225000002').toString('base64url');
    const other = mac.startsWith('A') ? `B${mac.slice(1)}` : `A${mac.slice(1)}`;
    for (const forged of [
      `${opter}.${Number(until) + 1}.${mac}`,
      `${nurse}.${until}.${mac}`,
      `${opter}.${until}.${other}`,
      `${opter}.${until}.${mac.slice(1)}`,
      `${opter}.${until}.`,
      `${opter}.${until}`,
      `${until}.${mac}`,
      mac,
    ])
      await refused(withValue(forged), 401, 'LOGIN_NEEDED');
  });

  test('outlives the process, under the key of the same box only', async () => {
    const again = await api.serve(pageDir);
    expect((await send(read, again)).statusCode).toBe(200);
    const elsewhere = await api.serve(pageDir, new Uint8Array(32).fill(1));
    expect((await send(read, elsewhere)).json()).toMatchObject({ code: 'LOGIN_NEEDED' });
    await Promise.all([again.close(), elsewhere.close()]);
  });

  test('of an operator whom the list no longer has is none', async () => {
    const { ledger } = api.here;
    const { operators } = JSON.parse(ledger.dataset('operators')?.content ?? '');
    install(ledger, 'operators', { operators: [{ ...operators[0], opter: 'D140225000009' }] });
    await refused(read, 401, 'LOGIN_NEEDED');
  });

  test('that is ended takes its cookie away', async () => {
    const { headers } = await send({ method: 'POST', url: '/api/session/end', payload: {} });
    expect(String(headers['set-cookie'])).toMatch(/cunyitong=;.*Expires=Thu, 01 Jan 1970/);
  });
});
