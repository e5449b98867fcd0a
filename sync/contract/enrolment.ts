import { hkdfSync } from 'node:crypto';
import Type, { type Static } from 'typebox';
import { SyncError } from '../errors.ts';
import { deriveKey, type Random } from '../record/seal.ts';

/** The one-time code and what is said under it. docs/record.md §7 */

/** Crockford's base32: no I, L, O, U. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODE_LENGTH = 26;

/** A new code: 130 random bits, in groups for reading aloud. */
export function makeCode(random: Random): string {
  const letters = Array.from(random(CODE_LENGTH), (byte) => ALPHABET[byte & 31]).join('');
  return [0, 5, 10, 15, 20].map((at) => letters.slice(at, at === 20 ? undefined : at + 5)).join('-');
}

/** A code as typed, made canonical; ENROL_CODE_UNKNOWN when it cannot be one. */
export function parseCode(typed: string): string {
  const letters = typed
    .slice(0, 100)
    .toUpperCase()
    .replace(/[\s-]/g, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1');
  if (letters.length !== CODE_LENGTH || [...letters].some((letter) => !ALPHABET.includes(letter)))
    throw new SyncError('ENROL_CODE_UNKNOWN', 'a code has 26 letters and digits');
  return letters;
}

/** What both sides derive from a code: where to meet, and the key to speak under. */
export function meetingOf(code: string): { topic: string; key: Uint8Array } {
  const derive = (purpose: string, bytes: number) =>
    Buffer.from(hkdfSync('sha256', parseCode(code), new Uint8Array(0), purpose, bytes));
  return { topic: derive('cyt enrol topic', 16).toString('hex'), key: derive('cyt enrol key', 32) };
}

/** What opens the broker's enrolment door to who has the code: the key of TLS-PSK, in hex the password. `key` is that of `meetingOf`. */
export const doorKey = (key: Uint8Array): Buffer => deriveKey(key, 'cyt enrol door');

const exactly = { additionalProperties: false };
const key32 = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' });
export const jwk = Type.Object({ kty: Type.Literal('OKP'), crv: Type.Literal('Ed25519'), x: key32 }, exactly);
const jwks = Type.Array(jwk, { maxItems: 8 });
const name = Type.String({ minLength: 1, maxLength: 100 });

/** Under the code: the box's key, and a JWS by it (`cyt-enrol+jws`). */
export const Ask = Type.Object({
  v: Type.Literal(1),
  t: Type.Literal('ask'),
  key: jwk,
  ask: Type.String({ maxLength: 4_096 }),
});
export type Ask = Static<typeof Ask>;

/** Payload of the ask's JWS; `topic` ties it to the code. */
export const AskPayload = Type.Object({
  v: Type.Literal(1),
  topic: Type.String({ pattern: '^[0-9a-f]{32}$' }),
  ledger: Type.String({ pattern: '^[0-9a-f]{32}$' }),
  sealing: key32,
  /** The public key for TLS, which is no other key of the box; whoever leaves it out gets no certificate. */
  tls: Type.Optional(jwk),
});
export type AskPayload = Static<typeof AskPayload>;

/** Under the code: `sealed` opens only for the box that asked, so that a code found later opens no password. */
export const AnswerFrame = Type.Object({
  v: Type.Literal(1),
  t: Type.Literal('answer'),
  from: key32,
  sealed: Type.String({ maxLength: 12_000 }),
});
export type AnswerFrame = Static<typeof AnswerFrame>;

export const Clinic = Type.Object({
  fixmedins_code: Type.String({ pattern: '^[A-Za-z0-9]{1,30}$' }),
  fixmedins_name: name,
  level: name,
  mode: name,
  admdvs: Type.String({ pattern: '^[0-9]{6}$' }),
});
export type Clinic = Static<typeof Clinic>;

const pem = Type.String({ maxLength: 4_096, pattern: '^-----BEGIN CERTIFICATE-----\\n' });

/** PEM: the township's authority, and the box's own certificate by it. */
export const Certified = Type.Object({ ca: pem, certificate: pem });
export type Certified = Static<typeof Certified>;

/** The township's signed word that this box and ledger belong to this clinic (`cyt-admission+jws`). */
export const Admission = Type.Object({
  v: Type.Literal(1),
  ledger: Type.String({ pattern: '^[0-9a-f]{32}$' }),
  clinic: Clinic,
  key: jwk,
  sealing: key32,
  at: Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$' }),
});
export type Admission = Static<typeof Admission>;

/** What a box says on `up` to a township that has forgotten it: this mark, then `wrapFor` the township. No sealed message begins so. */
export const PRESENTED_MARK = Buffer.from('cyt-admission ');
export const Presented = Type.Object({
  v: Type.Literal(1),
  t: Type.Literal('admission'),
  admission: Type.String({ maxLength: 4_096 }),
});
export type Presented = Static<typeof Presented>;

/** What a box knows after its enrolment. */
export const Enrolment = Type.Object({
  clinic: Clinic,
  /** `sealing` and `recovery`: X25519 public keys, base64url. */
  township: Type.Object({ code: name, name, sealing: key32, recovery: key32 }),
  trust: Type.Object({ township: jwks, insurer: jwks, vendor: jwks }),
  mqtt: Type.Object({ username: name, password: name }),
  tls: Type.Optional(Certified),
  /** JWS over an `Admission`; the box keeps it for the day the township has lost its own word. */
  admission: Type.Optional(Type.String({ maxLength: 4_096 })),
  /** How far the township holds the clinic's other ledgers (`cyt-receipt+jws`): what a restore goes by. */
  held: Type.Optional(Type.Array(Type.String({ maxLength: 2_048 }), { maxItems: 16 })),
});
export type Enrolment = Static<typeof Enrolment>;
