import { get, type IncomingMessage } from 'node:http';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../../drivers/testing/fake-clock.ts';
import { type Announcer, createAnnouncer, LISTENERS_MAX } from './sse.ts';

let server: FastifyInstance;
let events: Announcer<'visit'>;
let clock: FakeClock;
let url: string;

beforeEach(async () => {
  server = Fastify();
  clock = new FakeClock();
  events = createAnnouncer(clock);
  server.get('/events', (_request, reply) => {
    if (!events.listen(reply)) void reply.code(503).send('full');
  });
  url = await server.listen({ port: 0, host: '127.0.0.1' });
});
afterEach(async () => {
  events.close();
  await server.close();
});

const listen = () =>
  new Promise<IncomingMessage>((done, failed) => get(`${url}/events`, done).on('error', failed));

test('so many pages listen and no more, until one of them goes', async () => {
  const pages = [];
  for (let n = 0; n < LISTENERS_MAX; n += 1) pages.push(await listen());
  expect(new Set(pages.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
  const turnedAway = await listen();
  expect(turnedAway.statusCode).toBe(503);
  turnedAway.resume();
  pages[0]?.destroy();
  await expect
    .poll(async () => {
      const next = await listen();
      if (next.statusCode !== 200) next.resume();
      return next.statusCode;
    })
    .toBe(200);
});

test('what is said reaches every page that listens', async () => {
  const pages = [await listen(), await listen()];
  const heard = pages.map(() => '');
  for (const [index, page] of pages.entries())
    page.setEncoding('utf8').on('data', (text: string) => {
      heard[index] += text;
    });
  events.send('visit', { visit: 'v1' });
  const said = 'retry: 1000\n\nevent: visit\ndata: {"visit":"v1"}\n\n';
  await expect.poll(() => heard).toEqual([said, said]);
});

test('a page to which nothing is said hears every 15 seconds that the line is there', async () => {
  const page = await listen();
  let heard = '';
  page.setEncoding('utf8').on('data', (text: string) => {
    heard += text;
  });
  await clock.advance(30_000);
  await expect.poll(() => heard).toBe(`retry: 1000\n\n${': still here\n\n'.repeat(2)}`);
  events.close();
  expect(clock.timers).toBe(0);
});
