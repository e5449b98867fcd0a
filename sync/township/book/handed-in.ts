import type { PublicJwk } from '../../contract/keys.ts';
import { SyncError } from '../../errors.ts';
import { handedInText } from '../../record/handed-in.ts';
import { payloadOf } from '../../record/jws.ts';
import { importPublicKey } from '../../record/keys.ts';
import { type LedgerRecord, openRecord, type SignedRecord } from '../../record/record.ts';
import type { Db } from '../store/schema.ts';
import { asSettlement, fenOf, movesMoney } from './parse-bodies.ts';
import type { Objection } from './totals.ts';

/** Where money is booked. */
export interface Place {
  ledger: string;
  seq: number;
}

type Body = Record<string, unknown>;

/**
 * Records of a ledger that goes on no more, handed in by the one that followed it. Each is checked as on the wire and booked once: not when
 * it is held under its own name, nor when it was handed in before, nor when the other branch of a fork has settled the same request.
 * docs/decisions/0008
 */
export function createHandIn(db: Db, book: (record: LedgerRecord, at: Place) => Objection[]) {
  const heldAt = db.prepare('SELECT hash, jws FROM records WHERE ledger = ? AND seq = ?');
  const boxOf = db.prepare('SELECT x FROM ledgers JOIN boxes USING (kid) WHERE ledger = ?');
  const placeOf = db.prepare('SELECT ledger, seq FROM handed_in WHERE hash = ?');
  const keep = db.prepare(
    'INSERT INTO handed_in (hash, of_ledger, fork, ledger, seq) VALUES (?, ?, ?, ?, ?)',
  );
  const markFork = db.prepare(
    'UPDATE ledgers SET fork = min(ifnull(fork, @seq), @seq) WHERE ledger = @ledger',
  );
  const forked = db.prepare('SELECT 1 FROM handed_in WHERE of_ledger = ? AND fork = 1 LIMIT 1');
  // No index: a fork is rare, and an index on requests would cost every settlement of every clinic.
  const alike = db.prepare(`SELECT r.jws FROM postings p JOIN records r USING (ledger, seq)
    WHERE p.ledger = ? AND p.kind = 'settlement' AND p.person = ? AND p.medfee = ?`);

  const held = ({ ledger, seq }: Place) =>
    heldAt.get(ledger, seq) as { hash: string; jws: string } | undefined;

  const textOf = ({ ledger, seq }: Place, body: Body) =>
    handedInText(body, () => {
      const before = held({ ledger, seq: seq - 1 });
      return before && (payloadOf(before.jws).body as Body);
    });

  /** The record that a `handed-in` record holds, checked; null for a beginning only. */
  function innerOf({ record }: SignedRecord): SignedRecord | null {
    const { ledger, clinic, body } = record;
    const jws = textOf(record, body);
    if (jws === null) return null;
    const of = payloadOf(jws).ledger;
    const known = boxOf.get(String(of)) as { x: string } | undefined;
    const { x } = known ?? (body.key as PublicJwk | undefined) ?? { x: '' };
    const key = importPublicKey({ kty: 'OKP', crv: 'Ed25519', x: String(x) });
    const inner = openRecord(jws, (kid) => (kid === key.kid ? key : undefined));
    if (inner.record.clinic !== clinic || inner.record.ledger === ledger || inner.record.kind === 'handed-in')
      throw new SyncError('RECORD_SHAPE', 'a handed-in record of another clinic, or of the same ledger');
    return inner;
  }

  /** Has the branch that is held settled the same request? */
  function settledThere({ ledger, body }: LedgerRecord): boolean {
    if (body.request === undefined || !forked.get(ledger)) return false;
    const { psn, answer } = asSettlement(body);
    const rows = alike.all(ledger, psn.psn_no ?? '', fenOf(answer.setlinfo.medfee_sumamt)) as {
      jws: string;
    }[];
    return rows.some(({ jws }) => (payloadOf(jws).body as { request?: unknown }).request === body.request);
  }

  return {
    /** Body of the record whose money is booked at a place: the record there, or the one that it hands in. */
    bodyAt(place: Place): Record<string, unknown> {
      const { kind, body } = payloadOf(held(place)?.jws ?? '');
      const inside = kind === 'handed-in' ? textOf(place, body as Body) : null;
      return (inside === null ? body : payloadOf(inside).body) as Body;
    },

    /** Books what a `handed-in` record holds, under that record's own ledger and seq. */
    take(signed: SignedRecord): Objection[] {
      const inner = innerOf(signed);
      if (inner === null || placeOf.get(inner.hash)) return [];
      const { record, hash } = inner;
      const there = held(record);
      const place = there?.hash === hash ? record : signed.record;
      const fork = there !== undefined && there.hash !== hash;
      if (fork) markFork.run({ ledger: record.ledger, seq: record.seq });
      keep.run(hash, record.ledger, fork ? 1 : 0, place.ledger, place.seq);
      if (place === record || !movesMoney(record)) return [];
      if (record.kind === 'settlement' && settledThere(record))
        return [{ code: 'REQUEST_TWICE', text: 'the branch that is held has settled the same request' }];
      return book(record, { ledger: signed.record.ledger, seq: signed.record.seq });
    },
  };
}
