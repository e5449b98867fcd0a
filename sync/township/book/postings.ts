import type { BookedSettlement } from '../../contract/bodies/booked.ts';
import type { Put } from '../../contract/bodies/settlement.ts';
import type { LedgerId } from '../../contract/ids.ts';
import type { Envelope } from '../../contract/record.ts';
import { SyncError } from '../../errors.ts';
import type { Place } from '../store/place.ts';
import type { TownshipTables } from '../store/port.ts';
import type { Judgement, Objection } from './objection.ts';
import { amountFaults, amountOf, asReversal, asSettlement, dayAt, fenOf } from './parse-bodies.ts';
import { bodyAt } from './stored.ts';

/**
 * Books the money of a settlement or reversal at a place. Throws MESSAGE_REFUSED when its body cannot be
 * read.
 */
export function post(tables: TownshipTables, record: Envelope, at: Place): Judgement[] {
  return record.kind === 'settlement' ? settle(tables, record, at) : reverse(tables, record, at);
}

function settle(tables: TownshipTables, record: Envelope, { ledger, seq }: Place): Objection[] {
  const body = asSettlement(record.body);
  const person = body.psn.psn_no ?? '';
  if (!person && body.put.some(({ scope }) => scope === 'person'))
    throw new SyncError('MESSAGE_REFUSED', 'a put for nobody');
  const info = body.answer.setlinfo;
  tables.book.addPosting({
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
  addUses(tables, ledger, person, body.put, 1);
  return objectionsTo(tables, body);
}

function objectionsTo({ datasets }: TownshipTables, body: BookedSettlement): Objection[] {
  const wrong: Objection[] = amountFaults(body).map((what) => ({
    code: 'AMOUNTS_DIFFER',
    text: `does not add up: ${what}`,
  }));
  const { bundle } = body.datasets;
  if (bundle && !(bundle.name.startsWith('bundle/') && datasets.has(bundle.name, bundle.version))) {
    const subject = `${bundle.name} version ${bundle.version}`;
    wrong.push({ code: 'BUNDLE_UNKNOWN', text: `${subject} is not known here`, subject });
  }
  return wrong;
}

/**
 * Under the reversal's own ledger: what a ledger's people have used is a function of that ledger's records.
 */
function reverse(tables: TownshipTables, record: Envelope, { ledger, seq }: Place): Judgement[] {
  const { clinic, at, body } = record;
  const { book } = tables;
  const { of, setl_id, put: back } = asReversal(body);
  const day = dayAt(at); // before anything is booked
  const found = book.settlement(clinic, of.seq, of.hash) ?? book.transferredSettlement(clinic, of.hash);
  if (!found) return [{ code: 'REVERSAL_UNKNOWN', text: 'reverses a settlement that is not held' }];
  if (JSON.stringify(back) !== JSON.stringify(asSettlement(bodyAt(tables, found)).put))
    return [{ code: 'REVERSAL_DIFFERS', text: 'takes back something else than the settlement put' }];
  if (!book.markReversed(found, seq))
    return [{ code: 'REVERSED_TWICE', text: 'reverses a settlement that was reversed before' }];
  const { person, medfee, fund, hosp, part } = found;
  const taken = { medfee: -medfee, fund: -fund, hosp: -hosp, part: -part };
  book.addPosting({ ledger, seq, kind: 'reversal', day, person, setl_id, ...taken });
  addUses(tables, ledger, person, back, -1);
  const { ledger: of_ledger, seq: of_seq } = found;
  const withdraws = { ledger: of_ledger, seq: of_seq };
  const text = `reversed by seq ${seq} of ledger ${ledger}`;
  return (['AMOUNTS_DIFFER', 'RECORD_TIME_WRONG'] as const).map((code) => ({ code, text, withdraws }));
}

function addUses(
  { book }: TownshipTables,
  ledger: LedgerId,
  person: string,
  entries: Put[],
  sign: 1 | -1,
): void {
  for (const { scope, insutype, poolarea, bucket, period, amount: text } of entries) {
    const { unit, amount } = amountOf(text);
    const holder = scope === 'person' ? person : '';
    book.addUse({ ledger, person: holder, insutype, poolarea, bucket, period, unit, amount: sign * amount });
  }
}
