import { beforeEach, describe, expect, test } from 'vitest';
import type { Objection } from '../../contract/messages.ts';
import { payloadOf, signJws } from '../../record/jws.ts';
import { makeBoxKeys, readBoxKeys } from '../../record/key-file.ts';
import { EMPTY_HEAD, signRecord } from '../../record/record.ts';
import { memorySource } from '../../testing/memory-source.ts';
import { type ModelBox, type ModelWorld, modelWorld } from '../../testing/model-world.ts';
import { settlementBody } from '../../testing/world.ts';
import { clinicReport, fundReport, objectionReport, personReport } from '../book/report.ts';
import { verifyTownship } from '../book/verify.ts';
import { openTownshipDb } from '../store/sqlite/schema.ts';
import { createSqliteStore } from '../store/sqlite/store.ts';

let here: ModelWorld;
let box: ModelBox;

beforeEach(async () => {
  here = await modelWorld();
  box = here.box();
});

const db = () => here.town().db;
const store = () => here.town().store;
const settle = (to: ModelBox, psn_no: string, fen: number, change: object = {}) =>
  to.source.append('settlement', { ...settlementBody(to.source.head().seq + 1, psn_no, fen), ...change });
const reverse = (to: ModelBox, seq: number, hash: string, put: object[]) =>
  to.source.append('reversal', { setl_id: '1', of: { seq, hash }, reason: 'x', put, refund: 'cash' });
const codes = () =>
  objectionReport(store())
    .map(({ seq, code }) => `${seq} ${code}`)
    .sort();
const through = (of = box) => here.town().store.ledgers.get(of.source.ledger)?.through;
const used = (person: string, bucket: string) =>
  personReport(store(), person)
    .filter((row) => row.bucket === bucket)
    .map(({ ledger, amount }) => [ledger, amount]);

