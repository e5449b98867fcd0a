import { beforeEach, describe, expect, test } from 'vitest';
import type { Hello, Objection } from '../../contract/messages.ts';
import { payloadOf, signJws } from '../../record/jws.ts';
import { type ModelBox, type ModelWorld, modelWorld } from '../../testing/model-world.ts';
import { codesIn, settle, settleWrongly, throughOf } from '../../testing/township-view.ts';
import { settlementBody } from '../../testing/world.ts';
import { verifyTownship } from '../book/verify.ts';

let here: ModelWorld;
let box: ModelBox;

beforeEach(async () => {
  here = await modelWorld();
  box = here.box();
});

describe('what is held, and what is objected to', () => {
  test('kinds and versions of a later release are held and receipted', async () => {
    box.source.append('tele-consultation', { anything: [1, 2, { deep: true }] });
    const { ledger, clinic, head } = box.source;
    const to_come = payloadOf(box.source.jws[0] ?? '');
    Object.assign(to_come, { v: 9, seq: 2, prev: head().hash, kind: 'settlement', ledger, clinic });
    await here.clock.advance(5_000);
    const records = [signJws('cyt-record+jws', to_come, box.keys.signing)];
    void box.send({ v: 1, t: 'records', after: 1 }, records);
    await here.clock.advance(1_000);
    expect(throughOf(here, box)).toBe(2);
    expect(codesIn(here)).toEqual([]);
    expect(verifyTownship(here.town().store)).toMatchObject({ ok: true, records: 2 });
  });

  test('a settlement that cannot be read is held, objected to, and blocks nothing', async () => {
    box.source.append('settlement', { psn: null });
    settle(box, 'P1', 100);
    await here.clock.advance(5_000);
    expect(box.source.deliveredThrough()).toBe(2);
    expect(codesIn(here)).toEqual(['1 BODY_UNREADABLE', '2 BUNDLE_UNKNOWN']);
    expect(box.source.objections.length).toBeGreaterThanOrEqual(2);
  });

  test('an unknown bundle is objected to once, not with every record', async () => {
    for (let i = 0; i < 200; i += 1) settle(box, 'P1', 1);
    await here.clock.advance(5_000);
    settle(box, 'P1', 1);
    await here.clock.advance(5_000);
    expect(codesIn(here)).toEqual(['1 BUNDLE_UNKNOWN']);
  });

  test('hundreds of objections hold up no receipt, and all of them arrive in the end', async () => {
    here.town().datasets.add(here.dataset('bundle/demo', 1, '{}'));
    for (let i = 0; i < 250; i += 1) settleWrongly(box);
    await here.clock.advance(5_000);
    expect(box.source.deliveredThrough()).toBe(250);
    expect(codesIn(here)).toHaveLength(250);
    await here.clock.advance(12 * 3_600_000);
    expect(new Set(box.source.objections).size).toBe(250);
  });

  const numbers = () => [...new Set(box.source.objections)].map((jws) => payloadOf<Objection>(jws).n);

  test('an objection that is lost many times arrives in the end, and none that is held comes again', async () => {
    here.town().datasets.add(here.dataset('bundle/demo', 1, '{}'));
    const { addObjection } = box.source;
    let lost = 0;
    box.source.addObjection = () => {
      lost += 1;
      throw new Error('the disk is full');
    };
    for (let i = 0; i < 3; i += 1) settleWrongly(box);
    await here.clock.advance(12 * 3_600_000);
    expect(lost).toBeGreaterThan(30);
    box.source.addObjection = addObjection;
    await here.clock.advance(3_600_000);
    expect(numbers()).toEqual([1, 2, 3]);
    const sent = box.source.objections.length;
    await here.clock.advance(12 * 3_600_000);
    expect(box.source.objections).toHaveLength(sent);
  });

  test.each([
    ['each still arrives', 0],
    ['each still arrives, though all are lost at first', 60_000],
  ])('a township that lost data numbers its objections anew, and %s', async (_what, lost_ms) => {
    const { default: Database } = await import('better-sqlite3');
    here.town().datasets.add(here.dataset('bundle/demo', 1, '{}'));
    settleWrongly(box);
    await here.clock.advance(5_000);
    const yesterday = new Database(here.town().db.serialize());
    for (let i = 0; i < 3; i += 1) settleWrongly(box);
    await here.clock.advance(5_000);
    expect(numbers()).toEqual([1, 2, 3, 4]);
    const { addObjection } = box.source;
    box.source.addObjection = (jws) => {
      if (lost_ms > 0) throw new Error('the disk is full');
      addObjection(jws);
    };
    await here.restore(yesterday);
    await here.clock.advance(lost_ms);
    box.source.addObjection = addObjection;
    await here.clock.advance(3_600_000);
    expect(numbers()).toEqual([1, 2, 3, 4, 2, 3, 4]);
    expect(box.source.objectionsHeld().n).toBe(4);
  });

  test('a box of a release that does not count them is sent each with three hellos', async () => {
    here.town().datasets.add(here.dataset('bundle/demo', 1, '{}'));
    settleWrongly(box);
    await here.clock.advance(5_000);
    expect(box.source.objections).toHaveLength(1);
    const { ledger, clinic, head } = box.source;
    const { seq, hash } = head();
    for (let n = 1; n <= 6; n += 1) {
      const hello: Hello = {
        ...{ v: 1, ledger, clinic, head: seq, hash, held: 1, datasets: {}, boot: 'of-before', n },
      };
      void box.send({ v: 1, t: 'hello', hello: signJws('cyt-hello+jws', hello, box.keys.signing) });
      await here.clock.advance(1_000);
    }
    expect(box.source.objections).toHaveLength(4);
  });

  test('amounts that do not add up are objected to', async () => {
    const body = settlementBody(1, 'P1', 100);
    const off = { ...body.answer.setlinfo, medfee_sumamt: '9.99' };
    settle(box, 'P1', 100, { answer: { setlinfo: off }, paid: [{ way: 'cash', amount: '0.01' }] });
    await here.clock.advance(5_000);
    expect(codesIn(here)).toContain('1 AMOUNTS_DIFFER');
    const texts = box.source.objections.map((jws) => payloadOf<Objection>(jws).text);
    expect(texts).toContainEqual(expect.stringMatching(/^does not add up: \w+/));
  });
});
