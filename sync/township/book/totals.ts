import { SyncError } from '../../errors.ts';
import type { SignedRecord } from '../../record/record.ts';
import type { TownshipTables } from '../store/port.ts';
import type { Judgement } from './objection.ts';
import { objectionsToOperator } from './operators.ts';
import { movesMoney } from './parse-bodies.ts';
import { post } from './postings.ts';
import { bookTransfer } from './transfer.ts';

/**
 * Books a record into the totals, as a function of the records alone: verify.ts books them once more and
 * compares. What cannot be booked is held all the same and answered with an objection. Call it in the
 * transaction that stores the record.
 */
export function bookRecord(tables: TownshipTables, signed: SignedRecord): Judgement[] {
  return [...objectionsToOperator(tables, signed.record), ...booked(tables, signed)];
}

function booked(tables: TownshipTables, signed: SignedRecord): Judgement[] {
  const { record } = signed;
  const handedIn = record.v === 1 && record.kind === 'handed-in';
  if (!handedIn && !movesMoney(record)) return [];
  try {
    return handedIn ? bookTransfer(tables, signed) : post(tables, record, record);
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    return [{ code: 'BODY_UNREADABLE', text: error.message }];
  }
}
