import { hkdfSync } from 'node:crypto';
import nacl from 'tweetnacl';
import { SyncError } from '../errors.ts';

/** Returns n random bytes; a parameter, so that a simulation can be repeated exactly. */
export type Random = (bytes: number) => Uint8Array;

/** nonce ‖ secretbox(plain). For records at rest and for enrolment. */
export function sealWith(key: Uint8Array, plain: Uint8Array, random: Random): Buffer {
  const nonce = random(nacl.secretbox.nonceLength);
  return Buffer.concat([nonce, nacl.secretbox(plain, nonce, key)]);
}

/** Opens what `sealWith` made. Throws SEAL_BROKEN for another key or changed bytes. */
export function openWith(key: Uint8Array, sealed: Uint8Array): Buffer {
  const nonce = sealed.subarray(0, nacl.secretbox.nonceLength);
  const plain =
    sealed.length > nacl.secretbox.nonceLength
      ? nacl.secretbox.open(sealed.subarray(nacl.secretbox.nonceLength), nonce, key)
      : null;
  if (!plain) throw new SyncError('SEAL_BROKEN', 'does not open under this key');
  return Buffer.from(plain.buffer, plain.byteOffset, plain.byteLength);
}

/** A pair of X25519 keys for `box`. */
export interface SealingKey {
  publicKey: Uint8Array;
  secretKey: Uint8Array;
}

export function sealingKeyOfSeed(seed: Uint8Array): SealingKey {
  return nacl.box.keyPair.fromSecretKey(seed);
}

/** The key that two sides share (`box.before`). */
export function sharedKey(ours: SealingKey, theirs: Uint8Array): Uint8Array {
  return nacl.box.before(theirs, ours.secretKey);
}

/** A key for one purpose (key-purposes.ts), derived from another (HKDF-SHA-256). */
export function deriveKey(secret: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, new Uint8Array(0), purpose, 32));
}

/**
 * Seals for the holder of an X25519 key, by a pair made for this once: public half ‖ nonce ‖ box. Wraps the
 * data key for recovery.
 */
export function wrapFor(publicKey: Uint8Array, plain: Uint8Array, random: Random): Buffer {
  const once = sealingKeyOfSeed(random(32));
  return Buffer.concat([once.publicKey, sealWith(sharedKey(once, publicKey), plain, random)]);
}

export function unwrap(key: SealingKey, wrapped: Uint8Array): Buffer {
  if (wrapped.length < 32) throw new SyncError('SEAL_BROKEN', 'too short');
  return openWith(sharedKey(key, wrapped.subarray(0, 32)), wrapped.subarray(32));
}
