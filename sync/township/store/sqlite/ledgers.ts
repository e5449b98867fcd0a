import { EMPTY_HEAD } from '../../../record/record.ts';
import type { LedgerHead, LedgerRow, LedgerTable } from '../port.ts';
import type { Db } from './schema.ts';
import type { Statements } from './statements.ts';

type Stored = Omit<LedgerRow, 'datasets' | 'refused'> & { datasets: string; refused: string };

const rowOf = (row: Stored): LedgerRow => ({
  ...row,
  datasets: JSON.parse(row.datasets),
  refused: JSON.parse(row.refused),
});

/** Tables `ledgers`, `boxes`, `clinics`, `boots` and `forks`. */
export function createLedgerTable(db: Db, { one, many, run }: Statements): LedgerTable {
  const columns = `SELECT ledger, clinic, kid, x, sealing, revoked_at, through, hash, fork, successor,
    cloned_at, boot, n, datasets, refused FROM ledgers JOIN boxes USING (kid)`;
  const select = one<Stored>(`${columns} WHERE ledger = ?`);
  const selectAll = many<Stored>(`${columns} ORDER BY clinic, ledger`);
  const insertBox = run('INSERT OR IGNORE INTO boxes (kid, x, sealing, enrolled_at) VALUES (?, ?, ?, ?)');
  const insertLedger = run('INSERT INTO ledgers (ledger, clinic, kid, hash) VALUES (?, ?, ?, ?)');
  const saveClinic = run(
    'INSERT INTO clinics VALUES (?, ?) ON CONFLICT DO UPDATE SET facts = excluded.facts',
  );
  const revoke = run('UPDATE boxes SET revoked_at = ? WHERE kid = ? AND revoked_at IS NULL');
  const selectBoot = one<{ n: number }>('SELECT n FROM boots WHERE ledger = ? AND boot = ?');
  const saveHello = run(
    `UPDATE ledgers SET boot = ?, n = ?, head = ?, datasets = ?, refused = ?, status = ?, heard_at = ?,
     connected = 1 WHERE ledger = ?`,
  );
  const markCloned = run('UPDATE ledgers SET cloned_at = ? WHERE ledger = ? AND cloned_at IS NULL');
  const savePresence = run(
    'UPDATE ledgers SET connected = ?, seen_head = ifnull(?, seen_head) WHERE ledger = ?',
  );
  const advance = run('UPDATE ledgers SET through = ?, hash = ?, heard_at = ? WHERE ledger = ?');
  const markFork = run('UPDATE ledgers SET fork = min(ifnull(fork, @seq), @seq) WHERE ledger = @ledger');
  const insertFork = run(
    'INSERT OR IGNORE INTO forks (ledger, seq, hash, received_at, jws) VALUES (?, ?, ?, ?, ?)',
  );
  const close = run(`UPDATE ledgers SET successor = ifnull(successor, @successor)
    WHERE ledger = @ledger AND clinic = @clinic AND ledger <> @successor`);

  return {
    get(ledger) {
      const row = select(ledger);
      return row && rowOf(row);
    },
    all: () => selectAll().map(rowOf),
    enrol: db.transaction((box, clinic, at) => {
      insertBox(box.kid, box.jwk.x, box.sealing, at);
      insertLedger(box.ledger, clinic.fixmedins_code, box.kid, EMPTY_HEAD.hash);
      saveClinic(clinic.fixmedins_code, JSON.stringify(clinic));
    }),
    box: one('SELECT sealing, revoked_at FROM boxes WHERE kid = ?'),
    revoke: (kid, at) => revoke(at, kid) === 1,
    lastHello: (ledger, boot) => selectBoot(ledger, boot)?.n,
    noteBoot: run('INSERT INTO boots VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET n = excluded.n'),
    saveHello({ boot, n, head, datasets, refused = [], status = {}, ledger }, at) {
      const [sets, bad, how] = [datasets, refused, status].map((value) => JSON.stringify(value));
      saveHello(boot, n, head, sets, bad, how, at, ledger);
    },
    markCloned: (ledger, at) => void markCloned(at, ledger),
    setConnected: (ledger, connected, head) => void savePresence(connected ? 1 : 0, head ?? null, ledger),
    advance: (ledger, { seq, hash }, at) => void advance(seq, hash, at, ledger),
    markFork: (ledger, seq) => void markFork({ ledger, seq }),
    addFork: (ledger, seq, { hash, jws }, at) => void insertFork(ledger, seq, hash, at, jws),
    close: (clinic, ledger, successor) => void close({ clinic, ledger, successor }),
    heads: many<{ ledger: string } & LedgerHead>(
      `SELECT ledger, through, hash FROM ledgers WHERE clinic = ? AND ledger <> ?
       ORDER BY rowid DESC LIMIT ?`,
    ),
  };
}
