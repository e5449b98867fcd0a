import { createHash } from 'node:crypto';
import type { Receipt } from '../../../sync/contract/messages.ts';
import { SyncError } from '../../../sync/errors.ts';
import type { KeyFinder } from '../../../sync/record/jws.ts';
import { payloadOf } from '../../../sync/record/jws.ts';
import {
  checkChain,
  EMPTY_HEAD,
  type Head,
  type LedgerRecord,
  openRecord,
  type SignedRecord,
} from '../../../sync/record/record.ts';
import { applyRecord, closeKey, dayOf } from '../apply.ts';
import { LedgerError } from '../errors.ts';
import { recordRows } from '../rows.ts';
import type { Sealer } from '../sealer.ts';
import { ModelDisk, ModelStore, type RecordRow, type Store, type UsedRow } from '../store/index.ts';

/** Something that is not as it should be. `code` stands in one of the error tables. */
export interface Flaw {
  code: string;
  seq: number | null;
  detail: string;
}

export interface Verdict {
  records: number;
  head: Head;
  flaws: Flaw[];
}

const NOTHING_CARRIED = createHash('sha256').digest('hex');
/** A store that is wrong everywhere is told by its first flaws; the count of the rest is enough. */
const FLAWS_MAX = 1000;

/**
 * Reads everything there is and believes none of it: seals, signatures, chain, the clear columns beside each record, the datasets,
 * the last receipt, and whether the derived tables are those that the records give. Works beside a running gateway.
 */
export function verifyLedger(store: Store, sealer: Sealer, keyOf: KeyFinder): Verdict {
  return store.snapshot(() => {
    const flaws: Flaw[] = [];
    const note = (error: unknown, seq: number | null) => {
      if (flaws.length < FLAWS_MAX) flaws.push(flawOf(error, seq));
    };
    const rebuilt = new ModelStore(new ModelDisk());
    let head = EMPTY_HEAD;
    for (const row of recordRows(store)) {
      const attempt = (work: () => void) => {
        try {
          work();
        } catch (error) {
          note(error, row.seq);
        }
      };
      attempt(() => {
        const signed = openRecord(sealer.open(row.sealed), keyOf);
        attempt(() => checkRow(store, row, signed));
        attempt(() => checkChain(head, signed));
        attempt(() => checkDataset(store, sealer, signed.record));
        attempt(() => checkCarried(store, signed.record));
        attempt(() => rebuilt.transact(() => applyRecord(rebuilt, sealer, signed.record)));
      });
      head = { seq: row.seq, hash: row.hash };
    }
    for (const detail of derivedFlaws(store, rebuilt)) note(new LedgerError('TOTALS_DIFFER', detail), null);
    checkReceipt(store, head, note);
    return { records: head.seq, head, flaws };
  });
}

function flawOf(error: unknown, seq: number | null): Flaw {
  const known = error instanceof SyncError || error instanceof LedgerError;
  return {
    code: known ? error.code : 'LEDGER_BROKEN',
    seq,
    detail: error instanceof Error ? error.message : String(error),
  };
}

/** What stands in clear beside a sealed record must be what the record says. */
function checkRow(store: Store, row: RecordRow, { hash, record }: SignedRecord): void {
  const differs = (what: string) => {
    throw new LedgerError('RECORD_ROW_DIFFERS', `${what} of row ${row.seq}`);
  };
  if (row.seq !== record.seq) differs('seq');
  if (row.hash !== hash) differs('hash');
  if (row.kind !== record.kind) differs('kind');
  if (row.day !== dayOf(record.kind, record.body)) differs('day');
  if (record.kind === 'day-close' && Number(store.meta(closeKey(row.day ?? ''))) < row.seq)
    differs('day-close');
  if (record.ledger !== store.meta('ledger') || record.clinic !== store.meta('clinic'))
    differs('ledger or clinic');
  if (record.kind === 'settlement' && store.printJobsOf(row.seq).length === 0) differs('print job');
}

