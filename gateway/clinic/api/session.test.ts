import type { IncomingMessage } from 'node:http';
import { get, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashPin } from '../../web/pin.ts';
import { portOf } from '../../web/server.ts';
import { DOCTOR, install } from '../visit/testing/desk.ts';
import { PIN, testApi } from './testing/api.ts';

const { api, pageDir, send, post, login, refused } = await testApi();

const read = { method: 'GET', url: '/api/desk' } as const;
const connectionsOf = ({ server }: Awaited<ReturnType<typeof api.serve>>) =>
  new Promise<number>((done, failed) =>
    server.getConnections((error, count) => (error ? failed(error) : done(count))),
  );
const loginWith = (given: string, opter = DOCTOR) =>
  ({ method: 'POST', url: '/api/session', payload: { opter, pin: given } }) as const;

describe('the PIN', () => {
  async function lock(): Promise<void> {
    for (let n = 0; n < 4; n++) await refused(loginWith('000000'), 401, 'PIN_WRONG');
    await refused(loginWith('000000'), 423, 'PIN_LOCKED');
  }

  test('four wrong ones are wrong, the fifth locks, the right one waits five minutes', async () => {
    await lock();
    await refused(loginWith(PIN), 423, 'PIN_LOCKED');
    api.here.clock.now += 5 * 60_000 - 1;
    await refused(loginWith(PIN), 423, 'PIN_LOCKED');
    api.here.clock.now += 1;
    expect((await send(loginWith(PIN))).statusCode).toBe(200);
  });

  test('the answer says how long to wait', async () => {
    await lock();
    api.here.clock.now += 47_500;
    expect(await refused(loginWith(PIN), 423, 'PIN_LOCKED')).toMatchObject({ wait_seconds: 253 });
    api.here.clock.now += 4 * 60_000;
    expect(await refused(loginWith(PIN), 423, 'PIN_LOCKED')).toMatchObject({ wait_seconds: 13 });
  });

  test('five wrong ones at once lock too', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => send(loginWith('000000'))));
    expect(answers.map(({ statusCode }) => statusCode)).toContain(423);
    expect((await send(loginWith(PIN))).statusCode).toBe(423);
  });

  test('the lock and the tries before it outlive the process', async () => {
    for (let n = 0; n < 3; n++) await refused(loginWith('000000'), 401, 'PIN_WRONG');
    api.restart();
    await refused(loginWith('000000'), 401, 'PIN_WRONG');
    api.restart();
    await refused(loginWith('000000'), 423, 'PIN_LOCKED');
    api.restart();
    await refused(loginWith(PIN), 423, 'PIN_LOCKED');
    api.here.clock.now += 5 * 60_000;
    expect((await send(loginWith(PIN))).statusCode).toBe(200);
    api.restart();
    await refused(loginWith('000000'), 401, 'PIN_WRONG');
  });

  test('a lock that has ended does not begin anew with the process', async () => {
    await lock();
    api.here.clock.now += 5 * 60_000;
    api.pins().sweep();
    api.restart();
    expect((await send(loginWith(PIN))).statusCode).toBe(200);
  });

  test.each([
    ['a day ahead', 86_400_000],
    ['a day behind', -86_400_000],
  ])('a clock that was set %s neither shortens nor prolongs it', async (_where, ms) => {
    await lock();
    api.here.clock.now += ms;
    api.skew_ms -= ms;
    await refused(loginWith(PIN), 423, 'PIN_LOCKED');
    api.here.clock.now += 5 * 60_000;
    expect((await send(loginWith(PIN))).statusCode).toBe(200);
  });

  test('an operator that does not exist is answered like a wrong PIN', async () => {
    await refused(loginWith(PIN, 'nobody'), 401, 'PIN_WRONG');
  });

  test('the cookie is for this port, for the API, and for no script', async () => {
    const flags = String((await send(loginWith(PIN))).headers['set-cookie']);
    expect(flags).toMatch(/^cunyitong-0=/);
    expect(flags).toMatch(/; Path=\/api(;|$)/);
    expect(flags).toContain('HttpOnly');
    expect(flags).toContain('SameSite=Strict');
  });
});

