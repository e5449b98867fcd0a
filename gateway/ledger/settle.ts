import { isDeepStrictEqual } from 'node:util';
import type { ReversalBody } from '../../sync/contract/bodies/reversal.ts';
import type { ClinicCode, LedgerId, Seq } from '../../sync/contract/ids.ts';
import { isReversal, isSettlement, type LedgerRecord, type RecordOf } from '../../sync/contract/record.ts';
import type { Chain } from './chain.ts';
import { LedgerError } from './errors.ts';
import type { LedgerReader, LedgerWriter } from './interfaces.ts';
import type { Sealer } from './sealer.ts';
import type { Store } from './store/index.ts';
import type { ReverseAct, SettleAct } from './types.ts';

type Settling = Pick<LedgerWriter, 'settle' | 'reverse'> & Pick<LedgerReader, 'settledBy'>;

/**
 * What moves money: settling and reversing. Each is one transaction, and happens once per request id.
 * `assertWritable` throws when money may not be booked now.
 */
export function createSettling(
  chain: Chain,
  store: Store,
  sealer: Sealer,
  assertWritable: () => void,
): Settling {
  /** The record that a request made before. REQUEST_REUSED when it is of another kind. */
  const earlier = <Kind extends 'settlement' | 'reversal'>(
    request: string,
    isOfKind: (record: LedgerRecord | null) => record is RecordOf<Kind>,
  ) => {
    const seq = store.request(sealer.request(request));
    const row = seq === null ? null : store.record(seq);
    if (!row) return null;
    const record = chain.record(row.seq);
    if (!isOfKind(record)) throw reused(row.seq);
    return { seq: row.seq, hash: row.hash, body: record.body };
  };
  const settledBy: Settling['settledBy'] = (request, { visit, quote } = {}) => {
    const before = earlier(request, isSettlement);
    if (!before) return null;
    // A visit leaves the desk in the transaction that settles it: one that is there was not settled.
    const unsettled = visit !== undefined && store.visit(visit) !== null;
    if (unsettled || (quote !== undefined && quote !== before.body.quote)) throw reused(before.seq);
    return before;
  };

  const settle = (act: SettleAct) => {
    const before = settledBy(act.request, act);
    if (before) return { ...before, repeated: true };
    assertWritable();
    return chain.act(() => {
      const seq = chain.head().seq + 1;
      const body = typeof act.body === 'function' ? act.body(seq) : act.body;
      if (body.request !== act.request || body.setl_id !== setlIdOf(chain.clinic, chain.ledger, seq))
        throw new LedgerError('ACT_INVALID', 'request or setl_id is not that of this settlement');
      if (act.visit !== undefined) store.dropVisit(act.visit);
      const added = chain.add('settlement', act.operator, body);
      queueSlip(store, seq);
      return { ...added, body, repeated: false };
    });
  };

  const reverse = (act: ReverseAct) => {
    const before = earlier(act.request, isReversal);
    if (before) {
      const { of, refund } = before.body;
      if (of.seq !== act.seq || !isDeepStrictEqual(refund, act.refund)) throw reused(before.seq);
      return { ...before, repeated: true };
    }
    assertWritable();
    return chain.act(() => {
      const body = reversalOf(chain, store, act);
      const added = chain.add('reversal', act.operator, body);
      queueSlip(store, added.seq);
      return { ...added, body, repeated: false };
    });
  };
  return { settle, settledBy, reverse };
}

const reused = (seq: Seq) => new LedgerError('REQUEST_REUSED', `the request id is that of record ${seq}`);

function queueSlip(store: Store, seq: Seq): void {
  store.addPrintJob({ seq, copy: 0, state: 'waiting', code: null, unsure: 0 });
}

function reversalOf(chain: Chain, store: Store, act: ReverseAct): ReversalBody {
  const row = store.record(act.seq);
  const original = chain.record(act.seq);
  if (!row || !isSettlement(original))
    throw new LedgerError('REVERSAL_REFUSED', `no settlement at ${act.seq}`);
  const { setl_id, setl_date, put } = original.body;
  const by = store.settlement(setl_date, act.seq)?.reversed_by;
  if (by !== null) throw new LedgerError('REVERSAL_REFUSED', `seq ${act.seq} was taken back by ${by}`);
  const { request, reason, day, refund } = act;
  return { setl_id, request, of: { seq: act.seq, hash: row.hash }, reason, day, setl_date, put, refund };
}

/** `setl_id` of a settlement. docs/record.md §3 */
export function setlIdOf(clinic: ClinicCode, ledger: LedgerId, seq: Seq): string {
  return clinic + ledger.slice(0, 8) + String(seq).padStart(10, '0');
}