function checkDataset(store: Store, sealer: Sealer, { kind, body }: LedgerRecord): void {
  if (kind !== 'configuration' || body.event !== 'dataset-in-force') return;
  const row = store.dataset(String(body.name), Number(body.version));
  const content = row ? createHash('sha256').update(sealer.open(row.sealed)).digest('hex') : null;
  if (content !== body.sha256 || row?.sha256 !== body.sha256)
    throw new LedgerError('DATASET_DIFFERS', `${body.name} version ${body.version}`);
}

/** The chain cannot show that its end was cut off; the township's receipt can. */
function checkReceipt(store: Store, head: Head, note: (error: unknown, seq: number | null) => void): void {
  const jws = store.meta('receipt');
  if (jws === null) return;
  try {
    const { through, hash } = receiptOf(jws);
    if (through > head.seq)
      throw new LedgerError('RECORDS_MISSING', `receipted through ${through}, here ${head.seq}`);
    if (through > 0 && store.record(through)?.hash !== hash)
      throw new LedgerError('LEDGER_FORKED', `the township receipted another record ${through}`);
  } catch (error) {
    note(error, null);
  }
}

/** It was checked when it came: one that cannot be read now is damage to this store. */
function receiptOf(jws: string): Receipt {
  try {
    return payloadOf<Receipt>(jws);
  } catch {
    throw new LedgerError('LEDGER_BROKEN', 'the stored receipt is no JWS');
  }
}

/** What a restored ledger began with, as its record 1 names it. */
export function carriedDigest(rows: Iterable<UsedRow>): string {
  const digest = createHash('sha256');
  for (const { holder, insutype, poolarea, bucket, period, unit, amount } of rows) {
    const person = Buffer.from(holder).toString('hex');
    digest.update(JSON.stringify([person, insutype, poolarea, bucket, period, unit, amount]));
  }
  return digest.digest('hex');
}

/** Another ledger's totals cannot be rebuilt from these records, but they cannot be changed unseen either. */
function checkCarried(store: Store, { kind, body }: LedgerRecord): void {
  if (kind !== 'configuration' || body.event !== 'ledger-opened') return;
  if ((store.meta('data_key') ?? body.data_key) !== body.data_key)
    throw new LedgerError('RECORD_ROW_DIFFERS', 'the wrapped data key');
  const { carried } = (body.succeeds ?? {}) as { carried?: string };
  if ((carried ?? NOTHING_CARRIED) !== carriedDigest(store.carriedRows()))
    throw new LedgerError('TOTALS_DIFFER', 'carried');
}

function* derivedFlaws(store: Store, rebuilt: Store): Generator<string> {
  for (const row of rebuilt.requestRows())
    if (store.request(row.request) !== row.seq) yield `requests: that of record ${row.seq}`;
  for (const row of store.requestRows())
    if (rebuilt.request(row.request) === null) yield `requests: one too many, for record ${row.seq}`;
  for (const row of rebuilt.usedRows())
    if (!same(row, store.used(row))) yield `used: ${row.bucket} of ${row.period} is not ${row.amount}`;
  for (const row of store.usedRows())
    if (!rebuilt.used(row)) yield `used: ${row.bucket} of ${row.period} is one too many`;
  for (const row of rebuilt.settlementRows())
    if (!same(row, store.settlement(row.day, row.seq))) yield `settlements: ${row.seq} on ${row.day}`;
  yield* soldFlaws(store, rebuilt);
  for (const row of store.settlementRows())
    if (!rebuilt.settlement(row.day, row.seq)) yield `settlements: ${row.seq} on ${row.day} is one too many`;
}

function* soldFlaws(store: Store, rebuilt: Store): Generator<string> {
  for (const { code, seq } of rebuilt.soldRows())
    if (!store.soldIn(code).includes(seq)) yield `sold_codes: one of record ${seq}`;
  for (const { code, seq } of store.soldRows())
    if (!rebuilt.soldIn(code).includes(seq)) yield `sold_codes: one too many, for record ${seq}`;
}

function same(a: object, b: object | null): boolean {
  if (!b) return false;
  const other = new Map(Object.entries(b));
  return Object.entries(a).every(([key, value]) => {
    const its = other.get(key);
    return value instanceof Uint8Array
      ? its instanceof Uint8Array && Buffer.compare(value, its) === 0
      : value === its;
  });
}
