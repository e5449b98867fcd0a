import { deflateSync, inflateSync } from 'node:zlib';
import { systemCode } from '../disk-fault.ts';
import { SyncError } from '../errors.ts';
import type { JwsParts } from '../record/jws.ts';
import { openWith, type Random, sealWith } from '../record/seal.ts';
import { DOWN_BYTES_MAX, STATE_BYTES_MAX, UP_BYTES_MAX } from './limits.ts';
import { fromLines, toLines } from './lines.ts';
import { DownMessage, UpMessage } from './messages.ts';
import { Presence } from './presence.ts';
import { shapeOf } from './shape.ts';

const asUp = shapeOf(UpMessage, 'message from a box');
const asDown = shapeOf(DownMessage, 'message from the township');
const asPresence = shapeOf(Presence, 'presence');

const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * zlib: records of one clinic are much alike. Level 6 would save another quarter and take three times as
 * long.
 */
const PACKING = { level: 3, memLevel: 9 };

/**
 * Packs (RFC 1950) and seals a message for the other side, with the records (compact JWS) that go with it.
 * `key` is the pair's (record/seal.ts sharedKey).
 */
export function sealMessage(
  key: Uint8Array,
  message: UpMessage | DownMessage,
  random: Random,
  records: readonly string[] = [],
): Buffer {
  return sealWith(key, deflateSync(toLines(message, records), PACKING), random);
}

/**
 * Opens a message from a box. Throws MESSAGE_REFUSED (too big, also when unpacked, not JSON, another shape),
 * SIGNATURE_ENCODING or SEAL_BROKEN.
 */
export function openUp(key: Uint8Array, payload: Uint8Array): UpMessage & { records: JwsParts[] } {
  const { message, records } = fromLines(unpack(openWith(key, limited(payload, UP_BYTES_MAX)), UP_BYTES_MAX));
  const said = asUp(jsonOf(message));
  if ((said.t === 'records') !== records.length > 0)
    throw new SyncError('MESSAGE_REFUSED', `${said.t} with ${records.length} records`);
  return { ...said, records };
}

/** The same for a message from the township. */
export const openDown = (key: Uint8Array, payload: Uint8Array) =>
  asDown(jsonOf(unpack(openWith(key, limited(payload, DOWN_BYTES_MAX)), DOWN_BYTES_MAX)));

export const readPresence = (payload: Uint8Array) => asPresence(jsonOf(limited(payload, STATE_BYTES_MAX)));

export function limited(payload: Uint8Array, bytes_max: number): Buffer {
  if (payload.length > bytes_max) throw new SyncError('MESSAGE_REFUSED', `${payload.length} bytes`);
  return Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
}

export function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(UTF_8.decode(bytes));
  } catch {
    throw new SyncError('MESSAGE_REFUSED', 'not JSON');
  }
}

function unpack(packed: Buffer, bytes_max: number): Buffer {
  try {
    return inflateSync(packed, { maxOutputLength: bytes_max });
  } catch (error) {
    throw new SyncError('MESSAGE_REFUSED', `does not unpack: ${systemCode(error)}`, { cause: error });
  }
}
