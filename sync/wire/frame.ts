import { SyncError } from '../errors.ts';
import { openWith, type Random, sealWith } from '../record/seal.ts';
import {
  DOWN_BYTES_MAX,
  DownMessage,
  Presence,
  STATE_BYTES_MAX,
  UP_BYTES_MAX,
  UpMessage,
} from './messages.ts';
import { shapeOf } from './shape.ts';

const asUp = shapeOf<UpMessage>(UpMessage, 'message from a box');
const asDown = shapeOf<DownMessage>(DownMessage, 'message from the township');
const asPresence = shapeOf<Presence>(Presence, 'presence');

/** Seals a message for the other side. `key` is the pair's (record/seal.ts sharedKey). */
export function sealMessage(key: Uint8Array, message: UpMessage | DownMessage, random: Random): Buffer {
  return sealWith(key, Buffer.from(JSON.stringify(message)), random);
}

/** Opens what came up. Throws MESSAGE_REFUSED (too big, not JSON, another shape) or SEAL_BROKEN. */
export const openUp = (key: Uint8Array, payload: Uint8Array) =>
  asUp(jsonOf(sealed(key, payload, UP_BYTES_MAX)));

/** Opens what came down; as openUp. */
export const openDown = (key: Uint8Array, payload: Uint8Array) =>
  asDown(jsonOf(sealed(key, payload, DOWN_BYTES_MAX)));

export const readPresence = (payload: Uint8Array) => asPresence(jsonOf(limited(payload, STATE_BYTES_MAX)));

export function limited(payload: Uint8Array, bytes_max: number): Buffer {
  if (payload.length > bytes_max) throw new SyncError('MESSAGE_REFUSED', `${payload.length} bytes`);
  return Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
}

export function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new SyncError('MESSAGE_REFUSED', 'not JSON');
  }
}

const sealed = (key: Uint8Array, payload: Uint8Array, bytes_max: number) =>
  openWith(key, limited(payload, bytes_max));
