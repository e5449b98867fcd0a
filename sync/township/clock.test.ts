import { beforeEach, describe, expect, test } from 'vitest';
import { type ModelBox, type ModelWorld, modelWorld } from '../testing/model-world.ts';
import { codesIn, settle } from '../testing/township-view.ts';
import { settlementBody } from '../testing/world.ts';
import { fundReport } from './book/report.ts';
import { verifyTownship } from './book/verify.ts';
import { clockReport, createTownshipClock } from './clock.ts';

const DAY_MS = 86_400_000;
let here: ModelWorld;
let box: ModelBox;

beforeEach(async () => {
  here = await modelWorld();
  box = here.box();
  here.town().datasets.add(here.dataset('bundle/demo', 1, '{}'));
});

const held = () => here.town().store.ledgers.get(box.source.ledger)?.through;
const errors = () => here.log.lines.filter(({ level }) => level === 'error').map(({ facts }) => facts.code);

describe('a township whose clock is wrong by days', () => {
  test.each([
    ['behind its newest record', -2 * DAY_MS],
    ['days beyond it', 4 * DAY_MS],
    ['ten years beyond it', 3_653 * DAY_MS],
  ])('%s: nothing is signed or stored, and it goes on when the clock is right', async (_, ms) => {
    settle(box, 'P1', 100);
    await here.clock.advance(5_000);
    here.townSkew.ms = ms;
    await here.restore(here.town().db);
    const before = box.source.deliveredThrough();
    settle(box, 'P1', 200);
    await here.clock.advance(600_000);
    expect([held(), box.source.deliveredThrough(), before]).toEqual([1, 1, 1]);
    expect(errors()).toEqual(['TOWNSHIP_CLOCK_WRONG']);
    expect(clockReport(here.town().store, here.clock.now() + ms).fault).toMatch(/^the clock says /);
    here.townSkew.ms = 0;
    await here.clock.advance(600_000);
    expect([held(), box.source.deliveredThrough(), errors().length]).toEqual([2, 2, 1]);
  });

  test('is right after all when a box says the same, or the operator does', async () => {
    settle(box, 'P1', 100);
    await here.clock.advance(5_000);
    const clock = { now: () => here.clock.now() + 9 * DAY_MS };
    const of = (today: string) => createTownshipClock({ clock, store: here.town().store, today });
    expect([of('2026-12-01').wrong(), of('2026-11-30').wrong()]).toEqual([null, expect.any(String)]);
    expect(() => of('').assertRight()).toThrow('TOWNSHIP_CLOCK_WRONG');
    here.boxSkew.ms = 7 * DAY_MS; // neither
    here.townSkew.ms = 9 * DAY_MS;
    await here.restore(here.town().db);
    settle(box, 'P1', 200);
    await here.clock.advance(600_000);
    expect(held()).toBe(1);
    here.boxSkew.ms = 9 * DAY_MS;
    await here.clock.advance(600_000);
    expect(held()).toBe(2);
  });

  test('corrected while it runs, it asks the boxes, and is right within a minute or two', async () => {
    here.townSkew.ms = 730 * DAY_MS;
    await here.restore(here.town().db);
    settle(box, 'P1', 100);
    await here.clock.advance(5_000);
    expect(held()).toBe(1);
    here.townSkew.ms = 0;
    here.boxSkew.ms = 0;
    await here.clock.advance(90_000);
    settle(box, 'P1', 200);
    await here.clock.advance(5_000);
    expect([held(), clockReport(here.town().store, here.clock.now()).fault]).toEqual([2, null]);
  });

  test('a step of the clock while it runs is seen by its uptime', () => {
    const at = { now: Date.UTC(2026, 10, 22), uptime: 0 };
    const clock = createTownshipClock({
      clock: { now: () => at.now },
      uptime: () => at.uptime,
      store: here.town().store,
    });
    expect(clock.wrong()).toBeNull();
    at.now += 30 * DAY_MS;
    expect(clock.wrong()).not.toBeNull();
    at.uptime += 30 * DAY_MS;
    expect(clock.wrong()).toBeNull();
  });
});

describe('a record of a time that cannot be', () => {
  const add = (kind: string, at: string, body: object) => box.source.append(kind, { ...body }, at);
  const NOW = '2026-11-22T00:00:00.000Z';

  test('is held with an objection, and those after it are held and booked', async () => {
    settle(box, 'P1', 100);
    const { seq, hash } = box.source.head();
    const { put } = settlementBody(1, 'P1', 100);
    const reversal = { setl_id: 'x', of: { seq, hash }, put };
    add('reversal', '2026-99-99T99:99:99.999Z', reversal);
    add('reversal', '9999-12-31T23:59:59.999Z', reversal);
    add('incident', '2026-02-32T00:00:00.000Z', { code: 'X' });
    add('settlement', NOW, { ...settlementBody(5, 'P1', 100), setl_date: '2026-02-30' });
    add('settlement', NOW, {
      ...settlementBody(6, 'P1', 100),
      put: [{ ...put[0], period: '2026-13' }],
    });
    settle(box, 'P1', 7);
    await here.clock.advance(5_000);
    expect(held()).toBe(7);
    expect(codesIn(here)).toEqual([
      ...['2 BODY_UNREADABLE', '2 RECORD_TIME_WRONG', '3 BODY_UNREADABLE', '3 RECORD_TIME_WRONG'],
      ...['4 RECORD_TIME_WRONG', '5 BODY_UNREADABLE', '6 BODY_UNREADABLE'],
    ]);
    expect(fundReport(here.town().store, 'day')).toMatchObject([{ settlements: 2, reversals: 0 }]);
    expect(verifyTownship(here.town().store)).toMatchObject({ ok: true, records: 7 });
  });

  test('that is dated ahead of the township is told, once for each record', async () => {
    add('incident', '2026-11-22T20:00:00.000Z', { code: 'X' });
    add('incident', '2036-11-22T00:00:00.000Z', { code: 'X' });
    add('settlement', NOW, { ...settlementBody(3, 'P1', 100), setl_date: '2026-11-25' });
    await here.clock.advance(5_000);
    expect(codesIn(here)).toEqual(['2 RECORD_TIME_WRONG', '3 RECORD_TIME_WRONG']);
  });
});
