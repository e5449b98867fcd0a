import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign as signBytes,
  verify as verifyBytes,
} from 'node:crypto';
import { promisify } from 'node:util';
import type { PublicJwk } from '../contract/keys.ts';
import { SyncError } from '../errors.ts';

/** Checks signatures of one key. `kid` is its RFC 7638 thumbprint. */
export interface VerifyKey {
  readonly kid: string;
  readonly jwk: PublicJwk;
  verify(message: Uint8Array, signature: Uint8Array): boolean;
  /** The same on libuv's threads, beside this one. */
  check(message: Uint8Array, signature: Uint8Array): Promise<boolean>;
}

export interface SigningKey extends VerifyKey {
  sign(message: Uint8Array): Uint8Array;
}

const FIELD_PRIME = 2n ** 255n - 19n;

/** The y coordinates of the eight points of small order (RFC 8032's curve); a key on one of them signs for everybody. */
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

function thumbprint(x: string): string {
  return createHash('sha256').update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`).digest('base64url');
}

function verifier(key: KeyObject, x: string): VerifyKey {
  return {
    kid: thumbprint(x),
    jwk: { kty: 'OKP', crv: 'Ed25519', x },
    // Node's OpenSSL refuses S ≥ L; a test holds it to that.
    verify: (message, signature) => signature.length === 64 && verifyBytes(null, message, key, signature),
    check: async (message, signature) =>
      signature.length === 64 && verifyBeside(null, message, key, signature),
  };
}

const verifyBeside = promisify(verifyBytes);

/** Takes a public key in; KEY_UNFIT for a non-canonical encoding or a point of small order. */
export function importPublicKey(jwk: PublicJwk): VerifyKey {
  const bytes = fromBase64url(jwk.x);
  if (jwk.kty !== 'OKP' || jwk.crv !== 'Ed25519' || bytes.length !== 32)
    throw new SyncError('KEY_UNFIT', 'not an Ed25519 public key');
  const y = yCoordinate(bytes);
  if (y >= FIELD_PRIME || SMALL_ORDER_Y.has(y))
    throw new SyncError('KEY_UNFIT', 'point is not canonical or of small order');
  return verifier(createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: jwk.x }, format: 'jwk' }), jwk.x);
}

const PKCS8_ED25519_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

function secretOfSeed(seed: Uint8Array): KeyObject {
  if (seed.length !== 32) throw new SyncError('KEY_UNFIT', 'an Ed25519 seed has 32 bytes');
  return createPrivateKey({
    key: Buffer.concat([PKCS8_ED25519_PREFIX, seed]),
    format: 'der',
    type: 'pkcs8',
  });
}

/** The secret key of a 32-byte seed as TLS libraries read it (PKCS #8, PEM). */
export const secretPem = (seed: Uint8Array): string =>
  secretOfSeed(seed).export({ format: 'pem', type: 'pkcs8' }).toString();

/** The signing key of a 32-byte seed (RFC 8032 §5.1.5). */
export function signingKeyOfSeed(seed: Uint8Array): SigningKey {
  const secret = secretOfSeed(seed);
  const { x } = createPublicKey(secret).export({ format: 'jwk' });
  if (x === undefined) throw new SyncError('KEY_UNFIT', 'no public half');
  const open = verifier(createPublicKey(secret), x);
  return { ...open, sign: (message) => signBytes(null, message, secret) };
}
