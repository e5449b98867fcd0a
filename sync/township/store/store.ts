import type { EnrolledClinic } from '../../contract/enrolment.ts';
import type { PublicJwk } from '../../contract/keys.ts';
import type { Hello } from '../../contract/messages.ts';
import { EMPTY_HEAD, type Head, recordHash, type SignedRecord } from '../../record/record.ts';
import { createTotals, type Objection } from '../book/totals.ts';
import type { Db } from './schema.ts';

/** One ledger as the township knows it, with the box that writes it. */
export interface LedgerRow {
  ledger: string;
  clinic: string;
  kid: string;
  x: string;
  sealing: string;
  revoked_at: string | null;
  through: number;
  hash: string;
  fork: number | null;
  /** The ledger that followed this one, which takes no more. */
  successor: string | null;
  cloned_at: string | null;
  boot: string | null;
  n: number | null;
  datasets: string;
}

export interface FindingRow {
  id: number;
  seq: number;
  code: string;
  jws: string;
}

/** So often is a finding told that has no number, or to a box that does not say which it holds: at once and with the hellos after it. */
const TOLD_MAX = 3;
const CLOSING = "code IN ('RECORD_FORK', 'BOX_CLONED', 'LEDGER_CLOSED')";

/** The township's records and what is known of each ledger. Every method is one transaction. */
export function createStore(db: Db) {
  const totals = createTotals(db);
  const one = <Row>(sql: string) => {
    const statement = db.prepare(sql);
    return (...args: unknown[]) => statement.get(...args) as Row | undefined;
  };
  const many = <Row>(sql: string) => {
    const statement = db.prepare(sql);
    return (...args: unknown[]) => statement.all(...args) as Row[];
  };
  const run = (sql: string) => {
    const statement = db.prepare(sql);
    return (...args: unknown[]) => statement.run(...args).changes;
  };
  const ledgerColumns = `SELECT ledger, clinic, kid, x, sealing, revoked_at, through, hash, fork, successor, cloned_at, boot, n, datasets
    FROM ledgers JOIN boxes USING (kid)`;
  const selectLedger = one<LedgerRow>(`${ledgerColumns} WHERE ledger = ?`);
  const selectLedgers = many<LedgerRow>(`${ledgerColumns} WHERE revoked_at IS NULL ORDER BY ledger`);
  const insertRecord = run(
    'INSERT INTO records (ledger, seq, hash, kind, v, received_at, jws) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const advance = run('UPDATE ledgers SET through = ?, hash = ?, heard_at = ? WHERE ledger = ?');
  const selectHash = one<{ hash: string }>('SELECT hash FROM records WHERE ledger = ? AND seq = ?');
  const insertFork = run(
    'INSERT OR IGNORE INTO forks (ledger, seq, hash, received_at, jws) VALUES (?, ?, ?, ?, ?)',
  );
  const markFork = run('UPDATE ledgers SET fork = min(ifnull(fork, @seq), @seq) WHERE ledger = @ledger');
  const markClosed = run(
    'UPDATE ledgers SET successor = ifnull(successor, @ledger) WHERE ledger = @of AND clinic = @clinic AND ledger <> @ledger',
  );
  const selectBoot = one<{ n: number }>('SELECT n FROM boots WHERE ledger = ? AND boot = ?');
  const saveBoot = run('INSERT INTO boots VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET n = excluded.n');
  const saveHello = run(
    'UPDATE ledgers SET boot = ?, n = ?, head = ?, datasets = ?, heard_at = ?, connected = 1 WHERE ledger = ?',
  );
  const markCloned = run('UPDATE ledgers SET cloned_at = ? WHERE ledger = ? AND cloned_at IS NULL');
  const savePresence = run('UPDATE ledgers SET connected = ? WHERE ledger = ?');
  const insertFinding = run(
    'INSERT OR IGNORE INTO findings (ledger, seq, code, at, jws, subject, n) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const selectUntold = many<FindingRow>(
    `SELECT id, seq, code, jws FROM findings WHERE ledger = @ledger
     AND (iif(n IS NULL OR @through IS NULL, told < ${TOLD_MAX}, n > @through) OR ${CLOSING}) ORDER BY ${CLOSING} DESC, id LIMIT 100`,
  );
  const lastFinding = one<{ n: number }>(
    'SELECT ifnull(max(n), 0) AS n FROM findings WHERE ledger = ? AND n IS NOT NULL',
  );
  const findingAt = one<{ jws: string }>('SELECT jws FROM findings WHERE ledger = ? AND n = ?');
  const markTold = run('UPDATE findings SET told = told + 1 WHERE id = ?');
  const insertBox = run('INSERT OR IGNORE INTO boxes (kid, x, sealing, enrolled_at) VALUES (?, ?, ?, ?)');
  const insertLedger = run('INSERT INTO ledgers (ledger, clinic, kid, hash) VALUES (?, ?, ?, ?)');
  const saveClinic = run(
    'INSERT INTO clinics VALUES (?, ?) ON CONFLICT DO UPDATE SET facts = excluded.facts',
  );
  const selectBox = one<{ sealing: string; revoked_at: string | null }>(
    'SELECT sealing, revoked_at FROM boxes WHERE kid = ?',
  );
  const revoke = run('UPDATE boxes SET revoked_at = ? WHERE kid = ? AND revoked_at IS NULL');

  /** A ledger whose record 1 says that it succeeds another closes that one. */
  function closeBefore({ ledger, clinic, kind, body }: SignedRecord['record']): void {
    const of = (body.succeeds as { ledger?: unknown } | null | undefined)?.ledger;
    if (kind === 'configuration' && typeof of === 'string') markClosed({ ledger, clinic, of });
  }

  return {
    db,
    ledger: (ledger: string) => selectLedger(ledger),
    /** Ledgers whose box is not revoked. */
    ledgers: () => selectLedgers(),
    hashAt: (ledger: string, seq: number) => (seq === 0 ? EMPTY_HEAD.hash : selectHash(ledger, seq)?.hash),
    box: (kid: string) => selectBox(kid),
    revoke: (kid: string, at: string) => revoke(at, kid) === 1,

    /** Stores records that join on, books them, and moves the ledger's mark. Objections come with the seq they are about. */
    append: db.transaction(
      (ledger: string, records: Iterable<SignedRecord>, at: string): (Objection & { seq: number })[] => {
        const objections: (Objection & { seq: number })[] = [];
        let last: Head | undefined;
        for (const signed of records) {
          const { seq, kind, v } = signed.record;
          last = { seq, hash: signed.hash };
          insertRecord(ledger, seq, signed.hash, kind, v, at, signed.jws);
          if (seq === 1) closeBefore(signed.record);
          for (const objection of totals.book(signed)) objections.push({ ...objection, seq });
        }
        if (last) advance(last.seq, last.hash, at, ledger);
        return objections;
      },
    ),

    /** Keeps the other record of a fork, and closes the ledger. */
    fork: db.transaction((ledger: string, seq: number, other: SignedRecord | undefined, at: string) => {
      if (other) insertFork(ledger, seq, other.hash, at, other.jws);
      markFork({ seq, ledger });
    }),

    /** Takes a hello in. `stale`: seen before; `cloned`: a boot spoke on after another had begun. */
    hello: db.transaction((hello: Hello, current: string | null, at: string): 'new' | 'stale' | 'cloned' => {
      const { ledger, boot, n, head, datasets } = hello;
      const before = selectBoot(ledger, boot);
      if (before && before.n >= n) return 'stale';
      saveBoot(ledger, boot, n);
      saveHello(boot, n, head, JSON.stringify(datasets), at, ledger);
      if (!before || current === boot) return 'new';
      markCloned(at, ledger);
      return 'cloned';
    }),

    /** Not signed, so it says nothing about when the box was last heard of. */
    presence: (ledger: string, connected: boolean) => savePresence(connected ? 1 : 0, ledger),
    /** False when the same finding is there already. */
    finding: (
      row: { ledger: string; seq: number; code: string; at: string; n: number },
      jws: string,
      subject: string | null,
    ) => insertFinding(row.ledger, row.seq, row.code, row.at, jws, subject, row.n) === 1,
    /** The number of this ledger’s next finding. */
    nextFinding: (ledger: string) => (lastFinding(ledger)?.n ?? 0) + 1,
    /** Several of these in one transaction. */
    together: db.transaction((work: () => void) => work()),
    /** What a box must still be told: `holds` is its own word, or nothing. One that closes a ledger is told with every hello. */
    untold: (ledger: string, holds?: { n: number; hash: string }) => {
      const at = holds && findingAt(ledger, holds.n);
      const through = holds && (at && recordHash(at.jws) === holds.hash ? holds.n : 0);
      return selectUntold({ ledger, through: through ?? null });
    },
    told: (id: number) => markTold(id),

    /** Takes a box and its new, empty ledger in. */
    enrol: db.transaction(
      (
        box: { kid: string; jwk: PublicJwk; sealing: string; ledger: string },
        clinic: EnrolledClinic,
        at: string,
      ) => {
        insertBox(box.kid, box.jwk.x, box.sealing, at);
        insertLedger(box.ledger, clinic.fixmedins_code, box.kid, EMPTY_HEAD.hash);
        saveClinic(clinic.fixmedins_code, JSON.stringify(clinic));
      },
    ),
  };
}

export type TownshipStore = ReturnType<typeof createStore>;
export type { Head };
