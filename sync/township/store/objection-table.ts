import type { ClinicCode, Instant, LedgerId, Seq } from '../../contract/ids.ts';
import type { ObjectionCode } from '../../objection-codes.ts';
import type { Place } from './place.ts';

/** An objection as it was signed. `n`: its number within the ledger; those of old releases have none. */
export interface StoredObjection {
  id: number;
  jws: string;
}

interface NumberedObjection extends Place {
  code: string;
  at: Instant;
  n: number;
}

/** One that was not withdrawn. `subject`: what many records share, or null. */
export interface StandingObjection extends Place {
  code: ObjectionCode;
  subject: string | null;
}

export interface ObjectionTable {
  /** False when one stands with this ledger, seq and code, or with this ledger, code and subject. */
  add(row: NumberedObjection, jws: string, subject: string | null): boolean;
  stands(ledger: LedgerId, seq: Seq, code: string): boolean;
  /** Those with one of these codes, of one ledger or of all, in the order they came; at most 1 000. */
  standing(codes: readonly ObjectionCode[], ledger?: LedgerId): StandingObjection[];
  /** Stores a withdrawal and ends what it withdraws; false when nothing of this seq and code stands. */
  withdraw(row: NumberedObjection, jws: string): boolean;
  /** The highest number, withdrawals included; 0 when there is none. */
  lastNumber(ledger: LedgerId): number;
  byNumber(ledger: LedgerId, n: number): string | undefined;
  /**
   * What the box must still be sent, at most 100, withdrawals too: those numbered beyond `through`; those
   * without a number, or all when `through` is null, until they were sent three times; those that stand and
   * close a ledger always, and first.
   */
  pending(ledger: LedgerId, through: Seq | null): StoredObjection[];
  /** Never sent yet: another process has added them. At most 100. */
  unsent(): (StoredObjection & { ledger: LedgerId })[];
  markSent(id: number): void;
}

export interface ObjectionRow extends Place {
  clinic: ClinicCode;
  code: string;
  at: Instant;
  /** Of those that were. */
  withdrawn_at?: Instant;
}
