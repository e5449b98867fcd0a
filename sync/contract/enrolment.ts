import Type, { type Static } from 'typebox';
import { ClinicCode, HEX_32_PATTERN, Instant, LedgerId } from './ids.ts';
import { Key32, PublicJwk, Trust } from './keys.ts';
import { open, shortText } from './schema.ts';

/** What box and township say to each other under a one-time code, and what comes of it. docs/wire.md §6 */

const name = shortText(200);
/** JWS of at most so many characters. */
const jws = (longest: number) => Type.String({ maxLength: longest });

/** Under the code: the box's key, and a JWS by it (`cyt-enrol+jws`). */
export const Ask = open({ v: Type.Literal(1), t: Type.Literal('ask'), key: PublicJwk, ask: jws(4_096) });
export type Ask = Static<typeof Ask>;

/** Payload of the ask's JWS; `topic` ties it to the code. */
export const AskPayload = open({
  v: Type.Literal(1),
  topic: Type.String({ pattern: HEX_32_PATTERN }),
  ledger: LedgerId,
  sealing: Key32,
  /** The public key for TLS, which is no other key of the box; whoever leaves it out gets no certificate. */
  tls: Type.Optional(PublicJwk),
});
export type AskPayload = Static<typeof AskPayload>;

/** Under the code: `sealed` opens only for the box that asked: a code found later opens no password. */
export const AnswerFrame = open({
  v: Type.Literal(1),
  t: Type.Literal('answer'),
  from: Key32,
  sealed: Type.String({ maxLength: 12_000 }),
});
export type AnswerFrame = Static<typeof AnswerFrame>;

/** A clinic as the township enrols it. What its doctor sees is the dataset `clinic`. */
export const EnrolledClinic = open({
  fixmedins_code: ClinicCode,
  fixmedins_name: name,
  level: name,
  mode: name,
  admdvs: Type.String({ pattern: '^[0-9]{6}$' }),
});
export type EnrolledClinic = Static<typeof EnrolledClinic>;

/** `sealing` and `recovery`: X25519 public keys, base64url. */
export const EnrolledTownship = open({ code: name, name, sealing: Key32, recovery: Key32 });

const pem = Type.String({ maxLength: 4_096, pattern: '^-----BEGIN CERTIFICATE-----\\n' });

/** PEM: the township's authority, and the box's own certificate by it. */
export const Certified = open({ ca: pem, certificate: pem });
export type Certified = Static<typeof Certified>;

/** The township's attestation that this box and ledger belong to this clinic (`cyt-admission+jws`). */
export const Admission = open({
  v: Type.Literal(1),
  ledger: LedgerId,
  clinic: EnrolledClinic,
  key: PublicJwk,
  sealing: Key32,
  at: Instant,
});
export type Admission = Static<typeof Admission>;

/**
 * What a box publishes on `up` to a township that has forgotten it: this mark, then `wrapFor` the township.
 * No sealed message begins so.
 */
export const PRESENTED_MARK = Buffer.from('cyt-admission ');
export const Presented = open({ v: Type.Literal(1), t: Type.Literal('admission'), admission: jws(4_096) });
export type Presented = Static<typeof Presented>;

/** What a box knows after its enrolment. */
export const Enrolment = open({
  clinic: EnrolledClinic,
  township: EnrolledTownship,
  trust: Trust,
  mqtt: open({ username: name, password: name }),
  tls: Type.Optional(Certified),
  /** JWS over an `Admission`; the box keeps it for the day the township has lost its own copy. */
  admission: Type.Optional(jws(4_096)),
  /** How far the township holds the clinic's other ledgers (`cyt-receipt+jws`): what a restore goes by. */
  held: Type.Optional(Type.Array(jws(2_048), { maxItems: 16 })),
});
export type Enrolment = Static<typeof Enrolment>;
