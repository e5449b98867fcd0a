import Type, { type Static } from 'typebox';
import { DATASET_BYTES_MAX } from '../record/dataset.ts';
import { JWS_BYTES_MAX } from '../record/jws.ts';
import { Certified, jwk } from './enrolment.ts';

/** Shapes of everything on the wire; JSON Schemas as they stand. docs/wire.md */

/** Records in one message. */
export const BATCH_COUNT_MAX = 100;
/** Characters of records in one message; one record that is longer goes alone. */
export const BATCH_BYTES_MAX = 196_608;
/** Messages of records sent and not yet receipted. */
export const WINDOW = 4;
/** Longest payload going up, sealed. */
export const UP_BYTES_MAX = JWS_BYTES_MAX + 65_536;
/** Longest payload coming down, sealed: a dataset, with what JSON adds to it. */
export const DOWN_BYTES_MAX = 2 * DATASET_BYTES_MAX;
/** Datasets named in a hello; those beyond it are sent again, which does no harm. */
export const HELLO_DATASETS_MAX = 150;
export const STATE_BYTES_MAX = 4_096;
export const ENROL_BYTES_MAX = 16_384;

const exactly = { additionalProperties: false };
const seq = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const hash = Type.String({ pattern: '^[0-9a-f]{64}$' });
const ledger = Type.String({ pattern: '^[0-9a-f]{32}$' });
const clinic = Type.String({ pattern: '^[A-Za-z0-9]{1,30}$' });
const instant = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$' });
const boot = Type.String({ pattern: '^[A-Za-z0-9-]{1,80}$' });
const shortJws = Type.String({ minLength: 1, maxLength: 16_384 });

/** Frames: what a sealed payload holds. `t` differs by direction, so a message thrown back at its sender is refused. */
export const UpMessage = Type.Union([
  Type.Object({ v: Type.Literal(1), t: Type.Literal('hello'), hello: shortJws }, exactly),
  /** The records follow on lines of their own (lines.ts). */
  Type.Object({ v: Type.Literal(1), t: Type.Literal('records'), after: seq }, exactly),
]);
export type UpMessage = Static<typeof UpMessage>;

export const DownMessage = Type.Union([
  Type.Object({ v: Type.Literal(1), t: Type.Literal('receipt'), receipt: shortJws }, exactly),
  Type.Object({ v: Type.Literal(1), t: Type.Literal('finding'), finding: shortJws }, exactly),
  Type.Object(
    {
      v: Type.Literal(1),
      t: Type.Literal('dataset'),
      manifest: shortJws,
      content: Type.String({ maxLength: DATASET_BYTES_MAX }),
    },
    exactly,
  ),
  /** For the key in the hello that it answers. */
  Type.Object({ v: Type.Literal(1), t: Type.Literal('certificate'), ...Certified.properties }, exactly),
  /** The township is (back) here and asks for a hello. */
  Type.Object({ v: Type.Literal(1), t: Type.Literal('hail') }, exactly),
]);
export type DownMessage = Static<typeof DownMessage>;

/** Payloads of signed things (docs/record.md §6); unknown members are let through, for the next release. */
export const Hello = Type.Object({
  v: Type.Literal(1),
  ledger,
  clinic,
  head: seq,
  hash,
  held: seq,
  datasets: Type.Record(Type.String({ maxLength: 80 }), seq, { maxProperties: HELLO_DATASETS_MAX }),
  boot,
  /** Rises within one `boot`. */
  n: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
  /** Findings are held without a gap through this one; `hash` as of a record, 64 zeros when `n` is 0. */
  findings: Type.Optional(Type.Object({ n: seq, hash })),
  /** The box's key for TLS and when its certificate ends (null: it has none): a new one is sent long before. */
  tls: Type.Optional(Type.Object({ key: jwk, until: Type.Union([instant, Type.Null()]) })),
});
export type Hello = Static<typeof Hello>;

/** `boot` and `n` are those of the last hello: a receipt of another session moves nothing. */
export const Receipt = Type.Object({
  v: Type.Literal(1),
  ledger,
  clinic,
  through: seq,
  hash,
  at: instant,
  boot: Type.Optional(boot),
  n: Type.Optional(Type.Integer({ minimum: 1 })),
});
export type Receipt = Static<typeof Receipt>;

export const Finding = Type.Object({
  v: Type.Literal(1),
  ledger,
  clinic,
  /** The record it is about; 0 when it is about the ledger. */
  seq,
  code: Type.String({ pattern: '^[A-Z][A-Z0-9_]{1,60}$' }),
  text: Type.String({ maxLength: 1_000 }),
  at: instant,
  /** Its number within the ledger, from 1; begins anew where a township lost data. */
  n: Type.Optional(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })),
});
export type Finding = Static<typeof Finding>;

/** Retained, in clear: numbers only. */
export const Presence = Type.Object({
  v: Type.Literal(1),
  boot,
  connected: Type.Boolean(),
  head: Type.Optional(seq),
  held: Type.Optional(seq),
});
export type Presence = Static<typeof Presence>;
