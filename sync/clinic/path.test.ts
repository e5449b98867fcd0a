import { afterEach, beforeEach, expect, test } from 'vitest';
import { settlementBody, until, type World, world } from '../testing/world.ts';
import { personReport } from '../township/book/report.ts';
import { verifyTownship } from '../township/book/verify.ts';

let here: World;
beforeEach(async () => {
  here = await world();
});
afterEach(() => here.close());

test('from enrolment to receipts: five hundred records, a township restart and cut cables lose nothing and double nothing', async () => {
  const town = () => here.town();
  town().publish(here.dataset('bundle/demo', 1, '{"a":1}'));
  const box = await here.box(1);
  await until('the dataset is in force', () => box.source.installed.length === 1);

  const settle = (count: number) => {
    for (let i = 0; i < count; i += 1)
      box.source.append('settlement', settlementBody(box.source.head().seq + 1, `P${i % 7}`, 100 + i));
  };
  settle(200);
  await until('the first are held', () => box.source.deliveredThrough() === 200);
  await here.stopTownship();
  settle(150);
  await until('the box notices', () => !box.link.state().connected);
  expect(box.link.state().waiting).toBe(150);
  await here.startTownship();
  for (let cut = 0; cut < 5; cut += 1) {
    settle(30);
    await until('connected', () => box.link.state().connected);
    town().broker?.drop();
  }
  await until('all are held', () => box.source.deliveredThrough() === 500);

  expect(box.source.forks).toEqual([]);
  const { store } = town();
  const held = [...store.records.of(box.source.ledger)];
  expect(held.map(({ jws }) => jws)).toEqual(box.source.jws);
  expect(verifyTownship(store)).toEqual({ ok: true, ledgers: 1, records: 500, faults: [] });
  const visits = personReport(store).filter(({ bucket }) => bucket === 'visits');
  expect(visits.reduce((sum, { amount }) => sum + Number(amount), 0)).toBe(500);
});
