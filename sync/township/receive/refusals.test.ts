import { beforeEach, describe, expect, test } from 'vitest';
import type { Hello } from '../../contract/messages.ts';
import { signJws } from '../../record/jws.ts';
import { makeBoxKeys, readBoxKeys } from '../../record/key-file.ts';
import { signRecord } from '../../record/record.ts';
import { memorySource } from '../../testing/memory-source.ts';
import { type ModelBox, type ModelWorld, modelWorld } from '../../testing/model-world.ts';
import { settle, stockOf, throughOf } from '../../testing/township-view.ts';
import { clinicOf } from '../../testing/world.ts';
import { clinicReport } from '../book/report.ts';
import { verifyTownship } from '../book/verify.ts';

let here: ModelWorld;
let box: ModelBox;

beforeEach(async () => {
  here = await modelWorld();
  box = here.box();
});

describe('what no box of ours sent', () => {
  const state = () =>
    JSON.stringify(
      ['records', 'ledgers', 'forks', 'findings', 'used'].map((t) =>
        here.town().db.prepare(`SELECT * FROM ${t}`).all(),
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
    const sent: [string, Buffer][] = [];
    here.spy.onMessage((topic, payload) => sent.push([topic, payload]));
    for (const leaf of ['up', 'down'] as const) await here.spy.subscribe(box.topic(leaf));
    settle(box, 'P1', 1);
    await here.clock.advance(2_000);
    const [up] = sent.filter(([topic]) => topic === box.topic('up'));
    const [down] = sent.filter(([topic]) => topic === box.topic('down'));
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
    expect(here.town().receiver.refused()).toEqual({ SEAL_BROKEN: 2, MESSAGE_REFUSED: 3, SIGNATURE_KEY: 1 });
  });

  test('records of another key, ledger, clinic or seq are refused, and those before them are held', async () => {
    const stranger = readBoxKeys(makeBoxKeys(here.random));
    const fields = stockOf(box);
    const head = box.source.head();
    const good = signRecord(head, fields, box.keys.signing);
    const next = { seq: head.seq + 1, hash: good.hash };
    for (const bad of [
      signRecord(next, fields, stranger.signing),
      signRecord(next, { ...fields, ledger: 'f'.repeat(32) }, box.keys.signing),
      signRecord(next, { ...fields, clinic: 'H9' }, box.keys.signing),
      signRecord({ ...next, seq: 7 }, fields, box.keys.signing),
    ]) {
      void box.send({ v: 1, t: 'records', after: head.seq }, [good.jws, bad.jws]);
      await here.clock.advance(50);
      expect(throughOf(here, box)).toBe(head.seq + 1);
    }
    expect(here.town().receiver.refused()).toMatchObject({ SIGNATURE_KEY: 1, RECORD_SHAPE: 3 });
    expect(here.town().store.ledgers.get(box.source.ledger)?.fork).toBeNull();
  });

  test('a hello that was sent before does nothing', async () => {
    const sent: Buffer[] = [];
    here.spy.onMessage((_topic, payload) => sent.push(payload));
    await here.spy.subscribe(box.topic('up'));
    box.bus.cut();
    await here.clock.advance(2_000);
    await changesNothing([box.topic('up'), sent[0] as Buffer]);
    expect(here.town().receiver.refused().MESSAGE_REFUSED).toBe(1);
  });

  test('a hello for another ledger of the same box is refused', async () => {
    const { ledger: other, head } = memorySource('e'.repeat(32), box.source.clinic, box.keys.signing);
    const sealing = Buffer.from(box.keys.sealing.publicKey).toString('base64url');
    const { kid, jwk } = box.keys.signing;
    const { ledgers } = here.town().store;
    ledgers.enrol({ kid, jwk, sealing, ledger: other }, clinicOf(1), '2026-11-22T00:00:00.000Z');
    const { seq, hash } = head();
    const hello: Hello = {
      ...{ v: 1, ledger: other, clinic: box.source.clinic, head: seq, hash, held: 0 },
      ...{ datasets: {}, boot: 'elsewhere', n: 1 },
    };
    const before = ledgers.get(box.source.ledger);
    void box.send({ v: 1, t: 'hello', hello: signJws('cyt-hello+jws', hello, box.keys.signing) });
    await here.clock.advance(100);
    expect(here.town().receiver.refused()).toMatchObject({ MESSAGE_REFUSED: 1 });
    expect(ledgers.get(box.source.ledger)).toEqual(before);
    expect(ledgers.get(other)?.boot).toBeNull();
  });

  test('a revoked box is refused; what it signed before stays', async () => {
    here.town().store.ledgers.revoke(box.keys.signing.kid, '2026-11-23T00:00:00.000Z');
    settle(box, 'P1', 7);
    await here.clock.advance(60_000);
    expect(throughOf(here, box)).toBe(1);
    expect(verifyTownship(here.town().store)).toMatchObject({ ok: true, records: 1 });
    expect(clinicReport(here.town().store, here.clock.now())[0]?.revoked_at).toBe('2026-11-23T00:00:00.000Z');
    await here.clock.advance(7_000_000);
    expect(box.source.standing()).toContain('0 BOX_REVOKED');
  });
});
