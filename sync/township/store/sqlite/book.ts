import type { BookTable, Posting, Transfer } from '../port.ts';
import type { Statements } from './statements.ts';

/** Tables `used`, `postings` and `handed_in`. */
export function createBookTable({ one, many, run }: Statements): BookTable {
  const addUse = run(`INSERT INTO used (ledger, person, insutype, poolarea, bucket, period, unit, amount)
    VALUES (@ledger, @person, @insutype, @poolarea, @bucket, @period, @unit, @amount)
    ON CONFLICT DO UPDATE SET amount = amount + excluded.amount`);
  const addPosting = run(
    `INSERT INTO postings (ledger, seq, kind, day, person, setl_id, medfee, fund, hosp, part)
     VALUES (@ledger, @seq, @kind, @day, @person, @setl_id, @medfee, @fund, @hosp, @part)`,
  );
  const settlement = one<Posting>(`SELECT p.* FROM postings p JOIN records r USING (ledger, seq)
    JOIN ledgers l USING (ledger) WHERE l.clinic = ? AND p.seq = ? AND r.hash = ? AND p.kind = 'settlement'`);
  const transferred = one<Posting>(`SELECT p.* FROM handed_in h JOIN postings p USING (ledger, seq)
    JOIN ledgers l USING (ledger) WHERE l.clinic = ? AND h.hash = ? AND p.kind = 'settlement'`);
  const markReversed = run(
    'UPDATE postings SET reversed_by = ? WHERE ledger = ? AND seq = ? AND reversed_by IS NULL',
  );
  // No index: a fork is rare, and an index on requests would cost every settlement of every clinic.
  const alike = many<{ jws: string }>(`SELECT r.jws FROM postings p JOIN records r USING (ledger, seq)
    WHERE p.ledger = ? AND p.kind = 'settlement' AND p.person = ? AND p.medfee = ?`);
  const transfer = one<Omit<Transfer, 'fork'> & { fork: number }>(
    'SELECT hash, of_ledger, fork, ledger, seq FROM handed_in WHERE hash = ?',
  );
  const addTransfer = run(
    'INSERT INTO handed_in (hash, of_ledger, fork, ledger, seq) VALUES (?, ?, ?, ?, ?)',
  );
  const branch = one<object>('SELECT 1 FROM handed_in WHERE of_ledger = ? AND fork = 1 LIMIT 1');
  const rows = {
    used: many<object>('SELECT * FROM used'),
    postings: many<object>('SELECT * FROM postings'),
    handed_in: many<object>('SELECT * FROM handed_in'),
  };
  return {
    addUse: (use) => void addUse(use),
    addPosting: (posting) => void addPosting(posting),
    settlement,
    transferredSettlement: transferred,
    markReversed: ({ ledger, seq }, by) => markReversed(by, ledger, seq) === 1,
    alike: (...asked) => alike(...asked).map(({ jws }) => jws),
    transfer(hash) {
      const row = transfer(hash);
      return row && { ...row, fork: row.fork === 1 };
    },
    addTransfer: ({ hash, of_ledger, fork, ledger, seq }) =>
      void addTransfer(hash, of_ledger, fork ? 1 : 0, ledger, seq),
    hasBranch: (ledger) => branch(ledger) !== undefined,
    rows: (of) => rows[of]().map((row) => JSON.stringify(row)),
  };
}
