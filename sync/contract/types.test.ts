import { expect, test } from 'vitest';
import type * as policy from '../../policy/index.ts';
import type { Answer } from './bodies/answer.ts';
import type { AuditFinding } from './bodies/audit-finding.ts';
import type { Claim } from './bodies/claim.ts';
import type { Trace } from './bodies/trace.ts';
import type { ClinicCode, Day, Instant, LedgerId, Seq } from './ids.ts';
import { isSettlement, type LedgerRecord, type RecordOf } from './record.ts';

/**
 * Checked by the compiler, not by this test: an assertion that does not hold is a type error here. `true` is
 * the only value that fits the types below.
 */

/** `A` may be given where `B` is wanted, and the other way round. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
/** `A` may not be given where `B` is wanted. */
type Refuses<A, B> = [A] extends [B] ? never : true;
type Takes<A, B> = [A] extends [B] ? true : never;

const assertions = {
  // policy declares what it prices; the contract says it again as a schema, and the two are held together
  // here.
  claim: true satisfies Same<Claim, policy.Claim>,
  answer: true satisfies Same<Answer, policy.Answer>,
  trace: true satisfies Same<Trace, policy.Trace>,
  finding: true satisfies Same<AuditFinding, policy.Finding>,

  seqIsNoFen: true satisfies Refuses<Seq, policy.Fen>,
  fenIsNoSeq: true satisfies Refuses<policy.Fen, Seq>,
  clinicIsNoLedger: true satisfies Refuses<ClinicCode, LedgerId>,
  ledgerIsNoClinic: true satisfies Refuses<LedgerId, ClinicCode>,
  dayIsNoInstant: true satisfies Refuses<Day, Instant>,
  instantIsNoDay: true satisfies Refuses<Instant, Day>,
  plainTextIsTaken: true satisfies Takes<string, LedgerId>,
  plainNumberIsTaken: true satisfies Takes<number, Seq>,

  bodiesDiffer: true satisfies Refuses<RecordOf<'day-close'>, RecordOf<'settlement'>>,
  kindIsNotKnown: true satisfies Refuses<LedgerRecord, RecordOf<'settlement'>>,
};

test('holds at compile time', () => {
  expect(Object.values(assertions).every(Boolean)).toBe(true);
});

test('a record of a later version is of no kind that this release knows', () => {
  const record: LedgerRecord = {
    v: 2,
    ledger: '0'.repeat(32),
    clinic: 'H1',
    seq: 1,
    prev: '0'.repeat(64),
    at: '2026-11-22T00:00:00.000Z',
    kind: 'settlement',
    operator: 'gateway',
    body: {},
  };
  expect(isSettlement(record)).toBe(false);
  expect(isSettlement({ ...record, v: 1 })).toBe(true);
});
