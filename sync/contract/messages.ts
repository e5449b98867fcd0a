import Type, { type Static } from 'typebox';
import { Certified } from './enrolment.ts';
import { Boot, ClinicCode, Instant, LedgerId, Seq, Sha256 } from './ids.ts';
import { PublicJwk } from './keys.ts';
import {
  DATASET_BYTES_MAX,
  HELLO_DATASETS_MAX,
  HELLO_REFUSED_MAX,
  REFUSAL_CHARACTERS_MAX,
  SHORT_JWS_CHARACTERS_MAX,
} from './limits.ts';
import { nullable, open, strict } from './schema.ts';

/** Everything on the wire once a box is enrolled. docs/wire.md §3 */

const v = Type.Literal(1);
const shortJws = Type.String({ minLength: 1, maxLength: SHORT_JWS_CHARACTERS_MAX });

/**
 * What a sealed payload holds. `t` differs by direction, so a message thrown back at its sender is refused.
 * The records of `records` follow on lines of their own (lines.ts).
 */
export const UpMessage = Type.Union([
  strict({ v, t: Type.Literal('hello'), hello: shortJws }),
  strict({ v, t: Type.Literal('records'), after: Seq }),
]);
export type UpMessage = Static<typeof UpMessage>;

export const DownMessage = Type.Union([
  strict({ v, t: Type.Literal('receipt'), receipt: shortJws }),
  /** An objection. */
  strict({ v, t: Type.Literal('finding'), finding: shortJws }),
  strict({
    v,
    t: Type.Literal('dataset'),
    manifest: shortJws,
    content: Type.String({ maxLength: DATASET_BYTES_MAX }),
  }),
  /** For the key in the hello that it answers. */
  strict({ v, t: Type.Literal('certificate'), ...Certified.properties }),
  /** A resync request: the township is (back) here and asks for a hello. */
  strict({ v, t: Type.Literal('hail') }),
]);
export type DownMessage = Static<typeof DownMessage>;

/** A dataset that the ledger would not take; `why`: English, names places in it, never what stands there. */
const RefusedDataset = open({
  name: Type.String({ maxLength: 80 }),
  version: Seq,
  why: Type.String({ maxLength: REFUSAL_CHARACTERS_MAX }),
});
export type RefusedDataset = Static<typeof RefusedDataset>;

/** Payload of `cyt-hello+jws`: where the box stands. */
export const Hello = open({
  v,
  ledger: LedgerId,
  clinic: ClinicCode,
  head: Seq,
  hash: Sha256,
  held: Seq,
  datasets: Type.Record(Type.String({ maxLength: 80 }), Seq, { maxProperties: HELLO_DATASETS_MAX }),
  /** Newer ones than those in force that were refused: whoever published them is told. */
  refused: Type.Optional(Type.Array(RefusedDataset, { maxItems: HELLO_REFUSED_MAX })),
  boot: Boot,
  /** Rises within one `boot`. */
  n: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
  /** What the box takes the time to be; absent while there is nothing to believe. */
  at: Type.Optional(Instant),
  /** How the box is, for people to read: software, clock, disk, devices. */
  status: Type.Optional(open({})),
  /** Objections are held without a gap through this one; `hash` as of a record, 64 zeros when `n` is 0. */
  findings: Type.Optional(open({ n: Seq, hash: Sha256 })),
  /**
   * The box's key for TLS and when its certificate ends (null: it has none): a new one is sent long before.
   */
  tls: Type.Optional(open({ key: PublicJwk, until: nullable(Instant) })),
});
export type Hello = Static<typeof Hello>;

/**
 * Payload of `cyt-receipt+jws`: held, durably, up to `through`. `boot` and `n` are those of the last hello: a
 * receipt of another session moves nothing.
 */
export const Receipt = open({
  v,
  ledger: LedgerId,
  clinic: ClinicCode,
  through: Seq,
  hash: Sha256,
  at: Instant,
  boot: Type.Optional(Boot),
  n: Type.Optional(Type.Integer({ minimum: 1 })),
});
export type Receipt = Static<typeof Receipt>;

/** Payload of `cyt-finding+jws`: what the township objects to. */
export const Objection = open({
  v,
  ledger: LedgerId,
  clinic: ClinicCode,
  /** The record it is about; 0 when it is about the ledger. */
  seq: Seq,
  code: Type.String({ pattern: '^[A-Z][A-Z0-9_]{1,60}$' }),
  text: Type.String({ maxLength: 1_000 }),
  at: Instant,
  /** Its number within the ledger, from 1; begins anew where a township lost data. */
  n: Type.Optional(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })),
  /** It takes back what was said before about this `seq` with this `code`; `text` says why. */
  withdrawn: Type.Optional(Type.Literal(true)),
});
export type Objection = Static<typeof Objection>;
