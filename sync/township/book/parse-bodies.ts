import { chinaDay, type Day, isDay } from '../../../policy/index.ts';
import { BookedReversal, BookedSettlement } from '../../contract/bodies/booked.ts';
import type { Envelope } from '../../contract/record.ts';
import { shapeOf } from '../../contract/shape.ts';
import { SyncError } from '../../errors.ts';

/**
 * What the township reads out of a record: money by day, what each bucket gained, and what does not add up.
 */

const settlementShape = shapeOf(BookedSettlement, 'settlement');
export const asReversal = shapeOf(BookedReversal, 'reversal');

/** Throws MESSAGE_REFUSED for another shape, and for a day or a period that does not exist. */
export function asSettlement(body: unknown): BookedSettlement {
  const settlement = settlementShape(body);
  if (!isDay(settlement.setl_date)) throw new SyncError('MESSAGE_REFUSED', 'a setl_date that does not exist');
  if (!settlement.put.every(({ period }) => periodExists(period)))
    throw new SyncError('MESSAGE_REFUSED', 'a period that does not exist');
  return settlement;
}

/** Of months and days; what a later release may make of a period is not known here. */
function periodExists(period: string): boolean {
  const first = /^\d{4}-\d\d$/.test(period) ? `${period}-01` : period;
  return !/^\d{4}-\d\d-\d\d$/.test(first) || isDay(first);
}

/** The day in China at an instant. Throws MESSAGE_REFUSED when there is no such instant. */
export function dayAt(at: string): Day {
  const ms = Date.parse(at);
  const day = Number.isNaN(ms) ? '' : chinaDay(ms);
  if (!isDay(day)) throw new SyncError('MESSAGE_REFUSED', 'an instant that does not exist');
  return day;
}

/** Only version 1 of these two kinds moves money; everything else is held. */
export const movesMoney = ({ v, kind }: Envelope) =>
  v === 1 && (kind === 'settlement' || kind === 'reversal');

/** `12.34` → 1234 fen; `2` → a count. */
export function amountOf(text: string): { unit: 'fen' | 'count'; amount: number } {
  return text.includes('.')
    ? { unit: 'fen', amount: Number(text.replace('.', '')) }
    : { unit: 'count', amount: Number(text) };
}

export const fenOf = (text: string) => amountOf(text).amount;

/**
 * What does not add up in a settlement's own amounts: docs/adjudication.md's identities, and what was paid.
 */
export function amountFaults({ answer: { setlinfo: s }, paid }: BookedSettlement): string[] {
  const sum = (...parts: string[]) => parts.reduce((total, part) => total + fenOf(part), 0);
  const wrong: string[] = [];
  const expect = (what: string, whole: string, ...parts: string[]) => {
    if (fenOf(whole) !== sum(...parts)) wrong.push(what);
  };
  const { medfee_sumamt: medfee, psn_part_amt: part } = s;
  expect(
    'medfee_sumamt by scope',
    medfee,
    s.fulamt_ownpay_amt,
    s.overlmt_selfpay,
    s.preselfpay_amt,
    s.inscp_scp_amt,
  );
  expect('medfee_sumamt by payer', medfee, s.fund_pay_sumamt, s.hosp_part_amt, part);
  expect('psn_part_amt by purse', part, s.acct_pay, s.psn_cash_pay);
  expect('psn_part_amt by way of payment', part, ...paid.map((way) => way.amount));
  return wrong;
}