describe('a session', () => {
  const cookieValue = (cookie: string) => decodeURIComponent(cookie.slice(cookie.indexOf('=') + 1));
  const withValue = (value: string) => ({
    ...read,
    headers: { cookie: `cunyitong-0=${encodeURIComponent(value)}` },
  });
  const works = async () => expect((await send(read)).statusCode).toBe(200);
  const isOver = () => refused(read, 401, 'LOGIN_NEEDED');

  test('lasts fifteen minutes from the last request, and not a millisecond more', async () => {
    const { clock } = api.here;
    clock.now += 900_000;
    await works();
    clock.now += 900_000;
    await works();
    clock.now += 900_001;
    await isOver();
  });

  test('is prolonged by a person, not by the page', async () => {
    api.here.clock.now += 600_000;
    for (const url of ['/api/session', '/api/operators']) await send({ method: 'GET', url });
    api.here.clock.now += 300_001;
    await isOver();
  });

  test('that somebody else made, or made longer, is none', async () => {
    const [id = '', until = '', mac = ''] = cookieValue(api.cookie).split('.');
    expect((await send(withValue(`${id}.${until}.${mac}`))).statusCode).toBe(200);
    const nurse = Buffer.from('D140225000002').toString('base64url');
    const other = mac.startsWith('A') ? `B${mac.slice(1)}` : `A${mac.slice(1)}`;
    for (const forged of [
      `${id}.${Number(until) + 1}.${mac}`,
      `${nurse}.${until}.${mac}`,
      `${id}.${until}.${other}`,
      `${id}.${until}.${mac.slice(1)}`,
      `${id}.${until}.`,
      `${id}.${until}`,
      `${until}.${mac}`,
      mac,
    ])
      await refused(withValue(forged), 401, 'LOGIN_NEEDED');
  });

  test('outlives the process, under the key of the same box only', async () => {
    api.restart();
    const elsewhere = await api.serve(pageDir, new Uint8Array(32).fill(1));
    expect((await send(read, elsewhere)).json()).toMatchObject({ code: 'LOGIN_NEEDED' });
    await works();
    api.restart();
    await works();
    await elsewhere.close();
  });

  test('of a process before is over after as long, whatever happened to the clock', async () => {
    api.restart();
    api.here.clock.now += 900_001;
    await isOver();
    const later = await login();
    api.restart();
    api.here.clock.now -= 3_600_000;
    api.skew_ms += 3_600_000;
    api.cookie = later;
    await works();
    api.here.clock.now -= 3_600_000;
    api.skew_ms += 3_600_000 + 900_001;
    await isOver();
  });

  test('whose time is over is not revived by a clock that is set back, or by a restart after it', async () => {
    api.here.clock.now += 900_001;
    api.sessions.sweep();
    api.here.clock.now -= 3_600_000;
    api.skew_ms += 3_600_000;
    await isOver();
    api.restart();
    await isOver();
  });

  test('that was ended is over, under its cookie too, also after a restart', async () => {
    const { headers } = await post('/api/session/end', {});
    expect(String(headers['set-cookie'])).toMatch(/cunyitong-0=;.*Path=\/api;.*Expires=Thu, 01 Jan 1970/);
    await isOver();
    await refused({ method: 'POST', url: '/api/day-close', payload: {} }, 401, 'LOGIN_NEEDED');
    api.restart();
    await isOver();
  });

  test('that ends while the body of a request is under way lets it do nothing', async () => {
    const listening = await api.serve(pageDir);
    await listening.listen({ host: '127.0.0.1', port: 0 });
    const port = portOf(listening);
    const head = { host: `127.0.0.1:${port}`, origin: `http://127.0.0.1:${port}` };
    const headers = { ...head, 'content-type': 'application/json', 'content-length': 2 };
    const cookie = `cunyitong-${port}=${encodeURIComponent(cookieValue(api.cookie))}`;
    const slow = request({ port, method: 'POST', path: '/api/day-close', headers: { ...headers, cookie } });
    const status = new Promise<number>((done) => slow.once('response', (res) => done(res.statusCode ?? 0)));
    slow.write('{');
    await expect.poll(() => connectionsOf(listening)).toBe(1);
    await new Promise((done) => setTimeout(done, 100));
    const before = api.here.ledger.head().seq;
    await post('/api/session/end', {});
    slow.end('}');
    expect(await status).toBe(401);
    expect(api.here.ledger.head().seq).toBe(before);
    await listening.close();
  });

  test('is found behind a cookie of the same name that another server has set', async () => {
    const [name = ''] = api.cookie.split('=');
    const cookie = `${name}=x.1.x; ${api.cookie}`;
    expect((await send({ ...read, headers: { cookie } })).statusCode).toBe(200);
  });

  test('that was ended leaves the others as they are', async () => {
    const first = api.cookie;
    api.cookie = '';
    const second = await login();
    await post('/api/session/end', {});
    api.cookie = first;
    await works();
    api.cookie = second;
    await isOver();
  });

  test('makes way for the next one of the same browser', async () => {
    const first = api.cookie;
    await login();
    await works();
    api.cookie = first;
    await isOver();
  });

  test('of an operator whom the list no longer has is none, and it stays ended', async () => {
    const { ledger } = api.here;
    const { operators } = JSON.parse(ledger.dataset('operators')?.content ?? '');
    install(ledger, 'operators', { operators: [{ ...operators[0], opter: 'D140225000009' }] });
    await isOver();
    install(ledger, 'operators', { operators });
    await isOver();
  });

  test.each([
    ['another PIN', '111111'],
    ['the same PIN with another salt', PIN],
  ])('of an operator who was given %s is none', async (_what, pin) => {
    const { ledger } = api.here;
    const { operators } = JSON.parse(ledger.dataset('operators')?.content ?? '');
    const changed = { ...operators[0], pin: await hashPin(pin, Buffer.from('other salt')) };
    install(ledger, 'operators', { operators: [changed] });
    await isOver();
    await refused({ method: 'POST', url: '/api/session/end', payload: {} }, 401, 'LOGIN_NEEDED');
  });

  test('of an operator who gets locked, at the login or inside, is none', async () => {
    const first = api.cookie;
    const day = { method: 'POST', url: '/api/day', payload: { day: '2026-11-22', pin: '0' } } as const;
    for (let n = 0; n < 2; n++) await refused(day, 401, 'PIN_WRONG');
    for (let n = 0; n < 2; n++) await refused(loginWith('000000'), 401, 'PIN_WRONG');
    await refused(day, 423, 'PIN_LOCKED');
    api.cookie = first;
    await isOver();
  });

  test('there are sixteen at most: one more ends the one that was used longest ago', async () => {
    const first = api.cookie;
    const cookies: string[] = [];
    for (let n = 0; n < 15; n++) {
      api.cookie = '';
      cookies.push(await login());
    }
    api.cookie = first;
    await works();
    api.cookie = '';
    await login();
    const [oldest = '', next = ''] = cookies;
    api.cookie = oldest;
    await isOver();
    for (const cookie of [next, first]) {
      api.cookie = cookie;
      await works();
    }
  });
});

