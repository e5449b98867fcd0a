import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { chanceOf, cutEverywhere, recordRun } from './cuts.ts';
import type { DiskEvent } from './trace.ts';

const strace = spawnSync('strace', ['-V']).status === 0;
const SETTLEMENTS = 200;
const POINTS = 100;
const seed = Date.now() % 1_000_000;

/** Points all over the run, other ones each time, and the whole of its first moments. */
function somePoints(events: DiskEvent[]): (event: number) => boolean {
  const chance = chanceOf(seed);
  return (event) => event < 60 || chance() < POINTS / events.length;
}
const acks = (event: DiskEvent | undefined) => event?.op === 'say' && event.text.startsWith('ack ');

describe.skipIf(!strace)('the power is cut (apt-get install strace)', () => {
  test(`anywhere in ${SETTLEMENTS} settlements: what was acknowledged is there, and all of it is whole`, () => {
    const events = recordRun(SETTLEMENTS);
    const report = cutEverywhere(events, ['lost', 'kept', 'torn'], seed, somePoints(events));
    expect(report.failures).toEqual([]);
    expect(report.acknowledged).toBe(SETTLEMENTS);
    expect(report.cuts).toBeGreaterThan(POINTS);
  }, 180_000);

  test.each([
    ['NORMAL', 'synchronous=NORMAL, and a SQLite that says FULL'],
    ['OFF', 'no fsync at all'],
    ['early', 'acknowledging before the commit'],
  ])('%s is found out: %s', (mutant) => {
    const events = recordRun(20, mutant);
    const report = cutEverywhere(events, ['lost'], seed, (event) => acks(events[event]));
    expect(report.failures[0]).toMatch(/acknowledged r\d+ is gone|SqliteError|LEDGER/);
  });
});
