import Database from 'better-sqlite3';
import { importPublicKey } from '../../record/keys.ts';
import { checkChain, EMPTY_HEAD, type Head, openRecord } from '../../record/record.ts';
import type { Db } from '../store/schema.ts';
import { createTotals } from './totals.ts';

export interface TownshipVerdict {
  ok: boolean;
  ledgers: number;
  records: number;
  /** English; the first hundred. */
  faults: string[];
}

const FAULTS_MAX = 100;

interface LedgerRow {
  ledger: string;
  clinic: string;
  kid: string;
  x: string;
  through: number;
  hash: string;
}

/** Every signature, every chain, every mark; and the totals against totals booked anew from the records. */
export function verifyTownship(db: Db): TownshipVerdict {
  const verdict: TownshipVerdict = { ok: true, ledgers: 0, records: 0, faults: [] };
  const fault = (text: string) => {
    verdict.ok = false;
    if (verdict.faults.length < FAULTS_MAX) verdict.faults.push(text);
  };
  // A shadow in memory with the same tables; the records stay where they are.
  const shadow = shadowOf(db);
  try {
    const ledgers = db
      .prepare('SELECT ledger, clinic, kid, x, through, hash FROM ledgers JOIN boxes USING (kid)')
      .all();
    for (const row of ledgers as LedgerRow[]) {
      verdict.ledgers += 1;
      verdict.records += verifyLedger(db, row, fault);
    }
    if (verdict.ok) bookAnew(db, shadow);
    if (verdict.ok) for (const table of ['used', 'postings', 'handed_in']) compare(db, shadow, table, fault);
    return verdict;
  } finally {
    shadow.close();
  }
}

function verifyLedger(db: Db, row: LedgerRow, fault: (text: string) => void): number {
  const key = importPublicKey({ kty: 'OKP', crv: 'Ed25519', x: row.x });
  let head: Head = EMPTY_HEAD;
  const rows = db
    .prepare('SELECT seq, hash, kind, jws FROM records WHERE ledger = ? ORDER BY seq')
    .iterate(row.ledger);
  for (const { seq, hash, kind, jws } of rows as Iterable<{
    seq: number;
    hash: string;
    kind: string;
    jws: string;
  }>) {
    try {
      const signed = openRecord(jws, (kid) => (kid === row.kid ? key : undefined));
      checkChain(head, signed);
      const { record } = signed;
      if (signed.hash !== hash || record.seq !== seq || record.kind !== kind)
        throw new Error('columns differ from the record');
      if (record.ledger !== row.ledger || record.clinic !== row.clinic)
        throw new Error('is of another ledger');
      head = { seq, hash };
    } catch (error) {
      fault(`ledger ${row.ledger} seq ${seq}: ${(error as Error).message}`);
      return head.seq;
    }
  }
  if (head.seq !== row.through || head.hash !== row.hash)
    fault(`ledger ${row.ledger}: receipted through ${row.through}, records end at ${head.seq}`);
  return head.seq;
}

/** In the order the records came, so that a reversal finds its settlement. */
function bookAnew(db: Db, shadow: Db): void {
  const totals = createTotals(shadow);
  const keep = shadow.prepare('INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?)');
  const rows = db.prepare(
    'SELECT r.*, x, kid FROM records r JOIN ledgers USING (ledger) JOIN boxes USING (kid) ORDER BY r.rowid',
  );
  for (const row of rows.iterate() as Iterable<Record<string, string | number>>) {
    const jws = row.jws as string;
    const books = row.kind === 'settlement' || row.kind === 'reversal' || row.kind === 'handed-in';
    // What moves nothing may have been handed in as well: that it is held is all that counts of it.
    keep.run(row.ledger, row.seq, row.hash, row.kind, row.v, row.received_at, books ? jws : '');
    if (!books) continue;
    const key = importPublicKey({ kty: 'OKP', crv: 'Ed25519', x: row.x as string });
    totals.book(openRecord(jws, () => key));
  }
}

function shadowOf(db: Db): Db {
  const shadow = new Database(':memory:');
  const tables = db
    .prepare("SELECT sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .all();
  shadow.pragma('foreign_keys = OFF');
  for (const { sql } of tables as { sql: string }[]) shadow.exec(sql);
  const box = shadow.prepare('INSERT INTO boxes (kid, x, sealing, enrolled_at) VALUES (?, ?, ?, ?)');
  for (const { kid, x } of db.prepare('SELECT * FROM boxes').all() as { kid: string; x: string }[])
    box.run(kid, x, '', '');
  const copy = shadow.prepare('INSERT INTO ledgers (ledger, clinic, kid, hash) VALUES (?, ?, ?, ?)');
  for (const { ledger, clinic, kid } of db.prepare('SELECT * FROM ledgers').all() as LedgerRow[])
    copy.run(ledger, clinic, kid, '');
  return shadow;
}

function compare(db: Db, shadow: Db, table: string, fault: (text: string) => void): void {
  const all = (from: Db) =>
    from
      .prepare(`SELECT * FROM ${table}`)
      .all()
      .map((row) => JSON.stringify(row));
  const [kept, anew] = [all(db), new Set(all(shadow))];
  const differing = kept.filter((row) => !anew.delete(row)).length + anew.size;
  if (differing > 0) fault(`${table}: ${differing} rows differ from those booked anew`);
}
