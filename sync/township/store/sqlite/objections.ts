import type { ObjectionTable, StoredObjection } from '../port.ts';
import type { Statements } from './statements.ts';

/** How often something without a number is sent: at once, and with the hellos after it. */
const SENT_MAX = 3;
const CLOSING = "code IN ('RECORD_FORK', 'BOX_CLONED', 'LEDGER_CLOSED')";

/** Table `findings`: its name and `told` are older than the word objection. */
export function createObjectionTable({ one, many, run }: Statements): ObjectionTable {
  const insert = run(
    'INSERT OR IGNORE INTO findings (ledger, seq, code, at, jws, subject, n) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
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
    lastNumber: (ledger) => last(ledger)?.n ?? 0,
    byNumber: (ledger, n) => byNumber(ledger, n)?.jws,
    pending: (ledger, through) => pending({ ledger, through }),
    markSent: (id) => void markSent(id),
  };
}
