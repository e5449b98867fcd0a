import { beforeEach, describe, expect, test } from 'vitest';
import type { Receipt } from '../contract/messages.ts';
import { SyncError } from '../errors.ts';
import { payloadOf, signJws } from '../record/jws.ts';
import { EMPTY_HEAD, recordHash } from '../record/record.ts';
import { type ModelBox, type ModelWorld, modelWorld } from '../testing/model-world.ts';
import { clinicReport, objectionReport } from '../township/book/report.ts';

let here: ModelWorld;
let box: ModelBox;

beforeEach(async () => {
  here = await modelWorld();
  box = here.box();
  for (let i = 0; i < 10; i += 1) box.source.append('stock', { i });
  await here.clock.advance(5_000);
  expect(box.source.deliveredThrough()).toBe(10);
});

const lastReceipt = () => payloadOf<Receipt>(box.source.receipts.at(-1) ?? '');
const hashAt = (seq: number) => (seq === 0 ? EMPTY_HEAD.hash : recordHash(box.source.jws[seq - 1] as string));

/** A receipt as the township would sign it now, with some members changed. */
function receipt(
  change: { [member in keyof Receipt]?: unknown },
  key = here.keys.signing,
  typ: 'cyt-receipt+jws' | 'cyt-finding+jws' = 'cyt-receipt+jws',
) {
  return {
    v: 1 as const,
    t: 'receipt' as const,
    receipt: signJws(typ, { ...lastReceipt(), ...change }, key),
  };
}

async function tell(...messages: Parameters<ModelWorld['sendDown']>[1][]) {
  for (const message of messages) void here.sendDown(box, message);
  await here.clock.advance(100);
}

const refused = () => box.link.state().refused;

describe('only a receipt of the township, for this ledger and this session, moves the mark', () => {
  beforeEach(async () => {
    await here.restore(here.town().db); // goes away and comes back, so that what follows is not receipted
    await here.clock.advance(20_000);
  });

  test.each([
    ['another key', () => receipt({ through: 5, hash: hashAt(5) }, here.insurer), 'SIGNATURE_KEY'],
    ["the box's own key", () => receipt({ through: 5, hash: hashAt(5) }, box.keys.signing), 'SIGNATURE_KEY'],
    ['another typ', () => receipt({}, here.keys.signing, 'cyt-finding+jws'), 'SIGNATURE_TYPE'],
    ['another ledger', () => receipt({ ledger: '0'.repeat(32) }), 'MESSAGE_REFUSED'],
    ['another clinic', () => receipt({ clinic: 'H9' }), 'MESSAGE_REFUSED'],
    ['another boot', () => receipt({ boot: 'other' }), 'MESSAGE_REFUSED'],
    ['an older hello', () => receipt({ n: (lastReceipt().n as number) - 1 || 99 }), 'MESSAGE_REFUSED'],
    ['a version to come', () => receipt({ v: 2 }), 'MESSAGE_REFUSED'],
    ['a mark that is no number', () => receipt({ through: '5' }), 'MESSAGE_REFUSED'],
  ])('not one of %s', async (_what, make, code) => {
    const [before, held] = [refused()[code] ?? 0, box.source.receipts.length];
    await tell(make());
    expect(refused()[code]).toBe(before + 1);
    expect(box.source.receipts).toHaveLength(held);
    expect(box.source.forks).toEqual([]);
  });

  test('not one that was said before, though it is of this session', async () => {
    const held = box.source.receipts.length;
    await tell(receipt({ through: 4, hash: hashAt(4) }), receipt({ through: 10, hash: hashAt(10) }));
    expect(box.source.receipts).toHaveLength(held);
    expect(box.source.deliveredThrough()).toBe(10);
  });
});

describe('a township that holds something else than we do is told of loudly', () => {
  test.each([
    ['beyond our head', () => receipt({ through: 11, hash: '1'.repeat(64) })],
    ['another record at a seq', () => receipt({ through: 9, hash: '2'.repeat(64) })],
  ])('%s', async (_what, make) => {
    await tell(make());
    expect(box.source.forks).toHaveLength(1);
    expect(box.log.lines.filter(({ facts }) => facts.code === 'RECORD_FORK')).toHaveLength(1);
    box.source.append('stock', {});
    await here.clock.advance(3_600_000);
    expect(box.source.deliveredThrough()).toBe(10); // sends no more
    expect(box.source.forks).toHaveLength(1); // and does not say it again with every hello
  });
});

