import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PATIENT } from '../visit/testing/desk.ts';
import { testApi } from './testing/api.ts';
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
      await refused({ method: 'GET', url: '/%zz', headers }, 403, 'HOST_FOREIGN');
    },
  );

  test.each(['/%zz', '/%', '/api/desk%c0%ae', '/%ff/x'])('%s is no address', async (url) => {
    const { text } = await refused({ method: 'GET', url }, 400, 'REQUEST_INVALID');
    expect(text).not.toContain(url);
  });

  test('the refusal comes before the body is read', async () => {
    const headers = { origin: 'http://evil.example', 'content-type': 'application/json' };
    await refused({ ...visit, headers, payload: Buffer.from('x'.repeat(100_000)) }, 403, 'ORIGIN_FOREIGN');
  });

  test('without a login, or with a made-up or expired one, nothing is told', async () => {
    for (const forged of ['', 'cunyitong-0=a.b.c', `${api.cookie}x`])
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
    for (const url of ['/', '/api/desk', '/nothing', '/%zz', `/api/visits/${'x'.repeat(200)}`]) {
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
    const cookie = api.cookie.replace('cunyitong-0=', `cunyitong-${port}=`);
    expect(await statusOf({ method: 'GET', target: '/api/desk', port, cookie })).toBe(200);
    expect(await statusOf({ method: 'GET', target: '/api/desk', port, cookie: api.cookie })).toBe(401);
    for (const target of ['/%61pi/desk', `http://127.0.0.1:${port}/api/desk`, '//x/api/desk'])
      expect(await statusOf({ method: 'GET', target, port, cookie }), target).toBe(400);
  });
});
