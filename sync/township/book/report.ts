import type { Db } from '../store/schema.ts';

/** What an official asks: read-only, as JSON. Money in yuan. */

const yuan = (fen: number) =>
  `${fen < 0 ? '-' : ''}${Math.floor(Math.abs(fen) / 100)}.${String(Math.abs(fen) % 100).padStart(2, '0')}`;

interface ClinicRow {
  clinic: string;
  facts: string;
  ledger: string;
  through: number;
  head: number;
  hash: string;
  fork: number | null;
  /** The ledger that has followed this one. */
  successor: string | null;
  cloned_at: string | null;
  revoked_at: string | null;
  connected: number;
  heard_at: string | null;
}

/** Each ledger: where it stands, and what is wrong with it. `silent_ms` counts from its last signed word. */
export function clinicReport(db: Db, now: number) {
  const rows = db
    .prepare(
      `SELECT l.clinic, c.facts, l.ledger, through, head, hash, fork, successor, cloned_at, revoked_at, connected, heard_at
       FROM ledgers l JOIN clinics c USING (clinic) JOIN boxes USING (kid) ORDER BY l.clinic, l.ledger`,
    )
    .all() as ClinicRow[];
  return rows.map(({ facts, connected, heard_at, ...row }) => ({
    ...row,
    name: (JSON.parse(facts) as { fixmedins_name: string }).fixmedins_name,
    behind: Math.max(0, row.head - row.through),
    connected: connected === 1,
    heard_at,
    silent_ms: heard_at === null ? null : now - Date.parse(heard_at),
  }));
}

interface FundRow {
  clinic: string;
  period: string;
  settlements: number;
  reversals: number;
  /** Fen, these four. */
  medfee: number;
  fund: number;
  hosp: number;
  part: number;
}

/** Money by clinic and day, or month. A reversal counts on its own day. */
export function fundReport(db: Db, by: 'day' | 'month') {
  const rows = db
    .prepare(
      `SELECT clinic, substr(day, 1, ?) AS period, sum(kind = 'settlement') AS settlements, sum(kind = 'reversal') AS reversals,
         sum(medfee) AS medfee, sum(fund) AS fund, sum(hosp) AS hosp, sum(part) AS part
       FROM postings JOIN ledgers USING (ledger) GROUP BY clinic, period ORDER BY clinic, period`,
    )
    .all(by === 'day' ? 10 : 7) as FundRow[];
  return rows.map(({ medfee, fund, hosp, part, ...row }) => ({
    ...row,
    medfee_sumamt: yuan(medfee),
    fund_pay_sumamt: yuan(fund),
    hosp_part_amt: yuan(hosp),
    psn_part_amt: yuan(part),
  }));
}

const amountText = ({ unit, amount }: { unit: string; amount: number }) =>
  unit === 'fen' ? yuan(amount) : String(amount);

/** What persons have used, over all clinics and by ledger; `''` is the clinics' own buckets. */
export function personReport(db: Db, person?: string) {
  const rows = db
    .prepare(
      `SELECT person, insutype, poolarea, bucket, period, unit, ledger, amount FROM used
       WHERE @person IS NULL OR person = @person ORDER BY person, insutype, poolarea, bucket, period, ledger`,
    )
    .all({ person: person ?? null }) as {
    person: string;
    insutype: string;
    poolarea: string;
    bucket: string;
    period: string;
    unit: string;
    ledger: string;
    amount: number;
  }[];
  return rows.map(({ unit, amount, ...row }) => ({ ...row, amount: amountText({ unit, amount }) }));
}

/** How many records of each kind are held, by ledger. */
export function recordReport(db: Db) {
  return db
    .prepare(
      'SELECT ledger, kind, v, count(*) AS records FROM records GROUP BY ledger, kind, v ORDER BY ledger, kind, v',
    )
    .all() as { ledger: string; kind: string; v: number; records: number }[];
}

/** Findings, the latest first. */
export function findingReport(db: Db, count_max = 1_000) {
  return db
    .prepare(
      'SELECT clinic, ledger, seq, code, at FROM findings JOIN ledgers USING (ledger) ORDER BY id DESC LIMIT ?',
    )
    .all(count_max) as { clinic: string; ledger: string; seq: number; code: string; at: string }[];
}

/** One record as it was signed; what a clinic reconciles with. */
export function heldRecord(db: Db, ledger: string, seq: number) {
  return db
    .prepare('SELECT seq, hash, kind, jws, received_at FROM records WHERE ledger = ? AND seq = ?')
    .get(ledger, seq) as
    | { seq: number; hash: string; kind: string; jws: string; received_at: string }
    | undefined;
}
