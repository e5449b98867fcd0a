import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  verify as verifyBytes,
} from 'node:crypto';
import { promisify } from 'node:util';
import type { PublicJwk } from '../contract/keys.ts';

/**
 * The one suite that everything is signed with: Ed25519 (RFC 8032), in JOSE's names of RFC 8037. What depends
 * on it is here: the header of a JWS, the form of a public key and its thumbprint, and how Node takes keys
 * in.
 */

/** `EdDSA`, not `Ed25519` of RFC 9864: JOSE libraries of today read the older name. docs/record.md §1 */
const ALG = 'EdDSA';
const SIGNATURE_BYTES = 64;
/** Of a public key, and of the seed of a secret one. */
export const KEY_BYTES = 32;

/** The header of a JWS, byte for byte: these three members in this order. */
export const headerText = (kid: string, typ: string) => `{"alg":"${ALG}","kid":"${kid}","typ":"${typ}"}`;

/** The public key whose 32 bytes are `x`, base64url. */
export const jwkOf = (x: string): PublicJwk => ({ kty: 'OKP', crv: 'Ed25519', x });

/** RFC 7638: members in alphabetical order, SHA-256, base64url. */
export const thumbprint = ({ crv, kty, x }: PublicJwk): string =>
  createHash('sha256').update(JSON.stringify({ crv, kty, x })).digest('base64url');

/** Takes a public key in that has been looked at (importPublicKey). */
export const publicKeyOf = ({ kty, crv, x }: PublicJwk): KeyObject =>
  createPublicKey({ key: { kty, crv, x }, format: 'jwk' });

const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The secret key of a seed (RFC 8032 §5.1.5). */
export const secretKeyOf = (seed: Uint8Array): KeyObject =>
  createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });

/** The public half of a secret key. */
export const publicHalf = (secret: KeyObject): PublicJwk =>
  jwkOf(createPublicKey(secret).export({ format: 'jwk' }).x ?? '');

export const signBytes = (message: Uint8Array, secret: KeyObject): Uint8Array => sign(null, message, secret);

/** Node's OpenSSL refuses S ≥ L; a test holds it to that. */
export const verifySignature = (message: Uint8Array, key: KeyObject, signature: Uint8Array): boolean =>
  signature.length === SIGNATURE_BYTES && verifyBytes(null, message, key, signature);

const verifyOnThread = promisify(verifyBytes);

/** The same on libuv's threads. */
export const verifySignatureAsync = async (
  message: Uint8Array,
  key: KeyObject,
  signature: Uint8Array,
): Promise<boolean> => signature.length === SIGNATURE_BYTES && verifyOnThread(null, message, key, signature);
