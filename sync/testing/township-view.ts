import { objectionReport, personReport } from '../township/book/report.ts';
import type { ModelBox, ModelWorld } from './model-world.ts';
import { settlementBody } from './world.ts';

/** What tests of the township do in a box's ledger, and what they look at in the township's store. */

/** Appends a settlement of so many fen; `change` replaces members of its body. */
export const settle = (to: ModelBox, psn_no: string, fen: number, change: object = {}) =>
  to.source.append('settlement', { ...settlementBody(to.source.head().seq + 1, psn_no, fen), ...change });

/** Appends a reversal of the settlement at a seq. */
export const reverse = (to: ModelBox, seq: number, hash: string, put: object[]) =>
  to.source.append('reversal', { setl_id: '1', of: { seq, hash }, reason: 'x', put, refund: 'cash' });

/** Fields of a record that moves no money, for signRecord. */
export const stockOf = ({ source: { ledger, clinic } }: ModelBox) => ({
  ...{ ledger, clinic, at: '2026-11-22T03:04:05.678Z', kind: 'stock', operator: 'x', body: {} },
});

/** A settlement whose payments do not add up: AMOUNTS_DIFFER. */
export const settleWrongly = (to: ModelBox) =>
  settle(to, 'P1', 100, { paid: [{ way: 'cash', amount: '9.99' }] });

/** Every objection, as `seq CODE`, sorted. */
export const codesIn = (here: ModelWorld): string[] =>
  objectionReport(here.town().store)
    .map(({ seq, code }) => `${seq} ${code}`)
    .sort();

/** How far a box's ledger is held. */
export const throughOf = (here: ModelWorld, { source }: ModelBox) =>
  here.town().store.ledgers.get(source.ledger)?.through;

/** What a person (or with '' the clinics) has used of a bucket, by ledger. */
export const usedOf = (here: ModelWorld, person: string, bucket: string) =>
  personReport(here.town().store, person)
    .filter((row) => row.bucket === bucket)
    .map(({ ledger, amount }) => [ledger, amount]);
