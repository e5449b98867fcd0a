import { beforeEach, describe, expect, test } from 'vitest';
import type { Objection } from '../../contract/messages.ts';
import { payloadOf, signJws } from '../../record/jws.ts';
import { createObjectionsHeld } from '../../record/objections.ts';
import { memorySource } from '../../testing/memory-source.ts';
import { type ModelBox, type ModelWorld, modelWorld } from '../../testing/model-world.ts';
import { codesIn, reverse, settle, settleWrongly, stockOf, throughOf } from '../../testing/township-view.ts';
import { settlementBody } from '../../testing/world.ts';
import { fundReport } from '../book/report.ts';
import { verifyTownship } from '../book/verify.ts';

/** An objection ends at both sides when its problem is solved, and not before. */

let here: ModelWorld;
let box: ModelBox;

beforeEach(async () => {
  here = await modelWorld();
  box = here.box();
});

const HELLO_MS = 1_300_000;
const know = () => here.town().datasets.add(here.dataset('bundle/demo', 1, '{}'));
/** The same at the township and at the box. */
const expectStanding = (...codes: string[]) => {
  expect(codesIn(here)).toEqual(codes);
  expect(box.source.standing().sort()).toEqual(codes);
};

describe('an objection is withdrawn', () => {
  test('when the bundle that was unknown comes, for every box that used it', async () => {
    const other = here.box(2);
    for (const one of [box, other]) settle(one, 'P1', 100);
    await here.clock.advance(5_000);
    expect(codesIn(here)).toEqual(['1 BUNDLE_UNKNOWN', '1 BUNDLE_UNKNOWN']);
    here.town().datasets.add(here.dataset('bundle/other', 1, '{}'));
    here.town().receiver.offerAll();
    await here.clock.advance(1_000);
    expect(codesIn(here)).toHaveLength(2);
    know();
    here.town().receiver.offerAll();
    await here.clock.advance(1_000);
    expectStanding();
    expect(other.source.standing()).toEqual([]);
    expect(
      here
        .town()
        .store.reports.objections(9, true)
        .map(({ withdrawn_at }) => typeof withdrawn_at),
    ).toEqual(['string', 'string']);
  });

  test('when the settlement whose amounts differ is reversed', async () => {
    know();
    settleWrongly(box);
    const { seq, hash } = settleWrongly(box);
    await here.clock.advance(5_000);
    expectStanding('1 AMOUNTS_DIFFER', '2 AMOUNTS_DIFFER');
    reverse(box, seq, hash, settlementBody(2, 'P1', 100).put);
    await here.clock.advance(5_000);
    expectStanding('1 AMOUNTS_DIFFER');
  });

  test('when a new ledger has followed the one that forked', async () => {
    know();
    settle(box, 'P1', 100);
    await here.clock.advance(5_000);
    const copy = memorySource(box.source.ledger, box.source.clinic, box.keys.signing);
    copy.append('settlement', settlementBody(1, 'P2', 7));
    const twin = here.connect(box.keys, copy);
    await here.clock.advance(20_000);
    expect(codesIn(here)).toContain('1 RECORD_FORK');
    const next = here.box();
    next.source.append('configuration', {
      event: 'ledger-opened',
      succeeds: { ledger: box.source.ledger, ...box.source.head() },
    });
    await here.clock.advance(20_000);
    expect(codesIn(here)).not.toContain('1 RECORD_FORK');
    await here.clock.advance(HELLO_MS);
    expect(twin.source.standing()).toEqual(['0 LEDGER_CLOSED']);
    expect(next.source.standing()).toEqual([]);
  });

  test('when the whole ledger is there again', async () => {
    know();
    for (let i = 0; i < 3; i += 1) settle(box, 'P1', 100);
    await here.clock.advance(5_000);
    await here.during(box.stop());
    const short = memorySource(box.source.ledger, box.source.clinic, box.keys.signing);
    short.append('settlement', settlementBody(1, 'P1', 100));
    const old = here.connect(box.keys, short);
    await here.clock.advance(20_000);
    expect(old.source.standing()).toEqual(['1 LEDGER_SHORT']);
    await here.during(old.stop());
    box = here.connect(box.keys, box.source);
    await here.clock.advance(20_000);
    expectStanding();
  });

  test('when the record that was refused comes as it should', async () => {
    know();
    settle(box, 'P1', 100);
    await here.clock.advance(5_000);
    const wrong = { ...payloadOf(box.source.jws[0] ?? ''), ...stockOf(box), seq: 2, ledger: 'f'.repeat(32) };
    const hail = [signJws('cyt-record+jws', wrong, box.keys.signing)];
    void box.send({ v: 1, t: 'records', after: 1 }, hail);
    await here.clock.advance(2_000);
    expectStanding('2 RECORD_REFUSED');
    const said = payloadOf<Objection>(box.source.objections.at(-1) ?? '');
    expect(said).toMatchObject({ text: expect.stringContaining('RECORD_SHAPE') });
    settle(box, 'P1', 100);
    await here.clock.advance(5_000);
    expect(throughOf(here, box)).toBe(2);
    expectStanding();
  });

  test('when a later release reads what this one could not: and then it is booked, as verification books it', async () => {
    know();
    const { db } = here.town();
    settle(box, 'P1', 100);
    const { seq, hash } = settle(box, 'P1', 100);
    reverse(box, seq, hash, settlementBody(2, 'P1', 100).put);
    await here.clock.advance(5_000);
    expectStanding();
    // As an earlier release left it, that could read neither body 2 nor book what takes it back.
    db.exec('DELETE FROM postings WHERE seq > 1');
    const { store } = here.town();
    expect(verifyTownship(store).ok).toBe(false);
    for (const [n, at, code] of [
      [1, 2, 'BODY_UNREADABLE'],
      [2, 3, 'REVERSAL_UNKNOWN'],
    ] as const) {
      const { ledger, clinic } = box.source;
      const facts = { v: 1, ledger, clinic, seq: at, code, text: 'x', at: '2026-11-22T00:00:00.000Z', n };
      store.objections.add(
        { ledger, seq: at, code, at: facts.at, n },
        signJws('cyt-finding+jws', facts, here.keys.signing),
        null,
      );
    }
    await here.restore(db);
    expect(codesIn(here)).toEqual([]);
    expect(verifyTownship(here.town().store)).toMatchObject({ ok: true, records: 3 });
    expect(fundReport(here.town().store, 'month')).toMatchObject([{ settlements: 2, reversals: 1 }]);
    await here.clock.advance(HELLO_MS);
    expectStanding();
  });
});

