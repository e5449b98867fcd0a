import { createHash } from 'node:crypto';
import type { Receipt } from '../../../sync/contract/messages.ts';
import { isConfiguration, type LedgerRecord } from '../../../sync/contract/record.ts';
import { SyncError } from '../../../sync/errors.ts';
import { type KeyFinder, payloadOf } from '../../../sync/record/jws.ts';
import {
  checkChain,
  EMPTY_HEAD,
  type Head,
  openRecord,
  type SignedRecord,
} from '../../../sync/record/record.ts';
import { applyRecord, closeKey, dayOf } from '../apply.ts';
import { LedgerError } from '../errors.ts';
import { type HeadMark, lostRecords } from '../mark.ts';
import type { Sealer } from '../sealer.ts';
import { ModelDisk, ModelStore, type RecordRow, type Store } from '../store/index.ts';
import { carriedDigest, NOTHING_CARRIED } from './carried.ts';
import { derivedFlaws } from './derived.ts';

/** Something that is not as it should be. `code` stands in one of the error tables. */
interface Flaw {
  code: string;
  seq: number | null;
  detail: string;
}

export interface Verdict {
  records: number;
  head: Head;
  flaws: Flaw[];
}

/** More flaws than this are not listed: a store that is wrong everywhere shows it by the first ones. */
const FLAWS_MAX = 1000;

/**
 * Checks all that is stored: seals, signatures, chain, the columns in clear beside each record, the datasets,
 * the last receipt, the mark of the head, and that the derived tables are what the records give. Works beside
 * a running gateway, and on an image with pages that cannot be read.
 */
export function verifyLedger(store: Store, sealer: Sealer, keyOf: KeyFinder, mark?: HeadMark): Verdict {
  return store.snapshot(() => {
    const flaws: Flaw[] = [];
    const note = (error: unknown, seq: number | null) => {
      if (flaws.length < FLAWS_MAX) flaws.push(flawOf(error, seq));
    };
    const attemptAt = (seq: number | null) => (work: () => void) => {
      try {
        work();
      } catch (error) {
        note(error, seq);
      }
    };
    const whole = attemptAt(null);
    const rebuilt = new ModelStore(new ModelDisk());
    let head = EMPTY_HEAD;
    for (const row of readableRows(store, note)) {
      const attempt = attemptAt(row.seq);
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
    if (head.seq === 0) note(new LedgerError('LEDGER_MISSING', 'no records'), null);
    whole(() => {
      for (const detail of derivedFlaws(store, rebuilt)) note(new LedgerError('TOTALS_DIFFER', detail), null);
    });
    whole(() => checkReceipt(store, head));
    whole(() => checkMark(store, head, mark));
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

/** The columns in clear beside a sealed record must be what the record says. */
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

function checkDataset(store: Store, sealer: Sealer, record: LedgerRecord): void {
  if (!isConfiguration(record) || record.body.event !== 'dataset-in-force') return;
  const { body } = record;
  const row = store.dataset(body.name, body.version);
  const content = row ? createHash('sha256').update(sealer.open(row.sealed)).digest('hex') : null;
  if (content !== body.sha256 || row?.sha256 !== body.sha256)
    throw new LedgerError('DATASET_DIFFERS', `${body.name} version ${body.version}`);
}

/** The stored records in order, without those whose pages SQLite cannot read. */
function* readableRows(
  store: Store,
  note: (error: unknown, seq: number | null) => void,
): Generator<RecordRow> {
  const attempt = <T>(seq: number | null, read: () => T): T | null => {
    try {
      return read();
    } catch (error) {
      note(error, seq);
      return null;
    }
  };
  const last = attempt(null, () => store.head()?.seq ?? 0) ?? 0;
  for (let seq = 1; seq <= last; seq++) {
    const row = attempt(seq, () => store.record(seq));
    if (row) yield row;
  }
}

/** The chain cannot show that its end was cut off; the township's receipt can. */
function checkReceipt(store: Store, head: Head): void {
  const jws = store.meta('receipt');
  if (jws === null) return;
  const { through, hash } = receiptOf(jws);
  if (through > head.seq)
    throw new LedgerError('RECORDS_MISSING', `receipted through ${through}, here ${head.seq}`);
  if (through > 0 && store.record(through)?.hash !== hash)
    throw new LedgerError('LEDGER_FORKED', `the township receipted another record ${through}`);
}

/** So can what the box remembers outside the store. */
function checkMark(store: Store, head: Head, mark: HeadMark | undefined): void {
  const lost = lostRecords(store, head, mark);
  if (lost) throw new LedgerError(lost.code, lost.detail);
}

/** It was checked when it came: one that cannot be read now is damage to this store. */
function receiptOf(jws: string): Receipt {
  try {
    return payloadOf<Receipt>(jws);
  } catch (error) {
    throw new LedgerError('LEDGER_BROKEN', 'the stored receipt is no JWS', { cause: error });
  }
}

/** Another ledger's totals cannot be rebuilt from these records, but they cannot be changed unseen either. */
function checkCarried(store: Store, record: LedgerRecord): void {
  if (!isConfiguration(record) || record.body.event !== 'ledger-opened') return;
  const { body } = record;
  if ((store.meta('data_key') ?? body.data_key) !== body.data_key)
    throw new LedgerError('RECORD_ROW_DIFFERS', 'the wrapped data key');
  if ((body.succeeds?.carried ?? NOTHING_CARRIED) !== carriedDigest(store.carriedRows()))
    throw new LedgerError('TOTALS_DIFFER', 'carried');
}
