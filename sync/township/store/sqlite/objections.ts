import type { ObjectionTable, StandingObjection, StoredObjection } from '../objection-table.ts';
import type { Db } from './schema.ts';
import type { Statements } from './statements.ts';

/** How often something without a number is sent: at once, and with the hellos after it. */
const SENT_MAX = 3;
const STANDS = 'withdraws = 0 AND withdrawn_at IS NULL';
const CLOSING = `(${STANDS} AND code IN ('RECORD_FORK', 'BOX_CLONED', 'LEDGER_CLOSED', 'BOX_REVOKED'))`;

/** Table `findings`: its name and `told` are older than the word objection. */
export function createObjectionTable(db: Db, { one, many, run }: Statements): ObjectionTable {
  const insert = run(
    'INSERT OR IGNORE INTO findings (ledger, seq, code, at, jws, subject, n) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const insertWithdrawal = run(
    'INSERT INTO findings (ledger, seq, code, at, jws, n, withdraws) VALUES (?, ?, ?, ?, ?, ?, 1)',
  );
  const end = run(
    `UPDATE findings SET withdrawn_at = ? WHERE ledger = ? AND seq = ? AND code = ? AND ${STANDS}`,
  );
  const stands = one(`SELECT 1 FROM findings WHERE ledger = ? AND seq = ? AND code = ? AND ${STANDS}`);
  const ofCodes = `SELECT ledger, seq, code, subject FROM findings
    WHERE ${STANDS} AND code IN (SELECT value FROM json_each(?))`;
  const standing = many<StandingObjection>(`${ofCodes} ORDER BY id LIMIT 1000`);
  const standingOf = many<StandingObjection>(`${ofCodes} AND ledger = ? ORDER BY id LIMIT 1000`);
  const last = one<{ n: number }>(
    'SELECT ifnull(max(n), 0) AS n FROM findings WHERE ledger = ? AND n IS NOT NULL',
  );
  const byNumber = one<{ jws: string }>('SELECT jws FROM findings WHERE ledger = ? AND n = ?');
  const pending = many<StoredObjection>(
    `SELECT id, jws FROM findings WHERE ledger = @ledger
     AND (iif(n IS NULL OR @through IS NULL, told < ${SENT_MAX}, n > @through) OR ${CLOSING})
     ORDER BY ${CLOSING} DESC, id LIMIT 100`,
  );
  const markSent = run('UPDATE findings SET told = told + 1 WHERE id = ?');
  return {
    add: ({ ledger, seq, code, at, n }, jws, subject) => insert(ledger, seq, code, at, jws, subject, n) === 1,
    stands: (ledger, seq, code) => stands(ledger, seq, code) !== undefined,
    standing: (codes, ledger) =>
      ledger === undefined ? standing(JSON.stringify(codes)) : standingOf(JSON.stringify(codes), ledger),
    withdraw: db.transaction(({ ledger, seq, code, at, n }, jws) => {
      if (end(at, ledger, seq, code) === 0) return false;
      insertWithdrawal(ledger, seq, code, at, jws, n);
      return true;
    }),
    lastNumber: (ledger) => last(ledger)?.n ?? 0,
    byNumber: (ledger, n) => byNumber(ledger, n)?.jws,
    pending: (ledger, through) => pending({ ledger, through }),
    unsent: many('SELECT id, ledger, jws FROM findings WHERE told = 0 ORDER BY id LIMIT 100'),
    markSent: (id) => void markSent(id),
  };
}
