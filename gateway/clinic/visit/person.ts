import type { Credential } from '../../../drivers/contract.ts';
import { isDay } from '../../../policy/index.ts';
import type { SettlementBody } from '../../../sync/contract/bodies/settlement.ts';
import type { Person } from '../../../sync/contract/datasets/roster.ts';
import { certnoForm } from '../../../sync/contract/identity-number.ts';
import type { VisitErrorCode } from './errors.ts';
import type { Reference } from './reference.ts';

/** Who is at the desk and how that is known. Kept sealed; the page sees a masked form. */
export interface Visitor {
  /** null: nobody in the roster. */
  psn_no: string | null;
  psn_name: string;
  psn_cert_type: string;
  certno: string;
  gend: string;
  brdy: string;
  credential: Credential | null;
  read_at: string;
}

export function visitorOfCredential(credential: Credential, reference: Reference, read_at: string): Visitor {
  const known = reference.roster.value.byCertificate(credential.certno, credential.psn_name);
  return {
    psn_no: known?.psn_no ?? null,
    psn_name: credential.psn_name,
    psn_cert_type: credential.psn_cert_type,
    certno: credential.certno,
    gend: credential.gend,
    brdy: credential.brdy,
    credential,
    read_at,
  };
}

export function visitorOfPerson(person: Person, read_at: string): Visitor {
  const { psn_no, psn_name, psn_cert_type, certno, gend, brdy } = person;
  return { psn_no, psn_name, psn_cert_type, certno, gend, brdy, credential: null, read_at };
}

/** Somebody the roster does not know and who has no card: a name is all there is. */
export function visitorOfName(psn_name: string, read_at: string): Visitor {
  return {
    psn_no: null,
    psn_name,
    psn_cert_type: '',
    certno: '',
    gend: '',
    brdy: '',
    credential: null,
    read_at,
  };
}

/**
 * One number is one person, however the name is written. Somebody who came by name alone has no number and is
 * nobody else. Two numbers of one person lead to the same row of the roster; one number that the roster gives
 * to two persons does not.
 */
export function samePerson(a: Visitor, b: Visitor, { roster }: Reference): boolean {
  if (a.psn_no !== null && b.psn_no !== null) {
    const [one, other] = [roster.value.byNumber(a.psn_no), roster.value.byNumber(b.psn_no)];
    if (one && other) return one === other;
  }
  return a.certno !== '' && certnoForm(a.certno) === certnoForm(b.certno);
}

/** Who a visit is about: as they came, as the roster in force has them, and why no fund pays for them. */
export interface Subject {
  visitor: Visitor;
  person: Person | null;
  reason: VisitErrorCode | null;
}

/** Looked up once, and handed on to whoever asks about this person. */
export function subjectOf(visitor: Visitor, reference: Reference, day: string): Subject {
  const { psn_no, certno } = visitor;
  const person = psn_no === null ? null : (reference.roster.value.byNumber(psn_no) ?? null);
  if (!person && certno !== '' && reference.roster.value.isShared(certno))
    return { visitor, person, reason: 'PERSON_NUMBER_SHARED' };
  // Only a hint: somebody who came by name alone needs no roster that can be read.
  const alike = reference.roster.held?.byName(visitor.psn_name) ?? [];
  if (!person && alike.some((one) => isMaybe(visitor, one)))
    return { visitor, person, reason: 'PERSON_SAME_NAME' };
  return { visitor, person, reason: selfPayReason(person, day) };
}

/** The person as the page shows and a settlement records them: the roster's word before the card's. */
export function recordedPerson({ visitor, person }: Subject): SettlementBody['psn'] {
  const { psn_name, psn_cert_type, certno, gend, brdy } = person ?? visitor;
  return { psn_no: visitor.psn_no, psn_name, psn_cert_type, certno, gend, brdy };
}

/** Whether a name alone, or with the birth date on a card of another number, may be that of `person`. */
const isMaybe = (visitor: Visitor, person: Person) =>
  visitor.credential === null || visitor.brdy === person.brdy;

function selfPayReason(person: Person | null, day: string): VisitErrorCode | null {
  if (!person) return 'PERSON_UNKNOWN';
  if (person.surv_stas === '2') return 'PERSON_DECEASED';
  if (person.psn_insu_stas === '0') return 'PERSON_NOT_INSURED';
  if (person.psn_insu_stas !== '1') return 'PERSON_PAUSED';
  if (!isDay(person.brdy) || person.brdy > day) return 'PERSON_BIRTH_INVALID';
  return null;
}

/** 1402**********0014: enough to tell two namesakes apart, too little to be worth stealing. */
export const maskCertno = (certno: string): string =>
  certno.length < 9
    ? '*'.repeat(certno.length)
    : `${certno.slice(0, 4)}${'*'.repeat(certno.length - 8)}${certno.slice(-4)}`;
