import type { KeyObject } from 'node:crypto';
import type { PublicJwk } from '../contract/keys.ts';
import { SyncError } from '../errors.ts';
import {
  jwkOf,
  KEY_BYTES,
  publicHalf,
  publicKeyOf,
  secretKeyOf,
  signBytes,
  thumbprint,
  verifySignature,
  verifySignatureAsync,
} from './suite.ts';

/** Checks signatures of one key. `kid` is its RFC 7638 thumbprint. */
export interface VerifyKey {
  readonly kid: string;
  readonly jwk: PublicJwk;
  verify(message: Uint8Array, signature: Uint8Array): boolean;
  /** The same on libuv's threads. */
  check(message: Uint8Array, signature: Uint8Array): Promise<boolean>;
}

export interface SigningKey extends VerifyKey {
  sign(message: Uint8Array): Uint8Array;
}

const FIELD_PRIME = 2n ** 255n - 19n;

/**
 * The y coordinates of the eight points of small order (RFC 8032's curve); a key on one of them signs for
 * everybody.
 */
const SMALL_ORDER_Y = new Set([
  0n,
  1n,
  FIELD_PRIME - 1n,
  0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n,
  0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n,
]);

function yCoordinate(encoded: Uint8Array): bigint {
  const bigEndian = Buffer.from(encoded).reverse();
  return BigInt(`0x${bigEndian.toString('hex')}`) & (2n ** 255n - 1n);
}

/** Canonical base64url, or SIGNATURE_ENCODING. */
export function fromBase64url(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.toString('base64url') !== text)
    throw new SyncError('SIGNATURE_ENCODING', 'base64url is not canonical');
  return bytes;
}

function verifier(key: KeyObject, jwk: PublicJwk): VerifyKey {
  return {
    kid: thumbprint(jwk),
    jwk,
    verify: (message, signature) => verifySignature(message, key, signature),
    check: (message, signature) => verifySignatureAsync(message, key, signature),
  };
}

/** Takes a public key in; KEY_UNFIT for a non-canonical encoding or a point of small order. */
export function importPublicKey(jwk: PublicJwk): VerifyKey {
  const bytes = fromBase64url(jwk.x);
  const own = jwkOf(jwk.x);
  if (jwk.kty !== own.kty || jwk.crv !== own.crv || bytes.length !== KEY_BYTES)
    throw new SyncError('KEY_UNFIT', 'not an Ed25519 public key');
  const y = yCoordinate(bytes);
  if (y >= FIELD_PRIME || SMALL_ORDER_Y.has(y))
    throw new SyncError('KEY_UNFIT', 'point is not canonical or of small order');
  return verifier(publicKeyOf(own), own);
}

function secretOfSeed(seed: Uint8Array): KeyObject {
  if (seed.length !== KEY_BYTES) throw new SyncError('KEY_UNFIT', 'an Ed25519 seed has 32 bytes');
  return secretKeyOf(seed);
}

/** The secret key of a 32-byte seed as TLS libraries read it (PKCS #8, PEM). */
export const secretPem = (seed: Uint8Array): string =>
  secretOfSeed(seed).export({ format: 'pem', type: 'pkcs8' }).toString();

/** The signing key of a 32-byte seed (RFC 8032 §5.1.5). */
export function signingKeyOfSeed(seed: Uint8Array): SigningKey {
  const secret = secretOfSeed(seed);
  const jwk = publicHalf(secret);
  return { ...verifier(publicKeyOf(jwk), jwk), sign: (message) => signBytes(message, secret) };
}
