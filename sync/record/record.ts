import { hash } from 'node:crypto';
import type { ClinicCode, Instant, LedgerId, Seq } from '../contract/ids.ts';
import { JWS_BYTES_MAX } from '../contract/limits.ts';
import { Envelope } from '../contract/record.ts';
import { shapeOf } from '../contract/shape.ts';
import { SyncError } from '../errors.ts';
import {
  type JwsParts,
  type KeyFinder,
  partsOf,
  signJws,
  type Unverified,
  unverified,
  verified,
} from './jws.ts';
import type { SigningKey, VerifyKey } from './keys.ts';

/** Where a ledger stands: its last seq (0 = empty) and that record's hash. */
export interface Head {
  seq: Seq;
  hash: string;
}

export const EMPTY_HEAD: Head = { seq: 0, hash: '0'.repeat(64) };

/** A record as signed bytes, with its parsed envelope. The body has not been checked. */
export interface SignedRecord {
  jws: string;
  hash: string;
  record: Envelope;
}

/** RFC 6962 §2.1 leaf hash of a record's bytes, hex. */
export const recordHash = (jws: string): string => leafHash(Buffer.from(`\0${jws}`));

const leafHash = (leaf: Buffer): string => hash('sha256', leaf, 'hex');

/** The members of a record other than its place in the chain. */
interface RecordFields {
  ledger: LedgerId;
  clinic: ClinicCode;
  at: Instant;
  kind: string;
  operator: string;
  body: object;
}

/**
 * Signs the record that comes after `head`. Throws RECORD_TOO_LARGE beyond the length that readers accept.
 */
export function signRecord(head: Head, fields: RecordFields, key: SigningKey): SignedRecord {
  const { ledger, clinic, at, kind, operator, body } = fields;
  const record: Envelope = {
    v: 1,
    ledger,
    clinic,
    seq: head.seq + 1,
    prev: head.hash,
    at,
    kind,
    operator,
    body: { ...body },
  };
  const jws = signJws('cyt-record+jws', record, key);
  if (jws.length > JWS_BYTES_MAX) throw new SyncError('RECORD_TOO_LARGE', `${jws.length} bytes`);
  return { jws, hash: recordHash(jws), record };
}

/**
 * Opens one record: signature and envelope, whatever its kind and version. Throws SyncError (as verifyJws,
 * RECORD_SHAPE).
 */
export function openRecord(compact: string, keyOf: KeyFinder): SignedRecord {
  const jws = unverified('cyt-record+jws', partsOf(compact), keyOf);
  return signedRecord(jws, jws.key.verify(jws.input, jws.signature));
}

const signedRecord = (unread: Unverified, holds: boolean): SignedRecord => ({
  record: envelopeOf(verified(unread, holds).payload),
  hash: leafHash(unread.leaf),
  jws: unread.leaf.toString('latin1', 1),
});

/** Checks a signature asynchronously; a parameter, so that a simulation can be repeated exactly. */
export type CheckSignature = (key: VerifyKey, message: Buffer, signature: Buffer) => Promise<boolean>;

/**
 * openRecord in two steps. Resolves, and never rejects, when the signature has been checked, with a function
 * that returns the record or throws.
 */
export async function checkRecord(
  parts: JwsParts,
  keyOf: KeyFinder,
  check: CheckSignature,
): Promise<() => SignedRecord> {
  try {
    const jws = unverified('cyt-record+jws', parts, keyOf);
    const holds = await check(jws.key, jws.input, jws.signature);
    return () => signedRecord(jws, holds);
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

/** Checks the members that every record has, of any version. Throws RECORD_SHAPE. */
export const envelopeOf = shapeOf(Envelope, 'record', 'RECORD_SHAPE');

/** Does `next` follow `head`? Throws RECORD_GAP or RECORD_FORK. */
export function checkChain(head: Head, next: SignedRecord): void {
  if (next.record.seq !== head.seq + 1)
    throw new SyncError('RECORD_GAP', `after seq ${head.seq} came ${next.record.seq}`);
  if (next.record.prev !== head.hash)
    throw new SyncError('RECORD_FORK', `seq ${next.record.seq} does not join on the record before it`);
}
