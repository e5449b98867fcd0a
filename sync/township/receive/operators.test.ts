import { beforeEach, expect, test } from 'vitest';
import { EMPTY_HEAD, type Head, signRecord } from '../../record/record.ts';
import { type ModelBox, type ModelWorld, modelWorld } from '../../testing/model-world.ts';
import { codesIn, stockOf, throughOf } from '../../testing/township-view.ts';
import { verifyTownship } from '../book/verify.ts';

let here: ModelWorld;
let box: ModelBox;
let version = 0;

beforeEach(async () => {
  here = await modelWorld();
  box = here.box();
  await here.clock.advance(5_000);
});

/** Published for one clinic, or for all. */
function publish(opters: string[], clinic = '*'): void {
  const content = JSON.stringify({ operators: opters.map((opter) => ({ opter })) });
  version += 1;
  here.town().datasets.add(here.dataset('operators', version, content, here.keys.signing, clinic));
}

/** Sends records of a kind in the names of these operators, whatever the box itself would say. */
async function send(kind: string, ...operators: string[]): Promise<void> {
  const after = throughOf(here, box) ?? 0;
  const held = here.town().store.ledgers.get(box.source.ledger);
  let head: Head = held ? { seq: held.through, hash: held.hash } : EMPTY_HEAD;
  const records = operators.map((operator) => {
    const signed = signRecord(head, { ...stockOf(box), kind, operator }, box.keys.signing);
    head = { seq: head.seq + 1, hash: signed.hash };
    return signed.jws;
  });
  void box.send({ v: 1, t: 'records', after }, records);
  await here.clock.advance(1_000);
  expect(throughOf(here, box)).toBe(after + operators.length);
}

test.each(['stock', 'service', 'day-close', 'incident', 'configuration', 'tele-consultation'])(
  'a %s of nobody, or of no operator of the clinic, is held and objected to, once for each name',
  async (kind) => {
    publish(['D1']);
    publish(['D9'], 'H9');
    await send(kind, 'D1', '', 'D9', 'D9', 'd1', '', 'D1 ');
    expect(codesIn(here)).toEqual([2, 3, 5, 7].map((seq) => `${seq} OPERATOR_NOT_LISTED`));
    expect(verifyTownship(here.town().store)).toMatchObject({ ok: true, records: 7 });
  },
);

test('an operator of an earlier list, or of this clinic’s own, was one', async () => {
  publish(['D1']);
  publish(['D2']);
  publish(['D3'], box.source.clinic);
  await send('stock', 'D1', 'D2', 'D3');
  expect(codesIn(here)).toEqual([]);
});

test('what the process does by itself is nobody’s, but only that', async () => {
  publish(['D1']);
  await send('configuration', 'gateway');
  await send('incident', 'gateway');
  await send('tele-consultation', 'gateway');
  expect(codesIn(here)).toEqual([]);
  await send('day-close', 'gateway');
  expect(codesIn(here)).toEqual(['4 OPERATOR_NOT_LISTED']);
});

test('where no list was ever published, a name is enough', async () => {
  await send('stock', 'D1', '');
  expect(codesIn(here)).toEqual(['2 OPERATOR_NOT_LISTED']);
});
