import { beforeEach, expect, test } from 'vitest';
import { type ModelBox, type ModelWorld, modelWorld } from '../../testing/model-world.ts';
import { settle } from '../../testing/township-view.ts';
import { verifyTownship } from '../book/verify.ts';

let here: ModelWorld;
let box: ModelBox;

beforeEach(async () => {
  here = await modelWorld();
  box = here.box();
});

test('a township whose disk takes nothing more receipts nothing, and catches up when it does', async () => {
  settle(box, 'P1', 1);
  await here.clock.advance(5_000);
  here.town().db.pragma('query_only = 1');
  for (let i = 0; i < 20; i += 1) settle(box, 'P1', 1);
  await here.clock.advance(600_000);
  expect(box.source.deliveredThrough()).toBe(1);
  expect(here.log.lines.some(({ level }) => level === 'error')).toBe(true);
  here.town().db.pragma('query_only = 0');
  await here.clock.advance(600_000);
  expect(box.source.deliveredThrough()).toBe(21);
  expect(verifyTownship(here.town().store)).toMatchObject({ ok: true, records: 21 });
});

test('lost, doubled, late and overtaking messages: all of it arrives, once', async () => {
  for (let seed = 1; seed <= 6; seed += 1) {
    const faults = {
      loss: 0.1,
      doubling: 0.1,
      delay_ms_max: 400,
      reorder: seed % 2 === 0,
      reconnect_ms_max: 3_000,
    };
    here = await modelWorld(seed, faults);
    box = here.box();
    for (let i = 0; i < 100; i += 1) {
      settle(box, `P${i % 3}`, i);
      await here.clock.advance((here.random(1)[0] as number) * 20);
      if (i % 17 === 0) box.bus.cut();
      if (i % 31 === 0) here.broker.stop(i % 2 === 0);
      if (i % 31 === 3) here.broker.start();
    }
    here.broker.start();
    Object.assign(faults, { loss: 0 });
    await here.clock.advance(1_800_000);
    expect(box.source.deliveredThrough(), `seed ${seed}`).toBe(100);
    expect(verifyTownship(here.town().store)).toMatchObject({ ok: true, records: 100 });
    expect(box.source.forks).toEqual([]);
  }
});
