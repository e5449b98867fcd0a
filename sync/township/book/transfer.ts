import type { PublicJwk } from '../../contract/keys.ts';
import type { Envelope } from '../../contract/record.ts';
import { SyncError } from '../../errors.ts';
import { payloadOf } from '../../record/jws.ts';
import { importPublicKey } from '../../record/keys.ts';
import { openRecord, type SignedRecord } from '../../record/record.ts';
import { jwkOf } from '../../record/suite.ts';
import type { Place } from '../store/place.ts';
import type { TownshipTables } from '../store/port.ts';
import type { Judgement } from './objection.ts';
import { objectionsToOperator } from './operators.ts';
import { asSettlement, fenOf, movesMoney } from './parse-bodies.ts';
import { post } from './postings.ts';
import { transferredText } from './stored.ts';

/**
 * Books what a `handed-in` record transfers: a record of a closed or lost ledger, handed in by the one
 * that followed it. It is checked as on the wire and booked once, under the ledger and seq that handed it in:
 * not when it is held under its own name, nor when it was handed in before, nor when the other branch of a
 * fork has settled the same request. docs/decisions/0008
 */
export function bookTransfer(tables: TownshipTables, signed: SignedRecord): Judgement[] {
  const inner = innerOf(tables, signed);
  if (inner === null || tables.book.transfer(inner.hash)) return [];
  const { record, hash } = inner;
  const there = tables.records.hashAt(record.ledger, record.seq);
  const place: Place = there === hash ? record : signed.record;
  const fork = there !== undefined && there !== hash;
  if (fork) tables.ledgers.markFork(record.ledger, record.seq);
  tables.book.addTransfer({ hash, of_ledger: record.ledger, fork, ledger: place.ledger, seq: place.seq });
  const objections = place === record ? [] : objectionsToOperator(tables, record);
  if (place === record || !movesMoney(record)) return objections;
  if (record.kind === 'settlement' && settledThere(tables, record))
    return [
      ...objections,
      { code: 'REQUEST_TWICE', text: 'the branch that is held has settled the same request' },
    ];
  return [...objections, ...post(tables, record, signed.record)];
}

/** The record that a `handed-in` record holds, checked; null for a beginning only. */
function innerOf(tables: TownshipTables, { record }: SignedRecord): SignedRecord | null {
  const { ledger, clinic, body } = record;
  const jws = transferredText(tables, record, body);
  if (jws === null) return null;
  const known = tables.ledgers.get(String(payloadOf(jws).ledger));
  const { x } = known ?? (body.key as PublicJwk | undefined) ?? { x: '' };
  const key = importPublicKey(jwkOf(String(x)));
  const inner = openRecord(jws, (kid) => (kid === key.kid ? key : undefined));
  if (inner.record.clinic !== clinic || inner.record.ledger === ledger || inner.record.kind === 'handed-in')
    throw new SyncError('RECORD_SHAPE', 'a handed-in record of another clinic, or of the same ledger');
  return inner;
}

/** Has the branch that is held settled the same request? */
function settledThere({ book }: TownshipTables, { ledger, body }: Envelope): boolean {
  if (body.request === undefined || !book.hasBranch(ledger)) return false;
  const { psn, answer } = asSettlement(body);
  return book
    .alike(ledger, psn.psn_no ?? '', fenOf(answer.setlinfo.medfee_sumamt))
    .some((jws) => (payloadOf(jws).body as { request?: unknown }).request === body.request);
}
