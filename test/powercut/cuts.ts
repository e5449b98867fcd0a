import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLedger, createSealer, type Sealer } from '../../gateway/ledger/index.ts';
import { openSqliteStore } from '../../gateway/ledger/store/index.ts';
import { CLINIC, KEYS, randomOf } from '../../gateway/ledger/testing/fixtures.ts';
import { verifyLedger } from '../../gateway/ledger/tools/index.ts';
import type { VerifyKey } from '../../sync/record/keys.ts';
import { CutDisk, type Fate } from './disk.ts';
import { type DiskEvent, record } from './trace.ts';

export const STORE = 'ledger.db';

export interface CutReport {
  events: number;
  cuts: number;
  acknowledged: number;
  /** What went wrong, in words. */
  failures: string[];
}

/** Runs the settler once under strace. */
export function recordRun(count: number, mutant = 'none'): DiskEvent[] {
  const folder = mkdtempSync(join(tmpdir(), 'cyt-cut-'));
  try {
    const settler = new URL('./settler.ts', import.meta.url).pathname;
    return record(folder, [settler, join(folder, STORE), String(count), mutant]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Numbers from 0 to 1 that a seed decides (mulberry32). */
export function chanceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * Cuts the power after the events that `where` picks, in each of the fates, and opens what is left: it must
 * open, verify, and hold every settlement acknowledged by then. Stops at the tenth failure.
 */
export function cutEverywhere(
  events: DiskEvent[],
  fates: Fate[],
  seed: number,
  where: (event: number) => boolean,
): CutReport {
  const chance = chanceOf(seed);
  // no disk needs to turn for what is thrown away
  const scratch = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'cyt-after-'));
  const disk = new CutDisk();
  const acks: { request: string; seq: number }[] = [];
  const report: CutReport = { events: events.length, cuts: 0, acknowledged: 0, failures: [] };
  try {
    for (const [n, event] of events.entries()) {
      disk.take(event);
      if (event.op === 'say' && event.text.startsWith('ack ')) {
        const [, request = '', seq] = event.text.split(' ');
        acks.push({ request, seq: Number(seq) });
      }
      if (!where(n)) continue;
      for (const fate of fates) {
        if (fate === 'lost' && event.op === 'write') continue; // nothing more is durable than before it
        const folder = join(scratch, String(report.cuts++));
        mkdirSync(folder);
        disk.cut(fate, chance, folder);
        const fault = faultOf(folder, acks);
        if (fault) report.failures.push(`event ${n} of ${events.length}, ${fate}, seed ${seed}: ${fault}`);
        rmSync(folder, { recursive: true });
        if (report.failures.length >= 10) return report;
      }
    }
  } finally {
    report.acknowledged = acks.length;
    rmSync(scratch, { recursive: true });
  }
  return report;
}

// The same records are looked at after thousands of cuts. The same bytes need not be opened and verified anew
// each time.
const checked = new Map<string, boolean>();
const opened = new Map<string, string>();
const key: VerifyKey = {
  ...KEYS.signing,
  verify(message, signature) {
    const name = createHash('sha256').update(signature).update(message).digest('base64');
    const known = checked.get(name) ?? KEYS.signing.verify(message, signature);
    checked.set(name, known);
    return known;
  },
};
const plain = createSealer(KEYS.dataKey, randomOf('cut'));
const sealer: Sealer = {
  ...plain,
  open(sealed) {
    const name = createHash('sha256').update(sealed).digest('base64');
    const known = opened.get(name) ?? plain.open(sealed);
    opened.set(name, known);
    return known;
  },
};

function faultOf(folder: string, acks: { request: string; seq: number }[]): string | null {
  try {
    const store = openSqliteStore(join(folder, STORE));
    try {
      const parts = { keys: KEYS, clinic: CLINIC, clock: { now: () => Date.now() }, random: randomOf('cut') };
      const ledger = createLedger({ store, ...parts, opening: { facts: {} } });
      const [flaw] = verifyLedger(store, sealer, () => key).flaws;
      if (flaw) return `${flaw.code} ${flaw.detail}`;
      const missing = acks.find(({ request, seq }) => store.request(sealer.request(request)) !== seq);
      if (missing) return `acknowledged ${missing.request} is gone, the head is ${ledger.head().seq}`;
      return null;
    } finally {
      store.close();
    }
  } catch (error) {
    return String(error);
  }
}
