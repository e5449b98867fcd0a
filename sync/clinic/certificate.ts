import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { Certified } from '../contract/enrolment.ts';
import type { PublicJwk } from '../contract/keys.ts';
import { SyncError } from '../errors.ts';
import type { Random } from '../ports.ts';
import { secretPem } from '../record/keys.ts';
import { publicHalf } from '../record/suite.ts';

/**
 * A box's key for TLS and the certificate for it. The key is made on the box, never leaves it, and does
 * nothing else.
 */
export interface BoxCertificate {
  /** For an ask and a hello: the public key, and when the certificate ends (ISO 8601; null without one). */
  status(): { key: PublicJwk; until: string | null };
  /** When it ends, ms since 1970; null without a certificate, or with one that is not for this box. */
  until(): number | null;
  /** For TLS, PEM. Throws CERTIFICATE_UNFIT. */
  tls(): { ca: string; cert: string; key: string };
  /**
   * Takes a new one in place of the old. Throws CERTIFICATE_UNFIT; one that ends no later than what is there
   * changes nothing.
   */
  take(certified: Certified): void;
}

export const makeTlsKey = (random: Random): string => secretPem(random(32));

/** The public half of a key that `makeTlsKey` made. Throws KEY_FILE_BROKEN. */
export function publicTlsKey(keyPem: string): PublicJwk {
  try {
    return publicHalf(createPrivateKey(keyPem));
  } catch (error) {
    throw new SyncError('KEY_FILE_BROKEN', 'no private key for TLS', { cause: error });
  }
}

/**
 * When this certificate ends, ms since 1970. Throws CERTIFICATE_UNFIT unless the authority issued it to
 * `user` for `key`.
 */
export function checkCertificate({ ca, certificate }: Certified, user: string, key: PublicJwk): number {
  const refuse = (why: string, cause?: unknown) => new SyncError('CERTIFICATE_UNFIT', why, { cause });
  const read = (pem: string) => {
    try {
      return new X509Certificate(pem);
    } catch (error) {
      throw refuse('not a certificate', error);
    }
  };
  const [authority, own] = [read(ca), read(certificate)];
  if (!authority.ca || !own.checkIssued(authority) || !own.verify(authority.publicKey))
    throw refuse('not issued by the township’s authority');
  if (own.subject !== `CN=${user}`) throw refuse('issued to another box');
  if (own.publicKey.export({ format: 'jwk' }).x !== key.x) throw refuse('for another key');
  return own.validToDate.getTime();
}

/** `user` is the box's name (wire/topics.ts); `kept` and `keep` read and store what was issued. */
export function createBoxCertificate(parts: {
  keyPem: string;
  user: string;
  kept(): Certified | undefined;
  keep(certified: Certified): void;
}): BoxCertificate {
  const key = publicTlsKey(parts.keyPem);
  const check = (certified: Certified) => checkCertificate(certified, parts.user, key);
  let seen: { kept: Certified | undefined; end: number | null } = { kept: undefined, end: null };

  /** The page asks often, and a signature is checked for the answer. */
  function until(): number | null {
    const kept = parts.kept();
    if (seen.kept !== kept) seen = { kept, end: kept ? endOf(kept) : null };
    return seen.end;
  }

  function endOf(kept: Certified): number | null {
    try {
      return check(kept);
    } catch {
      return null; // told when it is used
    }
  }

  return {
    status() {
      const end = until();
      return { key, until: end === null ? null : new Date(end).toISOString() };
    },
    until,
    tls() {
      const kept = parts.kept();
      if (!kept) throw new SyncError('CERTIFICATE_UNFIT', 'the township has issued none to this box');
      check(kept);
      return { ca: kept.ca, cert: kept.certificate, key: parts.keyPem };
    },
    take({ ca, certificate }) {
      if (check({ ca, certificate }) > (until() ?? 0)) parts.keep({ ca, certificate });
    },
  };
}
