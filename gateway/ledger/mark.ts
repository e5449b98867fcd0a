import type { Head } from '../../sync/record/record.ts';
import { LedgerError } from './errors.ts';
import type { Store } from './store/index.ts';

/**
 * How far a ledger certainly went, remembered outside its store: SQLite drops a damaged WAL without a word,
 * and what was settled since the last checkpoint with it.
 */
export interface HeadMark {
  /** Null when nothing was ever remembered; seq 0: no record was written yet. */
  read(): Head | 'unreadable' | null;
  /** Called with a head that is fsynced in the store, never with an earlier one. Does not throw. */
  keep(head: Head): void;
}

/** Why a ledger takes no more: a part of it is not here, or nobody can tell. `detail`: English. */
export interface LostRecords {
  code: 'RECORDS_MISSING' | 'LEDGER_UNCONFIRMED';
  detail: string;
}

/** `head`: null when the store is new. LEDGER_MISSING when it should not be. */
export function lostRecords(store: Store, head: Head | null, mark: HeadMark | undefined): LostRecords | null {
  const marked = mark?.read() ?? null;
  if (marked === null || (marked !== 'unreadable' && marked.seq === 0)) return null;
  if (head === null) throw new LedgerError('LEDGER_MISSING', 'a new store in place of a ledger');
  if (marked === 'unreadable') return { code: 'LEDGER_UNCONFIRMED', detail: 'the mark of the head' };
  const missing = (detail: string): LostRecords => ({ code: 'RECORDS_MISSING', detail });
  if (marked.seq > head.seq) return missing(`there were ${marked.seq} records, here are ${head.seq}`);
  if (store.record(marked.seq)?.hash !== marked.hash) return missing(`another record ${marked.seq} was here`);
  return null;
}

/** A head that is read where records may be missing is none to remember. */
export function keepMark(mark: HeadMark | undefined, head: Head, lost: LostRecords | null): void {
  if (lost === null) mark?.keep(head);
}
