import type { HeldRecord, RecordTable } from '../port.ts';
import { pages, type Statements } from './statements.ts';

type Arrived = HeldRecord & { arrival: number; ledger: string; v: number; x: string };

/** Table `records`. */
export function createRecordTable({ one, many, run }: Statements): RecordTable {
  const columns = 'SELECT seq, hash, kind, jws, received_at FROM records';
  const insert = run(
    'INSERT INTO records (ledger, seq, hash, kind, v, received_at, jws) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const selectHash = one<{ hash: string }>('SELECT hash FROM records WHERE ledger = ? AND seq = ?');
  const selectPage = many<HeldRecord>(`${columns} WHERE ledger = ? AND seq > ? ORDER BY seq LIMIT ?`);
  const selectArrivals = many<Arrived>(
    `SELECT r.rowid AS arrival, r.ledger, seq, r.hash, kind, v, received_at, jws, x
     FROM records r JOIN ledgers USING (ledger) JOIN boxes USING (kid)
     WHERE r.rowid > ? ORDER BY r.rowid LIMIT ?`,
  );
  return {
    add: ({ ledger, seq, hash, kind, v, jws }, at) => void insert(ledger, seq, hash, kind, v, at, jws),
    get: one(`${columns} WHERE ledger = ? AND seq = ?`),
    hashAt: (ledger, seq) => selectHash(ledger, seq)?.hash,
    of: (ledger) =>
      pages(
        (after, count) => selectPage(ledger, after, count),
        ({ seq }) => seq,
      ),
    inOrder: () => pages(selectArrivals, ({ arrival }) => arrival),
  };
}