describe('what is held', () => {
  test('kinds and versions that nobody knows yet are held and receipted', async () => {
    box.source.append('tele-consultation', { anything: [1, 2, { deep: true }] });
    const { ledger, clinic, head } = box.source;
    const to_come = payloadOf(box.source.jws[0] ?? '');
    Object.assign(to_come, { v: 9, seq: 2, prev: head().hash, kind: 'settlement', ledger, clinic });
    await here.clock.advance(5_000);
    const records = [signJws('cyt-record+jws', to_come, box.keys.signing)];
    void box.say({ v: 1, t: 'records', after: 1 }, records);
    await here.clock.advance(1_000);
    expect(through()).toBe(2);
    expect(codes()).toEqual([]);
    expect(verifyTownship(store())).toMatchObject({ ok: true, records: 2 });
  });

  test('a settlement that cannot be read is held, told of, and blocks nothing', async () => {
    box.source.append('settlement', { psn: null });
    settle(box, 'P1', 100);
    await here.clock.advance(5_000);
    expect(box.source.deliveredThrough()).toBe(2);
    expect(codes()).toEqual(['1 BODY_UNREADABLE', '2 BUNDLE_UNKNOWN']);
    expect(box.source.findings.length).toBeGreaterThanOrEqual(2);
  });

  test('a bundle that nobody knows is told of once, not with every record', async () => {
    for (let i = 0; i < 200; i += 1) settle(box, 'P1', 1);
    await here.clock.advance(5_000);
    settle(box, 'P1', 1);
    await here.clock.advance(5_000);
    expect(codes()).toEqual(['1 BUNDLE_UNKNOWN']);
  });

  test('findings by the hundred hold up no receipt, and all of them arrive in the end', async () => {
    here.town().datasets.add(here.dataset('bundle/demo', 1, '{}'));
    for (let i = 0; i < 250; i += 1) settle(box, 'P1', 100, { paid: [{ way: 'cash', amount: '9.99' }] });
    await here.clock.advance(5_000);
    expect(box.source.deliveredThrough()).toBe(250);
    expect(codes()).toHaveLength(250);
    await here.clock.advance(12 * 3_600_000);
    expect(new Set(box.source.findings).size).toBe(250);
  });

  const odd = (to: ModelBox) => settle(to, 'P1', 100, { paid: [{ way: 'cash', amount: '9.99' }] });
  const numbers = () => [...new Set(box.source.findings)].map((jws) => payloadOf<Objection>(jws).n);

  test('a finding that was lost ever so often comes in the end, and none that is held comes again', async () => {
    here.town().datasets.add(here.dataset('bundle/demo', 1, '{}'));
    const { addObjection } = box.source;
    let lost = 0;
    box.source.addObjection = () => {
      lost += 1;
      throw new Error('the disk is full');
    };
    for (let i = 0; i < 3; i += 1) odd(box);
    await here.clock.advance(12 * 3_600_000);
    expect(lost).toBeGreaterThan(30);
    box.source.addObjection = addObjection;
    await here.clock.advance(3_600_000);
    expect(numbers()).toEqual([1, 2, 3]);
    const heard = box.source.findings.length;
    await here.clock.advance(12 * 3_600_000);
    expect(box.source.findings).toHaveLength(heard);
  });

  test('a township that lost data numbers its findings anew, and each still comes', async () => {
    const { default: Database } = await import('better-sqlite3');
    here.town().datasets.add(here.dataset('bundle/demo', 1, '{}'));
    odd(box);
    await here.clock.advance(5_000);
    const yesterday = new Database(db().serialize());
    for (let i = 0; i < 3; i += 1) odd(box);
    await here.clock.advance(5_000);
    expect(numbers()).toEqual([1, 2, 3, 4]);
    await here.restore(yesterday);
    await here.clock.advance(3_600_000);
    expect(numbers()).toEqual([1, 2, 3, 4, 2, 3, 4]);
    expect(box.source.objectionsHeld().n).toBe(4);
  });

  test('amounts that do not add up are told of', async () => {
    const body = settlementBody(1, 'P1', 100);
    const off = { ...body.answer.setlinfo, medfee_sumamt: '9.99' };
    settle(box, 'P1', 100, { answer: { setlinfo: off }, paid: [{ way: 'cash', amount: '0.01' }] });
    await here.clock.advance(5_000);
    expect(codes()).toContain('1 AMOUNTS_DIFFER');
  });
});

