import { beforeEach, describe, expect, test } from 'vitest';
import type { Envelope } from '../../contract/record.ts';
import { payloadOf, signJws } from '../../record/jws.ts';
import { makeBoxKeys, readBoxKeys } from '../../record/key-file.ts';
import { signRecord } from '../../record/record.ts';
import { transferBodies } from '../../record/transfer.ts';
import { memorySource } from '../../testing/memory-source.ts';
import { type ModelBox, type ModelWorld, modelWorld } from '../../testing/model-world.ts';
import { settlementBody } from '../../testing/world.ts';
import { clinicReport, fundReport, objectionReport } from './report.ts';
import { verifyTownship } from './verify.ts';

/**
 * What a ledger hands in for a closed or lost one: checked as on the wire, and booked once.
 * docs/decisions/0008
 */

let here: ModelWorld;
let old: ModelBox;
let next: ModelBox;

const store = () => here.town().store;
const day = () => fundReport(store(), 'day')[0];
const codes = () => objectionReport(store()).map(({ ledger, code }) => `${ledger.slice(0, 4)} ${code}`);
const settle = (to: ModelBox, psn_no: string, fen: number, request: string) =>
  to.source.append('settlement', { ...settlementBody(to.source.head().seq + 1, psn_no, fen), request });

/** As a restore does: record 1 names the old ledger, the rest is what it may not have sent. */
async function handIn(from: { jws: readonly string[] }, key = old.keys.signing.jwk): Promise<void> {
  for (const jws of from.jws)
    for (const body of transferBodies(jws, key)) next.source.append('handed-in', { ...body });
  await here.clock.advance(20_000);
  expect(next.source.deliveredThrough()).toBe(next.source.head().seq);
  expect(verifyTownship(store())).toMatchObject({ ok: true, faults: [] });
}

/**
 * The old box's disk, after an old image of it was put back: the first so many records, and what came then.
 */
function branch(from: number) {
  const { ledger, clinic } = old.source;
  const other = memorySource(ledger, clinic, old.keys.signing);
  for (const jws of old.source.jws.slice(0, from)) {
    const { kind, body } = payloadOf<Envelope>(jws);
    other.append(kind, body);
  }
  return other;
}

beforeEach(async () => {
  here = await modelWorld();
  here.town().datasets.add(here.dataset('bundle/demo', 1, '{}'));
  old = here.box();
  next = here.box();
  for (const n of [1, 2, 3]) settle(old, 'P1', 100, `held ${n}`);
  await here.clock.advance(5_000);
  expect(day()).toMatchObject({ settlements: 3, fund_pay_sumamt: '3.00' });
  await here.during(old.stop());
  const succeeds = { ledger: old.source.ledger, ...old.source.head() };
  next.source.append('configuration', { event: 'ledger-opened', succeeds });
  await here.clock.advance(5_000);
});

describe('the ledger before', () => {
  test('is closed by the record that names it, takes no more, and its box is told with every hello', async () => {
    const { ledger } = old.source;
    expect(clinicReport(store(), 0).find((row) => row.ledger === ledger)?.successor).toBe(next.source.ledger);
    settle(old, 'P1', 100, 'too late');
    const again = here.connect(old.keys, old.source);
    await here.clock.advance(20_000);
    expect(here.town().store.ledgers.get(ledger)?.through).toBe(3);
    expect(old.source.forks.join()).toContain('LEDGER_CLOSED');
    await here.during(again.stop());
  });

  test('cannot be closed by another clinic, nor by itself', async () => {
    const stranger = here.box(2);
    for (const box of [stranger, next])
      box.source.append('configuration', {
        event: 'ledger-opened',
        succeeds: { ledger: next.source.ledger },
      });
    await here.clock.advance(5_000);
    expect(clinicReport(store(), 0).find((row) => row.ledger === next.source.ledger)?.successor).toBeNull();
  });
});

