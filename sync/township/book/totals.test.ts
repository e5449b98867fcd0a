import { beforeEach, describe, expect, test } from 'vitest';
import { type ModelBox, type ModelWorld, modelWorld } from '../../testing/model-world.ts';
import { codesIn, reverse, settle, usedOf } from '../../testing/township-view.ts';
import { settlementBody } from '../../testing/world.ts';
import { openTownshipDb } from '../store/sqlite/schema.ts';
import { createSqliteStore } from '../store/sqlite/store.ts';
import { fundReport } from './report.ts';
import { verifyTownship } from './verify.ts';

let here: ModelWorld;
let box: ModelBox;

beforeEach(async () => {
  here = await modelWorld();
  box = here.box();
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
    expect(usedOf(here, 'P1', 'outpatient-year')).toEqual(
      [
        [box.source.ledger, '14.92'],
        [other.source.ledger, '0.08'],
      ].sort(([a], [b]) => ((a as string) < (b as string) ? -1 : 1)),
    );
    expect(
      usedOf(here, '', 'clinic-year')
        .map(([, amount]) => amount)
        .sort(),
    ).toEqual(['0.08', '14.97']);

    reverse(box, first.seq, first.hash, settlementBody(1, 'P1', 1492).put);
    await here.clock.advance(5_000);
    expect(
      usedOf(here, 'P1', 'outpatient-year')
        .map(([, amount]) => amount)
        .sort(),
    ).toEqual(['0.00', '0.08']);
    expect(
      usedOf(here, 'P1', 'visits')
        .map(([, amount]) => amount)
        .sort(),
    ).toEqual(['0', '1']);
    expect(fundReport(here.town().store, 'day').find(({ reversals }) => reversals === 1)).toMatchObject({
      settlements: 2,
      fund_pay_sumamt: '0.05',
    });
    expect(codesIn(here)).toEqual([]);
    expect(verifyTownship(here.town().store)).toMatchObject({ ok: true, ledgers: 2, records: 4 });
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
    expect(codesIn(here)).toEqual(['2 REVERSAL_UNKNOWN', '3 REVERSAL_DIFFERS', '5 REVERSED_TWICE']);
    expect(usedOf(here, 'P1', 'outpatient-year')).toEqual([[box.source.ledger, '0.00']]);
    expect(verifyTownship(here.town().store).ok).toBe(true);
  });

  test('verify sees an edited amount, an edited record, a lost tail and a lost middle', async () => {
    for (let i = 1; i <= 6; i += 1) settle(box, 'P1', i);
    await here.clock.advance(5_000);
    expect(verifyTownship(here.town().store).ok).toBe(true);
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
      const file = here.town().db.serialize();
      copy.close();
      const { default: Database } = await import('better-sqlite3');
      const damaged = new Database(file);
      damaged.exec(damage);
      expect(verifyTownship(createSqliteStore(damaged)), damage).toMatchObject({ ok: false });
      damaged.close();
    }
  });
});