test('an objection that was withdrawn can be raised again, and stands at both sides', async () => {
  settle(box, 'P1', 100);
  await here.clock.advance(5_000);
  const { store } = here.town();
  for (let i = 0; i < 3; i += 1) {
    expectStanding('1 BUNDLE_UNKNOWN');
    store.transact((tables) => {
      const withdraws = { ledger: box.source.ledger, seq: 1 };
      const { ledger } = withdraws;
      const n = tables.objections.lastNumber(ledger) + 1;
      const row = { ledger, seq: 1, code: 'BUNDLE_UNKNOWN', at: '2026-11-22T01:00:00.000Z', n };
      const said = { v: 1, ...row, clinic: box.source.clinic, text: 'x', withdrawn: true };
      expect(tables.objections.withdraw(row, signJws('cyt-finding+jws', said, here.keys.signing))).toBe(true);
    });
    await here.clock.advance(HELLO_MS);
    expectStanding();
    const again = {
      ledger: box.source.ledger,
      seq: 1,
      code: 'BUNDLE_UNKNOWN',
      at: '2026-11-22T02:00:00.000Z',
    };
    const n = store.objections.lastNumber(again.ledger) + 1;
    const said = { v: 1, ...again, n, clinic: box.source.clinic, text: 'x' };
    expect(
      store.objections.add({ ...again, n }, signJws('cyt-finding+jws', said, here.keys.signing), null),
    ).toBe(true);
    await here.clock.advance(HELLO_MS);
  }
});

test('a township that lost its objections says so: what the box held of them is gone, and comes again only if it is so', async () => {
  const { default: Database } = await import('better-sqlite3');
  know();
  settle(box, 'P1', 100);
  await here.clock.advance(5_000);
  const yesterday = new Database(here.town().db.serialize());
  const { ledger, clinic } = box.source;
  const lost = {
    v: 1,
    ledger,
    clinic,
    seq: 0,
    code: 'BOX_CLONED',
    text: 'x',
    at: '2026-11-22T01:00:00.000Z',
  };
  for (const n of [1, 2])
    void here.sendDown(box, {
      v: 1,
      t: 'finding',
      finding: signJws('cyt-finding+jws', { ...lost, seq: n - 1, n }, here.keys.signing),
    });
  await here.clock.advance(1_000);
  expect(box.source.standing()).toEqual(['0 BOX_CLONED', '1 BOX_CLONED']);
  await here.restore(yesterday);
  await here.clock.advance(HELLO_MS);
  expectStanding();
});

test('a withdrawal that comes before what it withdraws counts, and a later objection stands', () => {
  const said = (n: number | undefined, more: object = {}) =>
    signJws(
      'cyt-finding+jws',
      { seq: 5, code: 'BOX_CLONED', ...(n === undefined ? {} : { n }), ...more },
      here.keys.signing,
    );
  const [one, two, three] = [said(1), said(2, { withdrawn: true }), said(3)];
  const standing = (...order: string[]) => {
    const held = createObjectionsHeld();
    for (const jws of order) held.note(jws);
    return held.standing().map(({ n }) => n);
  };
  expect(standing(one)).toEqual([1]);
  expect(standing(two, one)).toEqual([]);
  expect(standing(three, two, one)).toEqual([3]);
  expect(standing(one, three, two)).toEqual([3]);
  expect(standing(said(undefined), two)).toEqual([]);
  expect(standing(said(undefined, { seq: 6 }), one, two)).toEqual([undefined]);
});
