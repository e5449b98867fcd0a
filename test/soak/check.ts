import { ok, deepStrictEqual as same } from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseYuan } from '../../policy/index.ts';
import type { BookedReversal, BookedSettlement } from '../../sync/contract/bodies/booked.ts';
import { runCommand } from '../clinic.ts';
import { type Pieces, slipsOf } from '../processes/pieces.ts';
import type { Told } from './doctor.ts';

async function output(words: string[]): Promise<string> {
  const { out, err } = await runCommand(words);
  ok(out !== '', `${words.join(' ')}: ${err}`);
  return out;
}
const answer = async (words: string[]) => JSON.parse(await output(words));

type Exported = { ledger: string; seq: number } & (
  | { kind: 'settlement'; body: BookedSettlement }
  | { kind: 'reversal'; body: BookedReversal }
  | { kind: 'day-close'; body: object }
);
const settlementsOf = (records: Exported[]) => records.filter((record) => record.kind === 'settlement');
const reversalsOf = (records: Exported[]) => records.filter((record) => record.kind === 'reversal');

/** What the pages told, the ledger, the slips and the township, held against one another. */
export async function checkAll(pieces: Pieces, told: Told[]): Promise<Record<string, number>> {
  const { clinic, township } = pieces;
  const records = await readLedger(clinic);
  checkTold(records, told);
  const slips = checkSlips(pieces, records);
  await checkTownship(clinic, township, records);
  const settled = settlementsOf(records).length;
  return { records: records.length, settled, reversed: reversalsOf(records).length, slips };
}

async function readLedger(clinic: string): Promise<Exported[]> {
  same((await answer(['ledger', 'verify', '--state', clinic])).flaws, []);
  const lines = await output(['ledger', 'export', '--state', clinic]);
  return lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).record);
}

/** Each settlement was told to one page, with its amount and its way of paying, and no other exists. */
function checkTold(records: Exported[], told: Told[]): void {
  const back = new Set(reversalsOf(records).map(({ body }) => body.of.seq));
  const kept = settlementsOf(records).map(({ seq, body }) => [
    seq,
    body.psn.psn_no,
    body.answer.setlinfo.psn_part_amt,
    body.answer.setlinfo.psn_part_amt === '0.00' ? null : body.paid[0]?.way,
    back.has(seq),
  ]);
  const said = [...told]
    .sort((a, b) => a.seq - b.seq)
    .map(({ seq, psn_no, due, paid_way, reversed }) => [
      seq,
      psn_no,
      due,
      due === '0.00' ? null : paid_way,
      reversed,
    ]);
  same(kept, said);
}

/** At least one slip of each settlement, one at most without 补打, with the figures of the record. */
function checkSlips({ devices }: Pieces, records: Exported[]): number {
  const slips = slipsOf(devices);
  for (const { seq, body } of settlementsOf(records)) {
    const own = slips.filter((slip) => slip.seq === seq);
    ok(own.length >= 1, `no slip of ${seq}`);
    ok(own.filter(({ reprint }) => !reprint).length <= 1, `a second unmarked slip of ${seq}`);
    const { medfee_sumamt, fund_pay_sumamt, psn_part_amt } = body.answer.setlinfo;
    for (const slip of own) same(slip.figures, [medfee_sumamt, fund_pay_sumamt, psn_part_amt]);
  }
  return slips.length;
}

type Amount = 'medfee_sumamt' | 'fund_pay_sumamt' | 'psn_part_amt';
type Sums = Record<Amount, bigint>;
const NOTHING: Sums = { medfee_sumamt: 0n, fund_pay_sumamt: 0n, psn_part_amt: 0n };

function add(sums: Sums, amounts: Partial<Record<Amount, string>>, sign = 1n): Sums {
  const plus = (key: Amount) => sums[key] + sign * BigInt(parseYuan(amounts[key] ?? '0.00'));
  return {
    medfee_sumamt: plus('medfee_sumamt'),
    fund_pay_sumamt: plus('fund_pay_sumamt'),
    psn_part_amt: plus('psn_part_amt'),
  };
}

async function checkTownship(clinic: string, township: string, records: Exported[]): Promise<void> {
  const verdict = await answer(['township', 'verify', '--state', township]);
  same(verdict, { ...verdict, ok: true, records: records.length, faults: [] });
  const theirs = join(township, 'theirs.jsonl');
  const ledger = records[0]?.ledger ?? '';
  writeFileSync(theirs, await output(['township', 'export', '--state', township, '--ledger', ledger]));
  const report = await answer(['ledger', 'reconcile', '--state', clinic, '--theirs', theirs]);
  same([report.differing, report.onlyOurs, report.onlyTheirs, report.days], [[], [], [], []]);
  const days: (Record<Amount, string> & { settlements: number })[] = await answer([
    ...['township', 'report', '--state', township],
    'days',
  ]);
  const settlements = new Map(settlementsOf(records).map((record) => [record.seq, record]));
  let sums = NOTHING;
  for (const { body } of settlements.values()) sums = add(sums, body.answer.setlinfo);
  for (const { body } of reversalsOf(records))
    sums = add(sums, settlements.get(body.of.seq)?.body.answer.setlinfo ?? {}, -1n);
  same(
    days.reduce((all, one) => add(all, one), NOTHING),
    sums,
  );
}
