import { beforeEach, describe, expect, test } from 'vitest';
import type { Objection } from '../../contract/messages.ts';
import { payloadOf } from '../../record/jws.ts';
import { makeBoxKeys, readBoxKeys } from '../../record/key-file.ts';
import { EMPTY_HEAD, signRecord } from '../../record/record.ts';
import { memorySource } from '../../testing/memory-source.ts';
import { type ModelBox, type ModelWorld, modelWorld } from '../../testing/model-world.ts';
import { codesIn, settle, stockOf, throughOf } from '../../testing/township-view.ts';
import { settlementBody } from '../../testing/world.ts';
import { clinicReport } from '../book/report.ts';
import { verifyTownship } from '../book/verify.ts';

let here: ModelWorld;
let box: ModelBox;

beforeEach(async () => {
  here = await modelWorld();
  box = here.box();
});

describe('two histories of one ledger', () => {
  beforeEach(async () => {
    for (let i = 0; i < 5; i += 1) settle(box, 'P1', 100);
    await here.clock.advance(5_000);
  });

  test('a copied box is noticed as soon as both send a hello, and both boxes learn of it', async () => {
    const copy = memorySource(box.source.ledger, box.source.clinic, box.keys.signing);
    for (let seq = 1; seq <= 5; seq += 1) copy.append('settlement', settlementBody(seq, 'P1', 100));
    const twin = here.connect(box.keys, copy);
    await here.clock.advance(5_000);
    expect(codesIn(here)).not.toContain('0 BOX_CLONED'); // a restart looks the same so far
    box.bus.cut();
    await here.clock.advance(5_000);
    expect(codesIn(here)).toContain('0 BOX_CLONED');
    const knows = (to: ModelBox) =>
      to.source.objections.some((jws) => payloadOf<Objection>(jws).code === 'BOX_CLONED');
    expect(knows(box) && knows(twin)).toBe(true);
    expect(clinicReport(here.town().store, here.clock.now())[0]?.cloned_at).not.toBeNull();
  });

  test('a box that restarts or reconnects a hundred times is no clone', async () => {
    for (let i = 0; i < 100; i += 1) {
      if (i % 3 === 0) {
        await here.during(box.stop());
        box = here.connect(box.keys, box.source);
      } else box.bus.cut();
      await here.clock.advance(here.random(1)[0] as number);
    }
    await here.clock.advance(5_000);
    expect(codesIn(here).filter((code) => code.includes('CLONED') || code.includes('FORK'))).toEqual([]);
  });

  test('two records in one place are both kept, the ledger is closed, and both boxes learn of it', async () => {
    const copy = memorySource(box.source.ledger, box.source.clinic, box.keys.signing);
    for (let seq = 1; seq <= 5; seq += 1) copy.append('settlement', settlementBody(seq, 'P1', 100));
    copy.append('settlement', settlementBody(6, 'P2', 999));
    settle(box, 'P1', 100);
    await here.clock.advance(5_000);
    const twin = here.connect(box.keys, copy);
    await here.clock.advance(20_000);
    box.bus.cut();
    await here.clock.advance(20_000);
    expect(copy.forks.length + copy.objections.length).toBeGreaterThan(0);
    expect(box.source.forks).toHaveLength(1);
    expect(twin.source.forks.length).toBeGreaterThan(0);
    settle(box, 'P1', 1);
    await here.clock.advance(60_000);
    expect(throughOf(here, box)).toBe(6);
    expect(verifyTownship(here.town().store)).toMatchObject({ ok: true, records: 6 });
  });

  test('a forged second record closes nothing', async () => {
    const stranger = readBoxKeys(makeBoxKeys(here.random));
    const { jws } = signRecord(EMPTY_HEAD, stockOf(box), stranger.signing);
    void box.send({ v: 1, t: 'records', after: 0 }, [jws]);
    await here.clock.advance(100);
    expect(here.town().store.ledgers.get(box.source.ledger)?.fork).toBeNull();
  });

  test('a second, validly signed record at a held seq closes the ledger and is kept', async () => {
    const { jws } = signRecord(EMPTY_HEAD, stockOf(box), box.keys.signing);
    void box.send({ v: 1, t: 'records', after: 0 }, [jws]);
    await here.clock.advance(2_000);
    expect(here.town().db.prepare('SELECT seq, jws FROM forks').all()).toEqual([{ seq: 1, jws }]);
    expect(codesIn(here)).toContain('1 RECORD_FORK');
    expect(box.source.forks).toHaveLength(1);
  });

  test('a township restored from yesterday is brought up to date', async () => {
    const { default: Database } = await import('better-sqlite3');
    const yesterday = new Database(here.town().db.serialize());
    for (let i = 0; i < 300; i += 1) settle(box, 'P3', 1);
    await here.clock.advance(10_000);
    expect(box.source.deliveredThrough()).toBe(305);
    await here.restore(yesterday);
    await here.clock.advance(10_000);
    expect(box.source.deliveredThrough()).toBe(305);
    expect(verifyTownship(here.town().store)).toMatchObject({ ok: true, records: 305 });
    expect(box.source.forks).toEqual([]);
  });

  test('a box restored from last week learns it, and sends nothing over what is held', async () => {
    await here.during(box.stop());
    box.source.cut(2);
    settle(box, 'P9', 1);
    box = here.connect(box.keys, box.source);
    await here.clock.advance(20_000);
    expect(box.source.forks).toHaveLength(1);
    expect(throughOf(here, box)).toBe(5);
  });
});