describe('datasets', () => {
  const dataset = (...args: Parameters<ModelWorld['dataset']>) => ({
    v: 1 as const,
    t: 'dataset' as const,
    ...here.dataset(...args),
  });

  test('come into force once, in rising versions', async () => {
    await tell(dataset('catalogue', 1, '{}'), dataset('catalogue', 1, '{}'), dataset('catalogue', 3, '[]'));
    expect(box.source.installed.map(({ version }) => version)).toEqual([1, 3]);
    await tell(dataset('catalogue', 2, '{}'));
    expect(box.source.installed).toHaveLength(2);
    expect(refused().DATASET_REFUSED).toBe(1);
  });

  test('signed by a role that may not, for another clinic, or damaged, are refused', async () => {
    const roster = dataset('roster', 1, '{}', here.keys.signing);
    await tell(
      dataset('catalogue', 1, '{}', here.keys.signing),
      dataset('roster', 1, '{}', here.insurer),
      dataset('clinic', 1, '{}', here.keys.signing, 'H14022500009'),
      { ...roster, content: '[]' },
      { ...roster, content: '{} ' },
    );
    expect(box.source.installed).toEqual([]);
    expect(refused().DATASET_REFUSED).toBe(5);
    await tell(dataset('roster', 1, '{}', box.keys.signing));
    expect(refused().SIGNATURE_KEY).toBe(1);
    await tell(roster);
    expect(box.source.installed).toHaveLength(1);
  });

  test('that the ledger refuses come back to the office, once, until a good one has come', async () => {
    const { install } = box.source;
    const why = 'roster: /persons/7/psn_name must NOT have more than 50 characters';
    box.source.install = () => {
      throw new SyncError('DATASET_REFUSED', why);
    };
    const reported = () => clinicReport(here.town().store, here.clock.now())[0]?.refused;
    const found = () => objectionReport(here.town().store).filter(({ code }) => code === 'DATASET_REFUSED');
    here.town().datasets.add(here.dataset('roster', 3, '{}', here.keys.signing));
    await here.clock.advance(1_300_000); // the next hello, and the one that a refusal asks for
    expect(reported()).toEqual([{ name: 'roster', version: 3, why: `DATASET_REFUSED: ${why}` }]);
    expect(found()).toMatchObject([{ clinic: box.source.clinic, seq: 0, text: `roster version 3: ${why}` }]);
    const hellos = refused().DATASET_REFUSED ?? 0;
    await here.clock.advance(2_600_000);
    expect(refused().DATASET_REFUSED).toBe(hellos); // what is known to be refused is not sent again
    box.source.install = install;
    here.town().datasets.add(here.dataset('roster', 4, '{}', here.keys.signing));
    await here.clock.advance(2_600_000);
    expect(box.source.datasets()).toMatchObject({ roster: 4 });
    expect([reported(), found()]).toEqual([[], []]);
  });

  test('that the ledger finds invalid are refused, and the link lives on', async () => {
    const { install } = box.source;
    box.source.install = () => {
      throw new Error('not valid for its name');
    };
    await tell(dataset('catalogue', 1, '{}'));
    expect(refused().INTERNAL).toBe(1);
    box.source.install = install;
    await tell(dataset('catalogue', 2, '{}'));
    expect(box.source.installed).toHaveLength(1);
  });
});

test('what does not open, is too big or is thrown back at the box is refused', async () => {
  const up: Buffer[] = [];
  here.spy.onMessage((_topic, payload) => up.push(Buffer.from(payload)));
  await here.spy.subscribe(box.topic('up'));
  box.source.append('stock', {});
  await here.clock.advance(100);
  for (const payload of [
    Buffer.alloc(0),
    Buffer.alloc(5),
    Buffer.alloc(9_000_000),
    Buffer.from('{"v":1,"t":"hail"}'),
    up[0] as Buffer,
  ])
    void here.spy.publish(box.topic('down'), payload);
  await here.clock.advance(100);
  expect(refused()).toEqual({ SEAL_BROKEN: 3, MESSAGE_REFUSED: 2 });
  expect(box.source.deliveredThrough()).toBe(11);
});

test('a record that comes while the link is down goes up when it is back, and waiting says how many', async () => {
  box.bus.cut();
  box.source.append('stock', {});
  expect(box.link.state()).toMatchObject({ connected: false, waiting: 1 });
  await here.clock.advance(1_000);
  expect(box.link.state()).toMatchObject({ connected: true, waiting: 0 });
});

test('a day without a broker is one line in the log, and `since` says when it began', async () => {
  const began = here.clock.now();
  here.broker.stop(true);
  box.source.append('stock', {});
  for (let hour = 0; hour < 24; hour += 1) {
    await here.clock.advance(3_600_000);
    box.bus.cut();
  }
  expect(box.log.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
  expect(box.link.state()).toMatchObject({ connected: false, waiting: 1, since: began });
  here.broker.start();
  await here.clock.advance(20_000);
  expect(box.link.state()).toMatchObject({ connected: true, waiting: 0 });
});

test('never more than four messages are on their way beyond the last receipt', async () => {
  const sent: number[] = [];
  here.spy.onMessage(() => sent.push(here.clock.now()));
  await here.restore(here.town().db);
  await here.spy.subscribe(box.topic('up'));
  await here.clock.advance(20_000);
  sent.length = 0;
  const { receiver } = here.town();
  void receiver.stop();
  here.faults.loss = 1; // nothing arrives, all is acknowledged
  for (let i = 0; i < 2_000; i += 1) box.source.append('stock', { i });
  const published: unknown[] = [];
  const { publish } = box.bus;
  box.bus.publish = (...args) => {
    published.push(args);
    return publish(...args);
  };
  await here.clock.advance(30_000);
  expect(published.length).toBeLessThanOrEqual(4);
  here.faults.loss = 0;
  await here.clock.advance(600_000);
  expect(box.source.deliveredThrough()).toBe(2_010);
});
