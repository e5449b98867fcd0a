import { birthOf, checkCharacter, isIdentityNumber } from '../../drivers/gb11643.ts';

/** The number of an identity document (`certno`) in its one form, and what can be checked of it. Pure. */

/**
 * The form in which a number is kept and compared: half-width, upper case, letters and digits only; a
 * resident's number of before 1999 (15 digits) becomes the one of today (18). The form of a form is itself.
 */
export function certnoForm(typed: string): string {
  if (/^\d{17}[\dX]$/.test(typed)) return typed;
  const bare = typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^\p{L}\p{Nd}]/gu, '');
  return /^\d{15}$/.test(bare) ? ofToday(bare) : bare;
}

/** Everybody with a number of 15 digits was born in 19xx; what is no such number stays as it is. */
function ofToday(old: string): string {
  const first17 = `${old.slice(0, 6)}19${old.slice(6)}`;
  return birthOf(first17) === null ? old : first17 + checkCharacter(first17);
}

const RESIDENT = '01';
const SOCIAL_SECURITY_CARD = '90';
const HONG_KONG_MACAO_TAIWAN_RESIDENT = '17';
const FOREIGN_PERMANENT_RESIDENT = '07';
/** Permits to travel: of Hong Kong and Macao residents, of Taiwan residents. */
const TRAVEL_PERMITS = ['04', '05', '06'];

type CertnoFault = 'form' | 'check' | 'birth';

/**
 * What is wrong with a number in its form (`certnoForm`), by psn_cert_type; null when nothing is known to be.
 * `check`: GB 11643 says it was mistyped. `birth`: it is right by itself and names another day than `brdy`.
 */
export function faultOfCertno(psn_cert_type: string, certno: string, brdy: string): CertnoFault | null {
  if (isIn18(psn_cert_type, certno)) return faultIn18(certno, brdy);
  // The card of 2017: country and twelve digits, without a check digit of GB 11643.
  if (psn_cert_type === FOREIGN_PERMANENT_RESIDENT) return formOf(/^[A-Z]{3}\d{12}$/, certno);
  if (psn_cert_type === RESIDENT || psn_cert_type === HONG_KONG_MACAO_TAIWAN_RESIDENT) return 'form';
  if (TRAVEL_PERMITS.includes(psn_cert_type)) return formOf(/^[A-Z]{0,2}\d{6,11}[A-Z]?$/, certno);
  return formOf(/^[\p{L}\p{Nd}]{4,30}$/u, certno);
}

const formOf = (form: RegExp, certno: string): CertnoFault | null => (form.test(certno) ? null : 'form');

/** Whether GB 11643 governs it: foreigners' of 2023 begin with 9, residence permits with 8. */
function isIn18(psn_cert_type: string, certno: string): boolean {
  if (!/^\d{17}[\dX]$/.test(certno)) return false;
  if (psn_cert_type === HONG_KONG_MACAO_TAIWAN_RESIDENT) return /^8[123]/.test(certno);
  if (psn_cert_type === FOREIGN_PERMANENT_RESIDENT) return certno.startsWith('9');
  return psn_cert_type === RESIDENT || psn_cert_type === SOCIAL_SECURITY_CARD;
}

function faultIn18(certno: string, brdy: string): CertnoFault | null {
  if (!isIdentityNumber(certno)) return 'check';
  return birthOf(certno) === brdy ? null : 'birth';
}
