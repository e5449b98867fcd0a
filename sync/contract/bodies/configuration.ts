import Type, { type Static } from 'typebox';
import { EnrolledClinic, EnrolledTownship } from '../enrolment.ts';
import { LedgerId, Seq, Sha256 } from '../ids.ts';
import { PublicJwk, Trust } from '../keys.ts';
import { nullable, oneOf, open, Text } from '../schema.ts';

/** Body of a `configuration`: what came into force. docs/record.md §2 */

/** The ledger that a restored one follows, and what it is carried on with. docs/record.md §7 */
export const Succession = open({
  ledger: LedgerId,
  seq: Seq,
  hash: Sha256,
  /** How far the township holds it; null when it knows nothing of it. */
  held: nullable(open({ seq: Seq, hash: Sha256 })),
  /** The receipt that says so. */
  word: Type.Optional(Text),
  /** Where the township stands, seen from the backup. */
  township: oneOf('ahead', 'level', 'behind', 'differs', 'unknown'),
  /** Digest of what the old ledger's people had used. */
  carried: Sha256,
});
export type Succession = Static<typeof Succession>;

/** Record 1 of every ledger: who this box is, and which keys it trusts. Public keys, never secrets. */
export const LedgerOpened = open({
  event: Type.Literal('ledger-opened'),
  clinic: Type.Optional(EnrolledClinic),
  township: Type.Optional(EnrolledTownship),
  trust: Type.Optional(Trust),
  /** The box's signing key. */
  box: Type.Optional(PublicJwk),
  /** The data key, wrapped for the township's recovery key, base64url. */
  data_key: Type.Optional(Text),
  previous: Type.Optional(Type.Null()),
  succeeds: Type.Optional(Succession),
});
export type LedgerOpened = Static<typeof LedgerOpened>;

/** A dataset came into force; `manifest` is the JWS that it came with. */
export const DatasetInForce = open({
  event: Type.Literal('dataset-in-force'),
  name: Text,
  version: Type.Integer({ minimum: 1 }),
  sha256: Sha256,
  manifest: Text,
});
export type DatasetInForce = Static<typeof DatasetInForce>;

export const ConfigurationBody = Type.Union([LedgerOpened, DatasetInForce]);
export type ConfigurationBody = Static<typeof ConfigurationBody>;
