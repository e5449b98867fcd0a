import type { Credential } from '../../../drivers/contract.ts';
import type { Claim } from '../../../policy/index.ts';
import type { Person } from './dataset-shapes.ts';
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
  const known = reference.roster.value.byCertificate.get(credential.certno);
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

export const personOf = (visitor: Visitor, reference: Reference): Person | null =>
  (visitor.psn_no && reference.roster.value.byNumber.get(visitor.psn_no)) || null;

/** Why no fund can pay for this person, or null. */
export function selfPayReason(person: Person | null): VisitErrorCode | null {
  if (!person) return 'PERSON_UNKNOWN';
  if (person.surv_stas === '2') return 'PERSON_DECEASED';
  if (person.psn_insu_stas === '0') return 'PERSON_NOT_INSURED';
  if (person.psn_insu_stas !== '1') return 'PERSON_PAUSED';
  return null;
}

const within = (day: string, from: string, to: string | null) => from <= day && (to === null || day <= to);

/** The person as a claim on `day` has it. */
export function claimPerson(person: Person, clinic: string, day: string): Claim['person'] {
  const { psn_no, gend, brdy, insutype, psn_type, insuplc_admdvs, balc } = person;
  return {
    psn_no,
    gend,
    brdy,
    insutype,
    psn_type,
    insuplc_admdvs,
    psn_idet_type: person.psn_idet_type
      .filter(({ begntime, endtime }) => within(day, begntime, endtime))
      .map(({ code }) => code),
    chronic: person.chronic
      .filter(({ begndate, enddate }) => within(day, begndate, enddate))
      .map(({ code }) => code),
    designated_here: person.designated === clinic,
    signed_here: person.signed === clinic,
    balc,
  };
}

/** 1402**********0014: enough to tell two namesakes apart, too little to be worth stealing. */
export const maskCertno = (certno: string): string =>
  certno.length < 9
    ? '*'.repeat(certno.length)
    : `${certno.slice(0, 4)}${'*'.repeat(certno.length - 8)}${certno.slice(-4)}`;