describe('a record that is handed in', () => {
  test('is booked when it is not held, and once, however often it comes', async () => {
    settle(old, 'P1', 200, 'unheld');
    await handIn(old.source);
    expect(day()).toMatchObject({ settlements: 4, fund_pay_sumamt: '5.00' });
    await handIn(old.source);
    expect(day()).toMatchObject({ settlements: 4, fund_pay_sumamt: '5.00' });
  });

  test('of the branch that lost is booked beside the one that is held; the same request is not', async () => {
    const lost = branch(2);
    lost.append('settlement', { ...settlementBody(3, 'P2', 700), request: 'lost' });
    lost.append('settlement', { ...settlementBody(4, 'P1', 100), request: 'held 3' });
    await handIn(lost);
    expect(day()).toMatchObject({ settlements: 4, fund_pay_sumamt: '10.00' });
    expect(codes()).toEqual([`${next.source.ledger.slice(0, 4)} REQUEST_TWICE`]);
    expect(here.town().store.ledgers.get(old.source.ledger)?.fork).toBe(3);
  });

  test('takes back what is held, or what was handed in, and nothing twice', async () => {
    const { put } = settlementBody(1, 'P1', 100);
    const { seq, hash } = settle(old, 'P1', 100, 'unheld');
    const reverse = (of: object, request: string) =>
      old.source.append('reversal', { setl_id: '1', of, reason: 'x', put, refund: [], request });
    reverse({ seq, hash }, 'back 4');
    reverse({ seq, hash }, 'back 4 again');
    await handIn(old.source);
    expect(day()).toMatchObject({ settlements: 4 });
    expect(codes()).toEqual([`${next.source.ledger.slice(0, 4)} REVERSED_TWICE`]);
    const sum = fundReport(store(), 'month')[0];
    expect([sum?.reversals, fundReport(store(), 'month').at(-1)?.fund_pay_sumamt]).toEqual([1, '3.00']);
  });

  test('too long for one record comes in two', async () => {
    const long = { ...settlementBody(4, 'P1', 100), request: 'long', trace: 'x'.repeat(150_000) };
    old.source.append('settlement', long);
    expect(transferBodies(old.source.jws.at(-1) as string, old.keys.signing.jwk)).toHaveLength(2);
    await handIn(old.source);
    expect(day()).toMatchObject({ settlements: 4, fund_pay_sumamt: '4.00' });
  });

  test('that its box never signed is held, not booked, whatever key comes with it', async () => {
    const stranger = readBoxKeys(makeBoxKeys(here.random)).signing;
    const { ledger, clinic, head } = old.source;
    const fields = { ledger, clinic, at: '2026-11-22T03:04:05.678Z', kind: 'settlement', operator: 'x' };
    const body = settlementBody(4, 'P1', 900);
    const forged = signRecord(head(), { ...fields, body }, stranger);
    const elsewhere = signRecord(head(), { ...fields, body, clinic: 'H9' }, old.keys.signing);
    const own = next.source.jws[0] as string;
    const nothing = signJws('cyt-record+jws', {}, stranger);
    await handIn(
      { jws: [forged.jws, elsewhere.jws, own, 'x', '..', `${forged.jws}x`, nothing] },
      stranger.jwk,
    );
    next.source.append('handed-in', { jws: old.source.jws[0] as string, begun: true });
    next.source.append('handed-in', { jws: 7, key: null });
    await handIn({ jws: [] });
    expect(day()).toMatchObject({ settlements: 3, fund_pay_sumamt: '3.00' });
    expect(codes()).toEqual(Array(9).fill(`${next.source.ledger.slice(0, 4)} BODY_UNREADABLE`));
  });

  test('of a ledger that the township has forgotten is taken by the key that comes with it', async () => {
    const lost = readBoxKeys(makeBoxKeys(here.random)).signing;
    const source = memorySource('e'.repeat(32), old.source.clinic, lost);
    source.append('settlement', { ...settlementBody(1, 'P3', 50), request: 'forgotten' });
    await handIn(source, lost.jwk);
    expect(day()).toMatchObject({ settlements: 4, fund_pay_sumamt: '3.50' });
  });
});
