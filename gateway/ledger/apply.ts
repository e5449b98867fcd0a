import type { Day } from '../../policy/index.ts';
import { parseYuan } from '../../policy/index.ts';
import type { Paid, Put } from '../../sync/contract/bodies/settlement.ts';
import {
  isDayClose,
  isReversal,
  isSettlement,
  type LedgerRecord,
  type RecordOf,
} from '../../sync/contract/record.ts';
import { LedgerError } from './errors.ts';
import type { Sealer } from './sealer.ts';
import type { Store } from './store/index.ts';

/**
 * What a record does to the derived tables: `requests`, `used`, `settlements`, `sold_codes`. Settling,
 * `rebuild` and `verify` all use it. A kind that moves no totals does nothing, nor does a record of a later
 * version.
 */
export function applyRecord(store: Store, sealer: Sealer, record: LedgerRecord): void {
  if (isSettlement(record)) applySettlement(store, sealer, record);
  if (isDayClose(record)) store.setMeta(closeKey(record.body.day), String(record.seq));
  if (isReversal(record)) applyReversal(store, sealer, record);
}

/** The key in `meta` under which the seq of a day's last day-close is kept. */
export const closeKey = (day: Day) => `day-close ${day}`;

/** A whole number is a count; money always has two places. */
const COUNT = /^(?:0|[1-9]\d{0,9})$/;

/** The day a record is booked in. */
export function dayOf(kind: string, body: { setl_date?: unknown; day?: unknown }): Day | null {
  const day =
    kind === 'settlement' ? body.setl_date : kind === 'reversal' || kind === 'day-close' ? body.day : null;
  return typeof day === 'string' ? day : null;
}

function applySettlement(store: Store, sealer: Sealer, { seq, clinic, body }: RecordOf<'settlement'>): void {
  const { answer, psn, setl_date: day } = body;
  if (answer.outcome !== 'payable')
    throw new LedgerError('ACT_INVALID', `settlement of an answer ${answer.outcome}`);
  const { medfee_sumamt, fund_pay_sumamt, psn_part_amt } = answer.setlinfo;
  const part = parseYuan(psn_part_amt);
  if (sumOf(body.paid) !== part)
    throw new LedgerError('ACT_INVALID', 'what was paid is not the person’s part');
  const person = psn.psn_no === null ? null : sealer.person(psn.psn_no);
  store.addRequest(sealer.request(body.request), seq);
  for (const put of body.put) addPut(store, sealer.clinic(clinic), person, put, 1);
  const codes = new Set(body.lines.flatMap(({ drug_trac_codg }) => drug_trac_codg ?? []));
  for (const code of codes) store.addSold({ code: sealer.traceCode(code), seq });
  store.addSettlement({
    seq,
    day,
    person,
    medfee: parseYuan(medfee_sumamt),
    fund: parseYuan(fund_pay_sumamt),
    psn: part,
    cash: sumOf(body.paid, 'cash'),
    reverses: null,
    reversed_by: null,
  });
}

/** Takes back the same `put`, and adds a row of its own to the day it is booked in. */
function applyReversal(store: Store, sealer: Sealer, { seq, clinic, body }: RecordOf<'reversal'>): void {
  const original = store.settlement(body.setl_date, body.of.seq);
  if (!original || original.reverses !== null || original.reversed_by !== null)
    throw new LedgerError('REVERSAL_REFUSED', `nothing to take back at seq ${body.of.seq}`);
  if (sumOf(body.refund) !== original.psn)
    throw new LedgerError('ACT_INVALID', 'refund is not the person’s part');
  store.addRequest(sealer.request(body.request), seq);
  for (const put of body.put) addPut(store, sealer.clinic(clinic), original.person, put, -1);
  store.addSettlement({
    ...original,
    seq,
    day: body.day,
    medfee: 0 - original.medfee,
    fund: 0 - original.fund,
    psn: 0 - original.psn,
    cash: 0 - sumOf(body.refund, 'cash'),
    reverses: original.seq,
  });
  store.setReversed(original.day, original.seq, seq);
}

function addPut(store: Store, clinic: Uint8Array, person: Uint8Array | null, put: Put, sign: 1 | -1): void {
  const { scope, insutype, poolarea, bucket, period } = put;
  if (period === '') return; // a `visit` bucket starts at 0 in every claim
  const holder = scope === 'clinic' ? clinic : person;
  const unit = COUNT.test(put.amount) ? 'count' : 'fen';
  const amount = unit === 'count' ? Number(put.amount) : parseYuan(put.amount);
  if (!holder) throw new LedgerError('ACT_INVALID', `put into ${bucket} of nobody`);
  store.addUsed({ holder, insutype, poolarea, bucket, period, unit, amount: sign * amount });
}

function sumOf(paid: Paid[], way?: Paid['way']): number {
  let sum = 0;
  for (const part of paid) if (way === undefined || part.way === way) sum += parseYuan(part.amount);
  return sum;
}
