import { expect, test } from 'vitest';
import { FakeClock } from '../../drivers/testing/fake-clock.ts';
import { type ErrorCode, Refusal } from '../errors.ts';
import type { Notice } from './notice.ts';
import { type Prepared, type Running, startBehindPage } from './start.ts';

/** A start whose attempts end as a test says. */
function starting(attempts: (() => Prepared)[]) {
  const clock = new FakeClock();
  const events: string[] = [];
  const note = (event: string) => void events.push(event);
  const notice: Notice = {
    port: () => 8137,
    say: (code) => note(`page says ${code}`),
    open: async () => note('page opens'),
    close: async () => note('page closes'),
  };
  const options = {
    notice,
    clock,
    random: (bytes: number) => Buffer.alloc(bytes),
    log: { info() {}, warn() {}, error() {} },
    onDegraded: (code: ErrorCode, url: string) => note(`degraded ${code} ${url}`),
    prepare: async () => {
      note('attempt');
      const attempt = attempts.shift();
      if (!attempt) throw new Error('one attempt too many');
      return attempt();
    },
  };
  return { events, clock, note, gateway: startBehindPage(options) };
}
const refuse = (code: ErrorCode) => (): Prepared => {
  throw new Refusal(code);
};
const runs =
  (run: (port: number) => Promise<Running>): (() => Prepared) =>
  () => ({ port: null, run });
const settled = () => new Promise((done) => setImmediate(done));

test('the page opens first, says why at each change, and closes when what stands behind it has started', async () => {
  const running = (stop: () => void): Running => ({
    url: 'http://127.0.0.1:8137',
    ready: Promise.resolve(),
    stop: async () => stop(),
  });
  const all = starting([
    refuse('KEY_MISSING'),
    refuse('KEY_MISSING'),
    refuse('LEDGER_MISSING'),
    runs(async (port) => running(() => all.note(`stops ${port}`))),
  ]);
  const { events, clock, gateway } = all;
  const { ready, stop } = await gateway;
  for (let n = 0; n < 4; n++) {
    await settled();
    await clock.advance(5_000);
  }
  expect(await ready).toBe('http://127.0.0.1:8137');
  expect(events).toEqual([
    'page opens',
    'attempt',
    'page says KEY_MISSING',
    'degraded KEY_MISSING http://127.0.0.1:8137',
    'attempt',
    'page says KEY_MISSING',
    'attempt',
    'page says LEDGER_MISSING',
    'degraded LEDGER_MISSING http://127.0.0.1:8137',
    'attempt',
    'page closes',
  ]);
  await stop();
  expect(events.slice(-2)).toEqual(['page closes', 'stops 8137']);
});

test('what fails after the page has made room for it brings the page back', async () => {
  const { events, gateway } = starting([
    runs(async () => {
      throw new Refusal('PAGE_PORT_UNUSABLE');
    }),
  ]);
  await gateway;
  await settled();
  expect(events.slice(2, 5)).toEqual(['page closes', 'page opens', 'page says PAGE_PORT_UNUSABLE']);
});

test('an end during an attempt ends what the attempt has started, and no other follows', async () => {
  const prepared = Promise.withResolvers<Running>();
  const { events, clock, note, gateway } = starting([refuse('KEY_MISSING'), runs(() => prepared.promise)]);
  const { stop } = await gateway;
  await settled();
  await clock.advance(5_000);
  await settled();
  await stop();
  prepared.resolve({ url: '', ready: Promise.resolve(), stop: async () => note('stops') });
  await settled();
  await clock.advance(600_000);
  expect(events.filter((event) => /attempt|stops/.test(event))).toEqual(['attempt', 'attempt', 'stops']);
});
