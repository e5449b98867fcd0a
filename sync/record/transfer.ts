import type { HandedInBody } from '../contract/bodies/handed-in.ts';
import type { PublicJwk } from '../contract/keys.ts';
import { SyncError } from '../errors.ts';

/** Characters of one part: with base64url, envelope and key it stays below the length limit of a record. */
const PART_CHARACTERS = 180_000;

/** The bodies that transfer one record: one or two. */
export function transferBodies(jws: string, key: PublicJwk): HandedInBody[] {
  if (jws.length <= PART_CHARACTERS) return [{ jws, key }];
  return [{ begins: jws.slice(0, PART_CHARACTERS) }, { jws: jws.slice(PART_CHARACTERS), begun: true, key }];
}

/** An unchecked body: the members that are read here. */
interface Unread {
  begins?: unknown;
  jws?: unknown;
  begun?: unknown;
}

/**
 * The record that a body transfers; null when it is the first part of two. `before`: body of the record just
 * before. Throws RECORD_SHAPE when there is no text.
 */
export function transferredJws(body: Unread, before: () => Unread | undefined): string | null {
  if (body.begins !== undefined) return null;
  const begins = body.begun === true ? before()?.begins : '';
  if (typeof body.jws !== 'string' || typeof begins !== 'string')
    throw new SyncError('RECORD_SHAPE', 'a handed-in record without its text');
  return begins + body.jws;
}
