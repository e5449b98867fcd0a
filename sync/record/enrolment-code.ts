import { codeText } from '../contract/text-form.ts';
import { SyncError } from '../errors.ts';
import { KEY_PURPOSES } from './key-purposes.ts';
import { deriveKey, type Random } from './seal.ts';

/** The one-time code of an enrolment, and what both sides derive from it. docs/record.md §7 */

/** Crockford's base32: no I, L, O, U. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODE_LENGTH = 26;

/** A new code: 130 random bits, in groups for reading aloud. */
export function makeCode(random: Random): string {
  const letters = Array.from(random(CODE_LENGTH), (byte) => ALPHABET[byte & 31]).join('');
  return [0, 5, 10, 15, 20].map((at) => letters.slice(at, at === 20 ? undefined : at + 5)).join('-');
}

/** A code as typed or pasted, made canonical. ENROL_CODE_UNKNOWN when it cannot be one. */
export function parseCode(typed: string): string {
  const letters = codeText(typed.slice(0, 100))
    .toUpperCase()
    .replace(/\p{Pd}/gu, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1');
  if (letters.length !== CODE_LENGTH || [...letters].some((letter) => !ALPHABET.includes(letter)))
    throw new SyncError('ENROL_CODE_UNKNOWN', 'a code has 26 letters and digits');
  return letters;
}

/** Where both sides meet (a topic name), and the `secretbox` key they speak under. */
export function deriveRendezvous(code: string): { topic: string; key: Uint8Array } {
  const secret = Buffer.from(parseCode(code));
  const topic = deriveKey(secret, KEY_PURPOSES.rendezvousTopic).subarray(0, 16).toString('hex');
  return { topic, key: deriveKey(secret, KEY_PURPOSES.rendezvousKey) };
}

/**
 * What lets whoever has the code in at the broker: the key of TLS-PSK, in hex the password. `key` is the one
 * of `deriveRendezvous`.
 */
export const enrolmentPsk = (key: Uint8Array): Buffer => deriveKey(key, KEY_PURPOSES.enrolmentPsk);