describe('totals', () => {
  test('are per person over all clinics, kept by ledger, and a reversal takes them back in the same period', async () => {
    const other = here.box(2);
    here.town().datasets.add(here.dataset('bundle/demo', 1, '{}'));
    settle(box, 'P1', 1492);
    const first = box.source.head();
    settle(box, 'P2', 5);
    settle(other, 'P1', 8);
    await here.clock.advance(5_000);
    expect(used('P1', 'outpatient-year')).toEqual(
      [
        [box.source.ledger, '14.92'],
        [other.source.ledger, '0.08'],
      ].sort(([a], [b]) => ((a as string) < (b as string) ? -1 : 1)),
    );
    expect(
      used('', 'clinic-year')
        .map(([, amount]) => amount)
        .sort(),
    ).toEqual(['0.08', '14.97']);

    reverse(box, first.seq, first.hash, settlementBody(1, 'P1', 1492).put);
    await here.clock.advance(5_000);
    expect(
      used('P1', 'outpatient-year')
        .map(([, amount]) => amount)
        .sort(),
    ).toEqual(['0.00', '0.08']);
    expect(
      used('P1', 'visits')
        .map(([, amount]) => amount)
        .sort(),
    ).toEqual(['0', '1']);
    expect(fundReport(store(), 'day').find(({ reversals }) => reversals === 1)).toMatchObject({
      settlements: 2,
      fund_pay_sumamt: '0.05',
    });
    expect(codes()).toEqual([]);
    expect(verifyTownship(store())).toMatchObject({ ok: true, ledgers: 2, records: 4 });
  });

  test('a reversal of nothing, of something else, or a second one moves nothing', async () => {
    here.town().datasets.add(here.dataset('bundle/demo', 1, '{}'));
    settle(box, 'P1', 100);
    const { seq, hash } = box.source.head();
    const { put } = settlementBody(1, 'P1', 100);
    reverse(box, seq, '0'.repeat(64), put);
    reverse(box, seq, hash, put.slice(1));
    reverse(box, seq, hash, put);
    reverse(box, seq, hash, put);
    await here.clock.advance(5_000);
    expect(codes()).toEqual(['2 REVERSAL_UNKNOWN', '3 REVERSAL_DIFFERS', '5 REVERSED_TWICE']);
    expect(used('P1', 'outpatient-year')).toEqual([[box.source.ledger, '0.00']]);
    expect(verifyTownship(store()).ok).toBe(true);
  });

  test('verify sees an edited amount, an edited record, a lost tail and a lost middle', async () => {
    for (let i = 1; i <= 6; i += 1) settle(box, 'P1', i);
    await here.clock.advance(5_000);
    expect(verifyTownship(store()).ok).toBe(true);
    for (const damage of [
      "UPDATE used SET amount = amount + 1 WHERE person = 'P1'",
      'UPDATE postings SET fund = fund + 1 WHERE seq = 3',
      'DELETE FROM postings WHERE seq = 3',
      'DELETE FROM records WHERE seq = 6',
      'DELETE FROM records WHERE seq = 3',
      "UPDATE records SET jws = replace(jws, 'A', 'B') WHERE seq = 2",
      "UPDATE records SET kind = 'stock' WHERE seq = 2",
    ]) {
      const copy = openTownshipDb(':memory:');
      const file = db().serialize();
      copy.close();
      const { default: Database } = await import('better-sqlite3');
      const damaged = new Database(file);
      damaged.exec(damage);
      expect(verifyTownship(createSqliteStore(damaged)), damage).toMatchObject({ ok: false });
      damaged.close();
    }
  });
});

