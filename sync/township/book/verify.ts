import type { EnrolledClinic } from '../../contract/enrolment.ts';
import { importPublicKey } from '../../record/keys.ts';
import { checkChain, EMPTY_HEAD, type Head, openRecord } from '../../record/record.ts';
import { jwkOf } from '../../record/suite.ts';
import { BOOK_PARTS, type BookPart, type LedgerRow, type TownshipStore } from '../store/port.ts';
import { bookRecord } from './totals.ts';

interface TownshipVerdict {
  ok: boolean;
  ledgers: number;
  records: number;
  /** English; the first hundred. */
  faults: string[];
}

type Report = (fault: string) => void;

const FAULTS_MAX = 100;

/**
 * Every signature, every chain, every mark; and the totals against totals booked anew from the records. All
 * in one transaction: a township that goes on storing meanwhile changes nothing under it.
 */
export const verifyTownship = (store: TownshipStore): TownshipVerdict => store.transact(() => verify(store));

function verify(store: TownshipStore): TownshipVerdict {
  const verdict: TownshipVerdict = { ok: true, ledgers: 0, records: 0, faults: [] };
  const report: Report = (fault) => {
    verdict.ok = false;
    if (verdict.faults.length < FAULTS_MAX) verdict.faults.push(fault);
  };
  const ledgers = store.ledgers.all();
  for (const row of ledgers) {
    verdict.ledgers += 1;
    verdict.records += verifyLedger(store, row, report);
  }
  if (!verdict.ok) return verdict;
  const scratch = store.scratch();
  try {
    bookAnew(store, scratch, ledgers);
    for (const part of BOOK_PARTS) compare(store, scratch, part, report);
    return verdict;
  } finally {
    scratch.close();
  }
}

function verifyLedger({ records }: TownshipStore, row: LedgerRow, report: Report): number {
  const key = importPublicKey(jwkOf(row.x));
  let head: Head = EMPTY_HEAD;
  for (const { seq, hash, kind, jws } of records.of(row.ledger)) {
    try {
      const signed = openRecord(jws, (kid) => (kid === row.kid ? key : undefined));
      checkChain(head, signed);
      const { record } = signed;
      if (signed.hash !== hash || record.seq !== seq || record.kind !== kind)
        throw new Error('columns differ from the record');
      if (record.ledger !== row.ledger || record.clinic !== row.clinic)
        throw new Error('is of another ledger');
      head = { seq, hash };
    } catch (error) {
      report(`ledger ${row.ledger} seq ${seq}: ${(error as Error).message}`);
      return head.seq;
    }
  }
  if (head.seq !== row.through || head.hash !== row.hash)
    report(`ledger ${row.ledger}: receipted through ${row.through}, records end at ${head.seq}`);
  return head.seq;
}

/** In the order the records came, so that a reversal finds its settlement. */
function bookAnew({ records }: TownshipStore, scratch: TownshipStore, ledgers: LedgerRow[]): void {
  for (const { ledger, clinic, kid, x, sealing } of ledgers)
    scratch.ledgers.enrol({ ledger, kid, jwk: jwkOf(x), sealing }, factsOf(clinic), '');
  for (const { received_at, x, ...row } of records.inOrder()) {
    const books = row.kind === 'settlement' || row.kind === 'reversal' || row.kind === 'handed-in';
    // What moves no money may have been handed in as well; of it only counts that it is held.
    scratch.records.add(books ? row : { ...row, jws: '' }, received_at);
    if (!books) continue;
    const key = importPublicKey(jwkOf(x));
    bookRecord(
      scratch,
      openRecord(row.jws, () => key),
    );
  }
}

/** Of a clinic only the code is booked under. */
const factsOf = (fixmedins_code: string): EnrolledClinic => ({
  fixmedins_code,
  fixmedins_name: '',
  level: '',
  mode: '',
  admdvs: '',
});

function compare(store: TownshipStore, scratch: TownshipStore, part: BookPart, report: Report): void {
  const [kept, anew] = [store.book.rows(part), new Set(scratch.book.rows(part))];
  const differing = kept.filter((row) => !anew.delete(row)).length + anew.size;
  if (differing > 0) report(`${part}: ${differing} rows differ from those booked anew`);
}
