import { type Finding, type Remaining, remaining } from '../../../policy/index.ts';
import type { ErrorCode } from '../../errors.ts';
import type { Entitlement } from '../entitlement.ts';
import { type ClaimFacts, claimOf, claimWithUsage } from './claim.ts';
import type { Subject } from './person.ts';

/** Where somebody stands before anything is prescribed. */
export interface Standing {
  subject: Subject;
  /** What the card says against the roster and the calendar, in words. */
  identity: string[];
  day: string;
  /** As the roster has it on this day; null for somebody it does not know. */
  registered: { designated_here: boolean; signed_here: boolean; chronic: string[] } | null;
  /** Why no fund pays, or null. */
  self_pay_reason: ErrorCode | null;
  /** What may still be drawn, in the periods of the day. */
  left: Remaining[];
}

export function standingOf(
  facts: Omit<ClaimFacts, 'prescription'> & { identity: Finding[] },
  entitlement: Entitlement,
): Standing {
  const { subject, day } = facts;
  const { insured } = entitlement;
  const claim = claimOf(facts);
  const { designated_here, signed_here, chronic } = claim.person;
  return {
    subject,
    identity: facts.identity.map(({ vola_cont }) => vola_cont),
    day,
    registered: subject.person && { designated_here, signed_here, chronic },
    self_pay_reason: insured.ok ? null : insured.code,
    left: insured.ok ? remaining(insured.bundle.bundle, claimWithUsage(claim, entitlement)) : [],
  };
}
