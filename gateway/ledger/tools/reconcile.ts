import { formatFen, parseYuan } from '../../../policy/index.ts';
import type { SettlementBody } from '../../../sync/contract/bodies/settlement.ts';
import type { ExportLine } from '../../../sync/contract/export-line.ts';
import type { LedgerId, Seq } from '../../../sync/contract/ids.ts';
import { isHandedIn, isReversal, isSettlement, type LedgerRecord } from '../../../sync/contract/record.ts';
import { payloadOf } from '../../../sync/record/jws.ts';
import { recordHash } from '../../../sync/record/record.ts';
import { transferredJws } from '../../../sync/record/transfer.ts';

/** A record on one side, as `ledger export` and the township's give it. */
export type HeldRecord = Pick<ExportLine, 'hash' | 'record'>;

/** Settlements less reversals booked on a day, on one side; yuan. */
interface DaySum {
  visits: number;
  medfee: string;
  fund: string;
}

/** Where a record stands. */
interface RecordPlace {
  ledger: LedgerId;
  seq: Seq;
}

interface Reconciliation {
  /** A record that was transferred counts once, under the ledger that signed it. */
  ours: { ledgers: number; records: number };
  theirs: { ledgers: number; records: number };
  /** On both sides, byte for byte. */
  same: number;
  /** The places of a fork: both sides have a record there, and not the same one. */
  differing: (RecordPlace & { ours: string | null; theirs: string | null })[];
  /** Not at the township yet, or not any more. */
  onlyOurs: RecordPlace[];
  onlyTheirs: RecordPlace[];
  /** Days on which the money differs; empty when all agrees. */
  days: { day: string; ours: DaySum; theirs: DaySum }[];
}

/** All records of one side by hash, those that were transferred included. */
type Side = Map<string, HeldRecord>;

/** Compares our records with the township's copy: of one ledger, or of all that a clinic has had. */
export function reconcile(ours: Iterable<HeldRecord>, theirs: Iterable<HeldRecord>): Reconciliation {
  const [mine, other] = [sideOf(ours), sideOf(theirs)];
  const [a, b] = [onlyIn(mine, other), onlyIn(other, mine)];
  const differing = new Map<string, Reconciliation['differing'][number]>();
  const places = (only: HeldRecord[], side: 'ours' | 'theirs', there: Set<string>) =>
    only.flatMap(({ hash, record: { ledger, seq } }) => {
      if (!there.has(placeKey(ledger, seq))) return [{ ledger, seq }];
      const fork = differing.get(placeKey(ledger, seq)) ?? { ledger, seq, ours: null, theirs: null };
      differing.set(placeKey(ledger, seq), { ...fork, [side]: hash });
      return [];
    });
  const onlyOurs = places(a, 'ours', placesOf(other));
  const onlyTheirs = places(b, 'theirs', placesOf(mine));
  return {
    ours: sizeOf(mine),
    theirs: sizeOf(other),
    same: mine.size - a.length,
    differing: [...differing.values()],
    onlyOurs,
    onlyTheirs,
    days: daysApart(mine, other),
  };
}

const placeKey = (ledger: LedgerId, seq: Seq) => `${ledger} ${seq}`;
const placesOf = (side: Side) =>
  new Set([...side.values()].map(({ record }) => placeKey(record.ledger, record.seq)));
const onlyIn = (side: Side, other: Side) => [...side.values()].filter(({ hash }) => !other.has(hash));
const sizeOf = (side: Side) => ({
  ledgers: new Set([...side.values()].map(({ record }) => record.ledger)).size,
  records: side.size,
});

function sideOf(records: Iterable<HeldRecord>): Side {
  const side: Side = new Map();
  let before: LedgerRecord | undefined;
  for (const held of records) {
    side.set(held.hash, held);
    const { record } = held;
    const begun = isHandedIn(before) ? before.body : undefined;
    const jws = isHandedIn(record) ? transferredJws(record.body, () => begun) : null;
    before = record;
    if (jws === null) continue;
    side.set(recordHash(jws), { hash: recordHash(jws), record: payloadOf(jws) });
  }
  return side;
}

type Fen = { visits: number; medfee: number; fund: number };

function daysApart(mine: Side, other: Side): Reconciliation['days'] {
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

function sumsByDay(side: Side): Map<string, Fen> {
  const days = new Map<string, Fen>();
  const add = (day: string, { answer }: SettlementBody, sign: 1 | -1) => {
    if (answer.outcome !== 'payable') return;
    const sum = days.get(day) ?? { visits: 0, medfee: 0, fund: 0 };
    sum.visits += sign;
    sum.medfee += sign * parseYuan(answer.setlinfo.medfee_sumamt);
    sum.fund += sign * parseYuan(answer.setlinfo.fund_pay_sumamt);
    days.set(day, sum);
  };
  for (const { record } of side.values()) {
    if (isSettlement(record)) add(record.body.setl_date, record.body, 1);
    if (!isReversal(record)) continue;
    const original = side.get(record.body.of.hash)?.record;
    if (isSettlement(original)) add(record.body.day, original.body, -1);
  }
  return days;
}
