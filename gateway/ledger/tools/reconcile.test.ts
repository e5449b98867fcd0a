import { describe, expect, test } from 'vitest';
import { createSealer } from '../sealer.ts';
import { ModelDisk, ModelStore } from '../store/index.ts';
import { busyDay, CLINIC, KEYS, NOON_MS, randomOf } from '../testing/fixtures.ts';
import { exportLedger } from './export.ts';
import { reconcile } from './reconcile.ts';
import { restoreLedger } from './restore.ts';

const sealer = createSealer(KEYS.dataKey, randomOf('v'));
const [TODAY, TOMORROW] = ['2026-11-22', '2026-11-23'];

describe('a reconciliation', () => {
  const copy = (disk: ModelDisk) =>
    [...exportLedger(new ModelStore(disk), sealer)].map((line) => JSON.parse(line));

  test('finds nothing between a ledger and its copy', () => {
    const { disk, reverse } = busyDay();
    reverse(3, TOMORROW, 0);
    const report = reconcile(copy(disk), copy(disk));
    expect(report).toMatchObject({ same: 5, differing: [], onlyOurs: [], onlyTheirs: [], days: [] });
  });

  test('names every record that differs or is missing, and the days it costs', () => {
    const { disk } = busyDay();
    const theirs = copy(disk).filter((it) => it.record.seq !== 3);
    theirs[1] = { ...theirs[1], hash: 'f'.repeat(64) };
    theirs.push({ hash: 'e', record: { ...theirs[1].record, seq: 9 } });
    const report = reconcile(copy(disk), theirs);
    expect(report).toMatchObject({ ours: { ledgers: 1, records: 4 }, theirs: { records: 4 }, same: 2 });
    expect(report).toMatchObject({
      onlyOurs: [{ seq: 3 }],
      onlyTheirs: [{ seq: 9 }],
      differing: [{ seq: 2, theirs: 'f'.repeat(64) }],
    });
    expect(report.days).toEqual([
      {
        day: TODAY,
        ours: { visits: 3, medfee: '18.00', fund: '12.30' },
        theirs: { visits: 3, medfee: '31.00', fund: '20.30' },
      },
    ]);
  });

  test('of a clinic that was restored counts a transferred record once, and shows the branch that won', () => {
    const { disk, reverse } = busyDay();
    const held = copy(disk).slice(0, 2);
    reverse(3, TOMORROW, 0);
    const next = new ModelDisk();
    const { transferred } = restoreLedger({
      store: new ModelStore(next),
      keys: KEYS,
      clinic: CLINIC,
      clock: { now: () => NOON_MS },
      random: randomOf('new box'),
      held: { seq: 2, hash: held[1].hash },
      backup: { store: new ModelStore(disk), keyOf: () => KEYS.signing },
    });
    expect(transferred).toBe(3);
    const ours = [...copy(disk), ...copy(next)];
    const agreed = reconcile(ours, [...held, ...copy(next)]);
    expect(agreed).toMatchObject({ differing: [], onlyOurs: [], onlyTheirs: [], days: [] });
    expect([agreed.ours, agreed.same]).toEqual([agreed.theirs, 5 + next.records.length]);
    const fork = { hash: 'e', record: { ...ours[2].record } };
    const forked = reconcile(ours, [...held, fork, ...copy(next)]);
    expect(forked.differing).toMatchObject([{ seq: 3, ours: null, theirs: 'e' }]);
    expect(forked.days).toHaveLength(1);
  });
});
