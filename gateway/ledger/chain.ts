import type { ClinicCode, LedgerId, Seq } from '../../sync/contract/ids.ts';
import {
  type BodyOf,
  isConfiguration,
  type LedgerRecord,
  PROCESS,
  type RecordKind,
} from '../../sync/contract/record.ts';
import { EMPTY_HEAD, type Head, recordHash, signRecord } from '../../sync/record/record.ts';
import { applyRecord, dayOf } from './apply.ts';
import { type BoundedClock, createBoundedClock } from './clock.ts';
import { keptRight } from './clock-state.ts';
import { createDamage, type Damage } from './damage.ts';
import { unlessFull } from './disk.ts';
import { LedgerError } from './errors.ts';
import { keepMark, type LostRecords, lostRecords } from './mark.ts';
import { createOperatorCheck } from './operators.ts';
import type { LedgerParts } from './parts.ts';
import { openRow } from './rows.ts';
import type { Sealer } from './sealer.ts';
import type { Store } from './store/index.ts';
import type { Appended } from './types.ts';

/** The chain of records: its head, and how the next record is added. */
export interface Chain {
  readonly ledger: LedgerId;
  readonly clinic: ClinicCode;
  readonly time: BoundedClock;
  head(): Head;
  record(seq: Seq): LedgerRecord | null;
  readableRecord(seq: Seq): LedgerRecord | null;
  readonly damage: Damage;
  /**
   * One transaction; `onAppend` listeners run after it. LEDGER_FORKED when this ledger takes no more,
   * RECORDS_MISSING or LEDGER_UNCONFIRMED when a part of it is lost, or may be.
   */
  act<T>(work: () => T): T;
  /**
   * Inside `act`: signs, seals and stores the next record, and applies it to the derived tables.
   * OPERATOR_UNKNOWN.
   */
  add<Kind extends RecordKind>(kind: Kind, operator: string, body: BodyOf<Kind>): Appended;
  onAppend(listener: () => void): void;
  forked(): string | null;
  /** From here on `act` throws. */
  markForked(detail: string): void;
  lost(): LostRecords | null;
  /** The township has said that it holds nothing but what is here: what was only feared is not so. */
  confirmed(): void;
}

export function createChain(parts: LedgerParts & { sealer: Sealer }): Chain {
  const { store, sealer, keys, clinic, clock } = parts;
  const damage = createDamage();
  const listeners: (() => void)[] = [];
  const fresh = store.meta('ledger') === null;
  const ledger =
    store.meta('ledger') ?? parts.opening?.ledger ?? Buffer.from(parts.random(16)).toString('hex');
  if (!fresh && store.meta('clinic') !== clinic) throw new LedgerError('LEDGER_FOREIGN', 'of another clinic');
  if (ledger !== (parts.opening?.ledger ?? ledger))
    throw new LedgerError('LEDGER_FOREIGN', 'of another enrolment');
  const last = store.head();
  const time = createBoundedClock(clock, parts.clockState ?? keptRight(clock), {
    own: last ? Date.parse(openRow(sealer, last).at) : 0,
    kept: store.meta('clock'),
  });
  let head = fresh ? EMPTY_HEAD : checkedHead(store, sealer);
  let fork = store.meta('fork');
  const checkOperator = createOperatorCheck(store, sealer, damage);
  let lost = lostRecords(store, fresh ? null : head, parts.mark);
  let next = head; // what `head` becomes when the open transaction commits

  const chain: Chain = {
    ledger,
    clinic,
    time,
    damage,
    head: () => head,
    record: (seq) =>
      damage.reading('RECORD_DAMAGED', `record ${seq}`, () => {
        const row = store.record(seq);
        return row && openRow(sealer, row);
      }),
    readableRecord: (seq) =>
      damage.readable('RECORD_DAMAGED', `record ${seq}`, () => chain.record(seq), null),
    act: (work) => {
      if (lost !== null) throw new LedgerError(lost.code, lost.detail);
      if (fork !== null) throw new LedgerError('LEDGER_FORKED', fork);
      next = head;
      const result = store.transact(work);
      if (next !== head) for (const listener of listeners) queueMicrotask(listener);
      head = next;
      return result;
    },
    add: (kind, operator, body) => {
      checkOperator(kind, operator);
      const at = new Date(time.read().now).toISOString();
      const fields = { ledger, clinic, at, kind, operator, body };
      const { jws, hash, record } = signRecord(next, fields, keys.signing);
      const { seq } = record;
      store.addRecord({ seq, hash, kind, day: dayOf(kind, record.body), sealed: sealer.seal(jws) });
      applyRecord(store, sealer, record);
      next = { seq, hash };
      return next;
    },
    onAppend: (listener) => void listeners.push(listener),
    forked: () => fork,
    markForked: (detail) => {
      store.transact(() => store.setMeta('fork', detail));
      fork = detail;
    },
    lost: () => lost,
    confirmed: () => {
      if (lost?.code === 'LEDGER_UNCONFIRMED') lost = null;
      keepMark(parts.mark, head, lost);
    },
  };
  if (fresh) open(chain, store, parts);
  else if (store.meta('data_key') === null) unlessFull(() => keepWrappedKey(chain, store));
  keepMark(parts.mark, head, lost);
  return chain;
}

function open(chain: Chain, store: Store, { opening }: LedgerParts): void {
  chain.act(() => {
    store.setMeta('ledger', chain.ledger);
    store.setMeta('clinic', chain.clinic);
    const facts = { ...opening?.facts };
    chain.add('configuration', PROCESS, { event: 'ledger-opened', ...facts });
    // In clear, so that the recovery key can open a backup when nothing else is left.
    if (facts.data_key !== undefined) store.setMeta('data_key', facts.data_key);
    opening?.also?.((kind, body) => chain.add(kind, PROCESS, body));
  });
}

/** For a store of a release that did not keep the wrapped key in clear. */
function keepWrappedKey(chain: Chain, store: Store): void {
  const opened = chain.readableRecord(1);
  if (!isConfiguration(opened) || opened.body.event !== 'ledger-opened') return;
  const wrapped = opened.body.data_key;
  if (wrapped !== undefined) store.transact(() => store.setMeta('data_key', wrapped));
}

/** Within a transaction: what the clock knows outlives the process. */
export function keepClock({ time }: Pick<Chain, 'time'>, store: Store): void {
  const kept = time.kept();
  if (kept !== null) store.setMeta('clock', kept);
}

/** The last record must open and hash as stored, so that a wrong data key or a torn disk shows at once. */
export function checkedHead(store: Store, sealer: Sealer): Head {
  const row = store.head();
  if (!row) throw new LedgerError('LEDGER_BROKEN', 'a ledger without records');
  const jws = sealer.open(row.sealed);
  if (recordHash(jws) !== row.hash)
    throw new LedgerError('LEDGER_BROKEN', `hash of record ${row.seq} differs`);
  return { seq: row.seq, hash: row.hash };
}
