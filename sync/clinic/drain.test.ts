import { expect, test } from 'vitest';
import { NO_FAULTS } from '../bus/model.ts';
import { modelWorld } from '../testing/model-world.ts';
import { settlementBody } from '../testing/world.ts';
import { verifyTownship } from '../township/book/verify.ts';

/** 64 kbit/s and half a second there and back. */
const line = { bytes_per_s: 8_000, one_way_ms: 250 };

/** Four days'; `CYT_BACKLOG=6000` for a month's. */
const RECORDS = Number(process.env.CYT_BACKLOG ?? 1_000);

test('a backlog goes up at the speed of a bad line, and the doctor settles on', async () => {
  const faults = { ...NO_FAULTS, line };
  const here = await modelWorld(3, faults);
  const box = here.box();
  let sent = 0;
  here.spy.onMessage((_topic, payload) => {
    sent += payload.length;
  });
  await here.spy.subscribe(box.topic('up'));
  const settle = () => {
    const seq = box.source.head().seq + 1;
    const note = Buffer.from(here.random(1_500)).toString('base64'); // does not pack
    box.source.append('settlement', { ...settlementBody(seq, `P${seq % 300}`, seq), note });
  };
  box.bus.cut();
  for (let i = 0; i < RECORDS; i += 1) settle();
  const began = here.clock.now();
  for (let seconds = 0; box.source.deliveredThrough() < box.source.head().seq; seconds += 2) {
    await here.clock.advance(2_000);
    if (seconds < 3_000 && seconds % 120 === 0) settle();
    expect(seconds).toBeLessThan(20_000);
  }
  const atBest_ms = (sent / line.bytes_per_s) * 1_000;
  const bytes = box.source.jws.reduce((sum, jws) => sum + jws.length, 0);
  expect(sent, 'little is sent twice').toBeLessThan(0.75 * bytes);
  expect(box.source.head().seq).toBeGreaterThan(RECORDS + 1);
  expect((here.clock.now() - began) / atBest_ms).toBeLessThan(1.1);
  expect(verifyTownship(here.town().store)).toMatchObject({ ok: true, records: box.source.head().seq });
  expect(box.source.receipts.length).toBeGreaterThan(10);
});
