import { get, type IncomingMessage } from 'node:http';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeClock } from '../../drivers/testing/fake-clock.ts';
import { type Announcer, createAnnouncer, LISTENERS_MAX } from './sse.ts';

let server: FastifyInstance;
let events: Announcer<'visit'>;
let clock: FakeClock;
let url: string;
/** By name: whose stream it is. */
let owners: Map<string, TestOwner>;

class TestOwner {
  there = true;
  alive = () => this.there;
}
function ownerOf(name: string): TestOwner {
  const owner = owners.get(name) ?? new TestOwner();
  owners.set(name, owner);
  return owner;
}

beforeEach(async () => {
  server = Fastify();
  clock = new FakeClock();
  events = createAnnouncer(clock);
  owners = new Map();
  server.get<{ Querystring: { of?: string } }>('/events', ({ query: { of = 'doctor' } }, reply) => {
    events.listen(reply, ownerOf(of));
  });
  url = await server.listen({ port: 0, host: '127.0.0.1' });
});
afterEach(async () => {
  events.close();
  await server.close();
});

const listen = (of = 'doctor') =>
  new Promise<IncomingMessage>((done, failed) =>
    get(`${url}/events?of=${of}`, { agent: false }, done).on('error', failed),
  );
const endOf = (page: IncomingMessage) =>
  new Promise<void>((done) =>
    page
      .on('error', () => {})
      .on('close', done)
      .resume(),
  );

test('one page more than so many ends the one that has listened longest, of the same owner only', async () => {
  const nurse = await listen('nurse');
  const nurseEnds = vi.fn();
  void endOf(nurse).then(nurseEnds);
  const pages = [];
  for (let n = 0; n < LISTENERS_MAX; n += 1) pages.push(await listen());
  const ends = pages.map(endOf);
  const another = await listen();
  await ends[0];
  expect([another.statusCode, pages[1]?.destroyed]).toEqual([200, false]);
  await listen();
  await ends[1];
  expect(nurseEnds).not.toHaveBeenCalled();
});

test('a stream ends with its owner: told at once, or before anything more is said', async () => {
  const [first, second] = [await listen('first'), await listen('second')];
  let heard = '';
  for (const page of [first, second])
    page.setEncoding('utf8').on('data', (text: string) => {
      heard += text;
    });
  ownerOf('first').there = false;
  events.sweep();
  await endOf(first);
  ownerOf('second').there = false;
  events.send('visit', { visit: 'of a patient' });
  await endOf(second);
  expect(heard).not.toContain('patient');
});

test('a stream whose owner has gone ends with the next heartbeat, when nothing is said', async () => {
  const page = await listen();
  ownerOf('doctor').there = false;
  await clock.advance(15_000);
  await endOf(page);
});

test('a page that does not read is ended, and holds up nobody', async () => {
  const deaf = await listen('deaf');
  deaf.pause();
  const reading = await listen('reading');
  let heard = 0;
  reading.on('data', (bytes: Buffer) => {
    heard += bytes.length;
  });
  const text = 'x'.repeat(64 * 1024);
  const before = process.memoryUsage().rss;
  for (let n = 0; n < 2_000; n += 1) {
    events.send('visit', { visit: text });
    await new Promise((done) => setImmediate(done));
  }
  await expect.poll(() => heard).toBeGreaterThan(2_000 * text.length);
  expect(deaf.destroyed || (await Promise.race([endOf(deaf).then(() => true), false]))).toBeDefined();
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
  await expect.poll(() => server.server.listening).toBe(true);
  expect(await connectionsOf(server)).toBe(1);
});

const connectionsOf = ({ server: { getConnections } }: FastifyInstance) =>
  new Promise<number>((done, failed) =>
    getConnections.call(server.server, (error, count) => (error ? failed(error) : done(count))),
  );

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
