import type { Certified } from '../../contract/enrolment.ts';
import type { PublicJwk } from '../../contract/keys.ts';
import type { TownshipKeys } from '../../record/key-file.ts';
import { KEY_PURPOSES } from '../../record/key-purposes.ts';
import { deriveKey } from '../../record/seal.ts';
import { type Authority, createAuthority } from './authority.ts';

const YEAR_MS = 365 * 86_400_000;
/** Renewed when a year of it is over: a clinic may be cut off for the rest. */
const CERTIFICATE_MS = 5 * YEAR_MS;
const RENEW_BELOW_MS = 4 * YEAR_MS;

/**
 * What boxes prove themselves with at the broker. All of it follows from the township's keys: nothing is
 * stored.
 */
export interface Credentials {
  authority: Authority;
  /** The same box that asks again gets the same one, and a restored township knows it too. */
  passwordOf(name: string): string;
  /** A certificate for `name` and its key, from `at` (ISO 8601). */
  certify(name: string, key: PublicJwk, at: string): Certified;
  /** Is it time for a new certificate? `until`: the end of the one that is there; null when there is none. */
  renewalDue(until: string | null, at: string): boolean;
}

export function createCredentials(keys: TownshipKeys): Credentials {
  const authority = createAuthority(keys);
  return {
    authority,
    passwordOf: (name) =>
      deriveKey(keys.sealing.secretKey, KEY_PURPOSES.mqttPassword(name))
        .subarray(0, 16)
        .toString('base64url'),
    certify(name, key, at) {
      const certificate = authority.issue({ user: name }, key, Date.parse(at) + CERTIFICATE_MS);
      return { ca: authority.ca, certificate };
    },
    // An end that is no instant is due, too.
    renewalDue: (until, at) => until === null || !(Date.parse(until) - Date.parse(at) > RENEW_BELOW_MS),
  };
}
