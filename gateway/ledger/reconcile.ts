import { formatFen, parseYuan } from '../../policy/index.ts';
import type { LedgerRecord } from '../../sync/record/record.ts';
import type { SettlementBody } from '../../sync/record/settlement.ts';
import type { ReversalBody } from './types.ts';

/** A record on one side, as `ledger export` and the township's give it. */
export interface HeldRecord {
  hash: string;
  record: LedgerRecord;
}

/** Settlements less reversals booked on a day, on one side; yuan. */
export interface DaySum {
  visits: number;
  medfee: string;
  fund: string;
}

export interface Reconciliation {
  ours: { records: number; last: number };
  theirs: { records: number; last: number };
  /** On both sides, byte for byte. */
  same: number;
  differing: { seq: number; ours: string; theirs: string }[];
  /** Not theirs yet, or not any more. */
  onlyOurs: number[];
  onlyTheirs: number[];
  /** Days on which the money differs; empty when all agrees. */
  days: { day: string; ours: DaySum; theirs: DaySum }[];
}

/** Ours beside the township's copy of one ledger. */
export function reconcile(ours: Iterable<HeldRecord>, theirs: Iterable<HeldRecord>): Reconciliation {
  const mine = new Map([...ours].map((it) => [it.record.seq, it]));
  const other = new Map([...theirs].map((it) => [it.record.seq, it]));
  const seqs = [...new Set([...mine.keys(), ...other.keys()])].sort((a, b) => a - b);
  const found: Reconciliation = {
    ours: { records: mine.size, last: Math.max(0, ...mine.keys()) },
    theirs: { records: other.size, last: Math.max(0, ...other.keys()) },
    ...{ same: 0, differing: [], onlyOurs: [], onlyTheirs: [], days: daysApart(mine, other) },
  };
  for (const seq of seqs) {
    const [a, b] = [mine.get(seq), other.get(seq)];
    if (!b) found.onlyOurs.push(seq);
    else if (!a) found.onlyTheirs.push(seq);
    else if (a.hash === b.hash) found.same++;
    else found.differing.push({ seq, ours: a.hash, theirs: b.hash });
  }
  return found;
}

type Fen = { visits: number; medfee: number; fund: number };

function daysApart(mine: Map<number, HeldRecord>, other: Map<number, HeldRecord>): Reconciliation['days'] {
  const [a, b] = [sumsByDay(mine), sumsByDay(other)];
  const zero: Fen = { visits: 0, medfee: 0, fund: 0 };
  return [...new Set([...a.keys(), ...b.keys()])]
    .sort()
    .map((day) => ({ day, ours: inYuan(a.get(day) ?? zero), theirs: inYuan(b.get(day) ?? zero) }))
    .filter(({ ours, theirs }) => JSON.stringify(ours) !== JSON.stringify(theirs));
}

const inYuan = ({ visits, medfee, fund }: Fen): DaySum => ({
  visits,
  medfee: formatFen(medfee),
  fund: formatFen(fund),
});

function sumsByDay(side: Map<number, HeldRecord>): Map<string, Fen> {
  const days = new Map<string, Fen>();
  const add = (day: string, body: unknown, sign: 1 | -1) => {
    const { answer } = body as SettlementBody;
    if (answer?.outcome !== 'payable') return;
    const sum = days.get(day) ?? { visits: 0, medfee: 0, fund: 0 };
    sum.visits += sign;
    sum.medfee += sign * parseYuan(answer.setlinfo.medfee_sumamt);
    sum.fund += sign * parseYuan(answer.setlinfo.fund_pay_sumamt);
    days.set(day, sum);
  };
  for (const { record } of side.values()) {
    if (record.kind === 'settlement') add(String(record.body.setl_date), record.body, 1);
    if (record.kind !== 'reversal') continue;
    const { day, of } = record.body as unknown as ReversalBody;
    add(day, side.get(of.seq)?.record.body ?? {}, -1);
  }
  return days;
}
