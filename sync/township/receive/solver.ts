import { importPublicKey } from '../../record/keys.ts';
import { openRecord } from '../../record/record.ts';
import { jwkOf } from '../../record/suite.ts';
import type { SignedObjections } from '../book/signed-objections.ts';
import { bookRecord } from '../book/totals.ts';
import type { StandingObjection } from '../store/objection-table.ts';
import type { TownshipStore, TownshipTables } from '../store/port.ts';
import type { Objections } from './objections.ts';

/** Takes back the objections whose problem is solved, where only the township can see it. */
interface Solver {
  /** After a dataset has come: bundles and operators that were unknown. */
  published(): void;
  /** At the start: what an earlier release could not read is booked now, if this one can. */
  unreadable(): void;
}

interface SolverOptions {
  store: TownshipStore;
  signed: SignedObjections;
  objections: Objections;
}

const SUBJECT = /^(.+) version (\d+)$/;

export function createSolver({ store, signed, objections }: SolverOptions): Solver {
  return {
    published() {
      for (const standing of store.objections.standing(['BUNDLE_UNKNOWN', 'OPERATOR_NOT_LISTED'])) {
        const { ledger, seq, code, subject } = standing;
        if (isKnown(store, standing))
          objections.withdraw({ code, text: `${subject} is known here now`, withdraws: { ledger, seq } });
      }
    },
    unreadable: () =>
      store.transact((tables) => {
        // In this order: a reversal finds the settlement that has just been booked.
        for (const one of tables.objections.standing(['BODY_UNREADABLE'])) bookAgain(tables, signed, one);
        for (const one of tables.objections.standing(['REVERSAL_UNKNOWN'])) bookAgain(tables, signed, one);
      }),
  };
}

function isKnown(
  { datasets, ledgers }: TownshipStore,
  { ledger, code, subject }: StandingObjection,
): boolean {
  if (code === 'BUNDLE_UNKNOWN') {
    const [, name = '', version] = SUBJECT.exec(subject ?? '') ?? [];
    return datasets.has(name, Number(version));
  }
  const clinic = ledgers.get(ledger)?.clinic;
  return clinic !== undefined && subject !== null && datasets.hasOperator(clinic, subject) === true;
}

/**
 * Books a record that could not be booked, as verification would: in the order the records came. So nothing
 * that was handed in, nor a reversal that came before its settlement.
 */
function bookAgain(tables: TownshipTables, signed: SignedObjections, standing: StandingObjection): void {
  const { ledger, seq, code } = standing;
  const row = tables.ledgers.get(ledger);
  const held = tables.records.get(ledger, seq);
  if (!row || !held || held.kind === 'handed-in') return;
  const key = importPublicKey(jwkOf(row.x));
  const record = openRecord(held.jws, () => key);
  const { of } = record.record.body as { of?: { seq: number; hash: string } };
  if (code === 'REVERSAL_UNKNOWN' && tables.records.hashAt(ledger, of?.seq ?? 0) !== of?.hash) return;
  const judgements = bookRecord(tables, record);
  if (judgements.some((judgement) => judgement.code === code)) return;
  const solved = { code, text: 'read and booked by a later release', withdraws: { ledger, seq } };
  signed.judge(tables, row, [{ seq, ...solved }, ...judgements.map((one) => ({ seq, ...one }))]);
}
