import type { PublicJwk } from '../contract/keys.ts';
import { SyncError } from '../errors.ts';

/**
 * Body of a `handed-in` record: a record of another ledger of this clinic, whose box is gone or whose ledger was closed, as its box
 * signed it. One too long for a single record takes two: the first holds how it `begins`, the next the rest. docs/record.md §2
 */
export type HandedInBody =
  | { begins: string }
  | {
      /** The record, or what follows on the text in the record just before (`begun`). */
      jws: string;
      begun?: true;
      /** Of the box that signed it: for a township that does not know that ledger any more. */
      key: PublicJwk;
    };

/** Characters of one part. Base64url of so much, with envelope and key, stays below the limit of a record. */
const PART_CHARACTERS = 180_000;

/** The bodies that hand one record in: one, or two. */
export function handedInBodies(jws: string, key: PublicJwk): HandedInBody[] {
  if (jws.length <= PART_CHARACTERS) return [{ jws, key }];
  return [{ begins: jws.slice(0, PART_CHARACTERS) }, { jws: jws.slice(PART_CHARACTERS), begun: true, key }];
}

/** The record that a body hands in; null when it is a beginning only. `before`: body of the record just before. */
export function handedInText(
  body: Record<string, unknown>,
  before: () => Record<string, unknown> | undefined,
): string | null {
  if (body.begins !== undefined) return null;
  const begins = body.begun === true ? before()?.begins : '';
  if (typeof body.jws !== 'string' || typeof begins !== 'string')
    throw new SyncError('RECORD_SHAPE', 'a handed-in record without its text');
  return begins + body.jws;
}