describe('its event streams', () => {
  const listening = api.serve(pageDir);
  let base = '';
  beforeAll(async () => {
    base = await (await listening).listen({ host: '127.0.0.1', port: 0 });
  });
  afterAll(async () => (await listening).close());

  /** Logs in at the port that listens, and opens a stream. */
  async function stream() {
    const [origin, host] = [base, new URL(base).host];
    const entered = await fetch(`${base}/api/session`, {
      method: 'POST',
      headers: { origin, 'content-type': 'application/json' },
      body: JSON.stringify({ opter: DOCTOR, pin: PIN }),
    });
    const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
    const response = await new Promise<IncomingMessage>((done, failed) =>
      get(`${base}/api/events`, { headers: { cookie, host }, agent: false }, done).on('error', failed),
    );
    expect(response.statusCode).toBe(200);
    const ended = new Promise<void>((done) => response.on('error', () => {}).on('close', done));
    response.resume();
    const end = () => fetch(`${base}/api/session/end`, { method: 'POST', headers: { origin, cookie } });
    return { ended, end };
  }

  test('end with it: logout, another PIN, an operator removed, a lock', async () => {
    const { ledger } = api.here;
    const { operators } = JSON.parse(ledger.dataset('operators')?.content ?? '');
    const pin = await hashPin('111111', Buffer.from('x'));
    for (const over of [
      ({ end }: Awaited<ReturnType<typeof stream>>) => end(),
      () => install(ledger, 'operators', { operators: [{ ...operators[0], pin }] }),
      () => install(ledger, 'operators', { operators: [{ ...operators[0], opter: 'D9' }] }),
      async () => {
        for (let n = 0; n < 5; n++) await send(loginWith('000000'));
      },
    ]) {
      install(ledger, 'operators', { operators });
      const open = await stream();
      await over(open);
      api.sessions.sweep();
      await open.ended;
    }
  });
});
