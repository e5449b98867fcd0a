import { ok, deepStrictEqual as same } from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SettledView } from '../../gateway/clinic/api/views/types.ts';
import { parseYuan } from '../../policy/index.ts';
import { runCommand } from '../clinic.ts';
import { type Pieces, slipsOf } from '../processes/pieces.ts';

/**
 * What the doctor was told, and what must therefore stand in both ledgers. Every check throws an
 * AssertionError.
 */

export interface Done {
  request: string;
  settled: SettledView;
  /** Kills after it was committed and before the page saw its slip as printed. */
  unprintedKills: number;
}

/** What no retry may change. */
export const figures = ({ seq, setl_id, medfee_sumamt, fund_pay_sumamt, psn_part_amt }: SettledView) => [
  seq,
  setl_id,
  medfee_sumamt,
  fund_pay_sumamt,
  psn_part_amt,
];

interface Exported {
  record: {
    ledger: string;
    seq: number;
    kind: string;
    body: { request: string; setl_id: string; answer: { setlinfo: Record<string, string> } };
  };
}

/**
 * Asks our own commands, beside the running processes, about everything that was acknowledged so far. Gives
 * the number of records.
 */
export async function checkBothSides({ clinic, township }: Pieces, done: Done[]): Promise<number> {
  const theirs = join(township, 'theirs.jsonl');
  const { flaws, records } = await answer(['ledger', 'verify', '--state', clinic]);
  same(flaws, []);
  const lines = await output(['ledger', 'export', '--state', clinic]);
  const exported: Exported[] = lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  checkSettlements(exported, done);

  const verdict = await answer(['township', 'verify', '--state', township]);
  same(verdict, { ...verdict, ok: true, records, faults: [] });
  const ledger = exported[0]?.record.ledger ?? '';
  writeFileSync(theirs, await output(['township', 'export', '--state', township, '--ledger', ledger]));
  const report = await answer(['ledger', 'reconcile', '--state', clinic, '--theirs', theirs]);
  same([report.differing, report.onlyOurs, report.onlyTheirs, report.days], [[], [], [], []]);
  const days = await answer(['township', 'report', '--state', township, 'days']);
  checkSums(days, done);
  return records;
}

/**
 * One settlement for each request that was answered, in the order of the answers, with the fen of the answer;
 * and no other.
 */
function checkSettlements(exported: Exported[], done: Done[]): void {
  const kept = exported
    .filter(({ record }) => record.kind === 'settlement')
    .map(({ record: { seq, body } }) => {
      const { medfee_sumamt, fund_pay_sumamt, psn_part_amt } = body.answer.setlinfo;
      return [body.request, [seq, body.setl_id, medfee_sumamt, fund_pay_sumamt, psn_part_amt]];
    });
  same(
    kept,
    done.map(({ request, settled }) => [request, figures(settled)]),
  );
}

type Amount = 'medfee_sumamt' | 'fund_pay_sumamt' | 'psn_part_amt';
type Day = { settlements: number } & Record<Amount, string>;

/** The township's days add up to what the page showed, to the fen. */
function checkSums(days: Day[], done: Done[]): void {
  const total = (of: Record<Amount, string>[], key: Amount) => sum(of.map((one) => parseYuan(one[key])));
  const totals = (of: Record<Amount, string>[]) =>
    (['medfee_sumamt', 'fund_pay_sumamt', 'psn_part_amt'] as const).map((key) => total(of, key));
  same(sum(days.map(({ settlements }) => settlements)), done.length);
  same(totals(days), totals(done.map(({ settled }) => settled)));
}

/**
 * At least one slip of each, one without 补打 at most, a second only where a kill may have fallen into its
 * printing. Gives their number.
 */
export function checkSlips({ devices }: Pieces, done: Done[]): number {
  const slips = slipsOf(devices);
  for (const { settled, unprintedKills } of done) {
    const own = slips.filter(({ seq }) => seq === settled.seq);
    ok(own.length >= 1, `no slip of ${settled.seq}`);
    ok(own.filter(({ reprint }) => !reprint).length <= 1, `a second unmarked slip of ${settled.seq}`);
    ok(
      own.length <= 1 + unprintedKills,
      `${own.length} slips of ${settled.seq}, ${unprintedKills} kills in its printing`,
    );
    const { medfee_sumamt, fund_pay_sumamt, psn_part_amt } = settled;
    for (const slip of own) same(slip.figures, [medfee_sumamt, fund_pay_sumamt, psn_part_amt]);
  }
  return slips.length;
}

const sum = (numbers: number[]) => numbers.reduce((all, one) => all + one, 0);

async function output(words: string[]): Promise<string> {
  const { out, err } = await runCommand(words);
  ok(out !== '', `${words.join(' ')}: ${err}`);
  return out;
}

const answer = async (words: string[]) => JSON.parse(await output(words));