describe('what is not ours', () => {
  const state = () =>
    JSON.stringify(
      ['records', 'ledgers', 'forks', 'findings', 'used'].map((t) =>
        db().prepare(`SELECT * FROM ${t}`).all(),
      ),
    );

  async function changesNothing(...messages: [string, Uint8Array][]) {
    const before = state();
    for (const [topic, payload] of messages) void here.spy.publish(topic, payload);
    await here.clock.advance(100);
    expect(state()).toBe(before);
  }

  beforeEach(async () => {
    settle(box, 'P1', 100);
    await here.clock.advance(5_000);
  });

  test('is refused, counted and changes nothing', async () => {
    const heard: [string, Buffer][] = [];
    here.spy.onMessage((topic, payload) => heard.push([topic, payload]));
    for (const leaf of ['up', 'down'] as const) await here.spy.subscribe(box.topic(leaf));
    settle(box, 'P1', 1);
    await here.clock.advance(2_000);
    const [up] = heard.filter(([topic]) => topic === box.topic('up'));
    const [down] = heard.filter(([topic]) => topic === box.topic('down'));
    const other = here.box(2);
    await here.clock.advance(5_000);
    await changesNothing(
      [box.topic('up'), Buffer.alloc(0)],
      [box.topic('up'), Buffer.alloc(400_000)],
      [box.topic('up'), (down as [string, Buffer])[1]], // thrown back
      [other.topic('up'), (up as [string, Buffer])[1]], // under another name
      [box.topic('up').replace(/H\d+/, 'H9'), (up as [string, Buffer])[1]],
      [box.topic('up').replace(/[0-9a-f]{32}/, 'f'.repeat(32)), (up as [string, Buffer])[1]],
      ['cyt/1/x', Buffer.from('x')],
    );
    const refused = here.town().receiver.refused();
    expect(refused.SEAL_BROKEN).toBe(2);
    expect(refused.INTERNAL).toBeUndefined();
  });

  test('records of another key, ledger, clinic or seq are refused, and those before them are held', async () => {
    const stranger = readBoxKeys(makeBoxKeys(here.random));
    const fields = {
      ledger: box.source.ledger,
      clinic: box.source.clinic,
      at: '2026-11-22T03:04:05.678Z',
      kind: 'stock',
      operator: 'x',
      body: {},
    };
    const head = box.source.head();
    const good = signRecord(head, fields, box.keys.signing);
    const next = { seq: head.seq + 1, hash: good.hash };
    for (const bad of [
      signRecord(next, fields, stranger.signing),
      signRecord(next, { ...fields, ledger: 'f'.repeat(32) }, box.keys.signing),
      signRecord(next, { ...fields, clinic: 'H9' }, box.keys.signing),
      signRecord({ ...next, seq: 7 }, fields, box.keys.signing),
    ]) {
      void box.say({ v: 1, t: 'records', after: head.seq }, [good.jws, bad.jws]);
      await here.clock.advance(50);
      expect(through()).toBe(head.seq + 1);
    }
    expect(here.town().receiver.refused()).toMatchObject({ SIGNATURE_KEY: 1, RECORD_SHAPE: 3 });
    expect(here.town().store.ledgers.get(box.source.ledger)?.fork).toBeNull();
  });

  test('a hello said before does nothing', async () => {
    const heard: Buffer[] = [];
    here.spy.onMessage((_topic, payload) => heard.push(payload));
    await here.spy.subscribe(box.topic('up'));
    box.bus.cut();
    await here.clock.advance(2_000);
    await changesNothing([box.topic('up'), heard[0] as Buffer]);
    expect(here.town().receiver.refused().MESSAGE_REFUSED).toBe(1);
  });

  test('a revoked box is refused; what it signed before stays', async () => {
    here.town().store.ledgers.revoke(box.keys.signing.kid, '2026-11-23T00:00:00.000Z');
    settle(box, 'P1', 7);
    await here.clock.advance(60_000);
    expect(through()).toBe(1);
    expect(verifyTownship(store())).toMatchObject({ ok: true, records: 1 });
    expect(clinicReport(store(), here.clock.now())[0]?.revoked_at).toBe('2026-11-23T00:00:00.000Z');
  });
});

