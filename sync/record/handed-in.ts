import type { HandedInBody } from '../contract/bodies/handed-in.ts';
import type { PublicJwk } from '../contract/keys.ts';
import { SyncError } from '../errors.ts';

/** Characters of one part. Base64url of so much, with envelope and key, stays below the limit of a record. */
const PART_CHARACTERS = 180_000;

/** The bodies that hand one record in: one, or two. */
export function handedInBodies(jws: string, key: PublicJwk): HandedInBody[] {
  if (jws.length <= PART_CHARACTERS) return [{ jws, key }];
  return [{ begins: jws.slice(0, PART_CHARACTERS) }, { jws: jws.slice(PART_CHARACTERS), begun: true, key }];
}

/** A body that may be anything: what is read of it is looked at here. */
interface Unread {
  begins?: unknown;
  jws?: unknown;
  begun?: unknown;
}

/**
 * The record that a body hands in; null when it is a beginning only. `before`: body of the record just
 * before.
 * Throws RECORD_SHAPE when there is no text.
 */
export function handedInText(body: Unread, before: () => Unread | undefined): string | null {
  if (body.begins !== undefined) return null;
  const begins = body.begun === true ? before()?.begins : '';
  if (typeof body.jws !== 'string' || typeof begins !== 'string')
    throw new SyncError('RECORD_SHAPE', 'a handed-in record without its text');
  return begins + body.jws;
}
