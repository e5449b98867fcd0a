import { SyncError } from '../../errors.ts';
import type { LedgerRecord, SignedRecord } from '../../record/record.ts';
import type { Db } from '../store/schema.ts';
import { createHandIn, type Place } from './handed-in.ts';
import {
  amountFindings,
  amountOf,
  asReversal,
  asSettlement,
  chinaDay,
  fenOf,
  movesMoney,
  type PutEntry,
  type Settlement,
} from './parse-bodies.ts';

export interface Objection {
  code: string;
  text: string;
  /** What many records may share: told once. */
  subject?: string;
}

interface Posting {
  ledger: string;
  seq: number;
  kind: string;
  day: string;
  person: string;
  setl_id: string;
  medfee: number;
  fund: number;
  hosp: number;
  part: number;
}

/**
 * Books records into `used` and `postings`, as a function of the records alone: verify.ts books them anew and compares. What cannot be
 * booked is held all the same and answered with an objection.
 */
export function createTotals(db: Db) {
  const add = db.prepare(`INSERT INTO used (ledger, person, insutype, poolarea, bucket, period, unit, amount)
    VALUES (@ledger, @person, @insutype, @poolarea, @bucket, @period, @unit, @amount)
    ON CONFLICT DO UPDATE SET amount = amount + excluded.amount`);
  const post =
    db.prepare(`INSERT INTO postings (ledger, seq, kind, day, person, setl_id, medfee, fund, hosp, part)
    VALUES (@ledger, @seq, @kind, @day, @person, @setl_id, @medfee, @fund, @hosp, @part)`);
  const original = db.prepare(`SELECT p.* FROM postings p JOIN records r USING (ledger, seq)
    JOIN ledgers l USING (ledger) WHERE l.clinic = ? AND p.seq = ? AND r.hash = ? AND p.kind = 'settlement'`);
  const handedInOriginal = db.prepare(`SELECT p.* FROM handed_in h JOIN postings p USING (ledger, seq)
    JOIN ledgers l USING (ledger) WHERE l.clinic = ? AND h.hash = ? AND p.kind = 'settlement'`);
  const markReversed = db.prepare(
    'UPDATE postings SET reversed_by = ? WHERE ledger = ? AND seq = ? AND reversed_by IS NULL',
  );
  const bundleKnown = db.prepare(
    "SELECT 1 FROM datasets WHERE name LIKE 'bundle/%' AND name = ? AND version = ?",
  );

  function put(ledger: string, person: string, entries: PutEntry[], sign: 1 | -1): void {
    for (const { scope, insutype, poolarea, bucket, period, amount: text } of entries) {
      const { unit, amount } = amountOf(text);
      const holder = scope === 'person' ? person : '';
      add.run({ ledger, person: holder, insutype, poolarea, bucket, period, unit, amount: sign * amount });
    }
  }

  function settle(record: LedgerRecord, { ledger, seq }: Place): Objection[] {
    const body = asSettlement(record.body);
    const person = body.psn.psn_no ?? '';
    if (!person && body.put.some(({ scope }) => scope === 'person'))
      throw new SyncError('MESSAGE_REFUSED', 'a put for nobody');
    const info = body.answer.setlinfo;
    post.run({
      ledger,
      seq,
      kind: 'settlement',
      day: body.setl_date,
      person,
      setl_id: body.setl_id,
      medfee: fenOf(info.medfee_sumamt),
      fund: fenOf(info.fund_pay_sumamt),
      hosp: fenOf(info.hosp_part_amt),
      part: fenOf(info.psn_part_amt),
    });
    put(ledger, person, body.put, 1);
    return objections(body);
  }

  function objections(body: Settlement): Objection[] {
    const wrong: Objection[] = amountFindings(body).map((what) => ({
      code: 'AMOUNTS_DIFFER',
      text: `does not add up: ${what}`,
    }));
    const { bundle } = body.datasets;
    if (bundle && !bundleKnown.get(bundle.name, bundle.version)) {
      const subject = `${bundle.name} version ${bundle.version}`;
      wrong.push({ code: 'BUNDLE_UNKNOWN', text: `${subject} is not known here`, subject });
    }
    return wrong;
  }

  /** Under the reversal's own ledger: what a ledger's people have used is a function of that ledger's records. */
  function reverse({ clinic, at, body }: LedgerRecord, { ledger, seq }: Place): Objection[] {
    const { of, setl_id, put: back } = asReversal(body);
    const found = (original.get(clinic, of.seq, of.hash) ?? handedInOriginal.get(clinic, of.hash)) as
      | Posting
      | undefined;
    if (!found) return [{ code: 'REVERSAL_UNKNOWN', text: 'reverses a settlement that is not held' }];
    if (JSON.stringify(back) !== JSON.stringify(asSettlement(handIn.bodyAt(found)).put))
      return [{ code: 'REVERSAL_DIFFERS', text: 'takes back something else than the settlement put' }];
    if (markReversed.run(seq, found.ledger, found.seq).changes === 0)
      return [{ code: 'REVERSED_TWICE', text: 'reverses a settlement that was reversed before' }];
    const { person, medfee, fund, hosp, part } = found;
    const taken = { medfee: -medfee, fund: -fund, hosp: -hosp, part: -part };
    post.run({ ledger, seq, kind: 'reversal', day: chinaDay(at), person, setl_id, ...taken });
    put(ledger, person, back, -1);
    return [];
  }

  const bookAt = (record: LedgerRecord, at: Place) =>
    record.kind === 'settlement' ? settle(record, at) : reverse(record, at);
  const handIn = createHandIn(db, bookAt);

  return {
    /** Within the transaction that stores the record. */
    book(signed: SignedRecord): Objection[] {
      const { record } = signed;
      const handedIn = record.v === 1 && record.kind === 'handed-in';
      if (!handedIn && !movesMoney(record)) return [];
      try {
        return handedIn ? handIn.take(signed) : bookAt(record, record);
      } catch (error) {
        if (!(error instanceof SyncError)) throw error;
        return [{ code: 'BODY_UNREADABLE', text: error.message }];
      }
    },
  };
}