describe('two stories', () => {
  beforeEach(async () => {
    for (let i = 0; i < 5; i += 1) settle(box, 'P1', 100);
    await here.clock.advance(5_000);
  });

  test('a copied box is noticed as soon as both speak, and both are told', async () => {
    const copy = memorySource(box.source.ledger, box.source.clinic, box.keys.signing);
    for (let seq = 1; seq <= 5; seq += 1) copy.append('settlement', settlementBody(seq, 'P1', 100));
    const twin = here.connect(box.keys, copy);
    await here.clock.advance(5_000);
    expect(codes()).not.toContain('0 BOX_CLONED'); // a restart looks the same so far
    box.bus.cut();
    await here.clock.advance(5_000);
    expect(codes()).toContain('0 BOX_CLONED');
    const told = (to: ModelBox) =>
      to.source.findings.some((jws) => payloadOf<Objection>(jws).code === 'BOX_CLONED');
    expect(told(box) && told(twin)).toBe(true);
    expect(clinicReport(store(), here.clock.now())[0]?.cloned_at).not.toBeNull();
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
    expect(codes().filter((code) => code.includes('CLONED') || code.includes('FORK'))).toEqual([]);
  });

  test('two records in one place are both kept, the ledger is closed, and both are told', async () => {
    const copy = memorySource(box.source.ledger, box.source.clinic, box.keys.signing);
    for (let seq = 1; seq <= 5; seq += 1) copy.append('settlement', settlementBody(seq, 'P1', 100));
    copy.append('settlement', settlementBody(6, 'P2', 999));
    settle(box, 'P1', 100);
    await here.clock.advance(5_000);
    const twin = here.connect(box.keys, copy);
    await here.clock.advance(20_000);
    box.bus.cut();
    await here.clock.advance(20_000);
    expect(copy.forks.length + copy.findings.length).toBeGreaterThan(0);
    expect(box.source.forks).toHaveLength(1);
    expect(twin.source.forks.length).toBeGreaterThan(0);
    settle(box, 'P1', 1);
    await here.clock.advance(60_000);
    expect(through()).toBe(6);
    expect(verifyTownship(store())).toMatchObject({ ok: true, records: 6 });
  });

  test('a forged second record closes nothing', async () => {
    const stranger = readBoxKeys(makeBoxKeys(here.random));
    const fields = {
      ledger: box.source.ledger,
      clinic: box.source.clinic,
      at: '2026-11-22T03:04:05.678Z',
      kind: 'stock',
      operator: 'x',
      body: {},
    };
    const { jws } = signRecord(EMPTY_HEAD, fields, stranger.signing);
    void box.say({ v: 1, t: 'records', after: 0 }, [jws]);
    await here.clock.advance(100);
    expect(here.town().store.ledgers.get(box.source.ledger)?.fork).toBeNull();
  });

  test('a second, validly signed record at a held seq closes the ledger and is kept', async () => {
    const fields = {
      ledger: box.source.ledger,
      clinic: box.source.clinic,
      at: '2026-11-22T03:04:05.678Z',
      kind: 'stock',
      operator: 'x',
      body: {},
    };
    const { jws } = signRecord(EMPTY_HEAD, fields, box.keys.signing);
    void box.say({ v: 1, t: 'records', after: 0 }, [jws]);
    await here.clock.advance(2_000);
    expect(db().prepare('SELECT seq, jws FROM forks').all()).toEqual([{ seq: 1, jws }]);
    expect(codes()).toContain('1 RECORD_FORK');
    expect(box.source.forks).toHaveLength(1);
  });

  test('a township restored from yesterday is brought up to date', async () => {
    const { default: Database } = await import('better-sqlite3');
    const yesterday = new Database(db().serialize());
    for (let i = 0; i < 300; i += 1) settle(box, 'P3', 1);
    await here.clock.advance(10_000);
    expect(box.source.deliveredThrough()).toBe(305);
    await here.restore(yesterday);
    await here.clock.advance(10_000);
    expect(box.source.deliveredThrough()).toBe(305);
    expect(verifyTownship(store())).toMatchObject({ ok: true, records: 305 });
    expect(box.source.forks).toEqual([]);
  });

  test('a box restored from last week is told so, and sends nothing over what is held', async () => {
    await here.during(box.stop());
    box.source.cut(2);
    settle(box, 'P9', 1);
    box = here.connect(box.keys, box.source);
    await here.clock.advance(20_000);
    expect(box.source.forks).toHaveLength(1);
    expect(through()).toBe(5);
  });
});

test('a township whose disk takes nothing more receipts nothing, and catches up when it does', async () => {
  settle(box, 'P1', 1);
  await here.clock.advance(5_000);
  db().pragma('query_only = 1');
  for (let i = 0; i < 20; i += 1) settle(box, 'P1', 1);
  await here.clock.advance(600_000);
  expect(box.source.deliveredThrough()).toBe(1);
  expect(here.log.lines.some(({ level }) => level === 'error')).toBe(true);
  db().pragma('query_only = 0');
  await here.clock.advance(600_000);
  expect(box.source.deliveredThrough()).toBe(21);
  expect(verifyTownship(store())).toMatchObject({ ok: true, records: 21 });
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
    expect(verifyTownship(store())).toMatchObject({ ok: true, records: 100 });
    expect(box.source.forks).toEqual([]);
  }
});
