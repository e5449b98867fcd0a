import { JWS_BYTES_MAX } from '../contract/limits.ts';
import { SyncError } from '../errors.ts';
import { fromBase64url, type SigningKey, type VerifyKey } from './keys.ts';
import { headerText } from './suite.ts';

/** What may be signed; a signature on one can never pass as another. docs/record.md §6 */
export type Typ =
  | 'cyt-record+jws'
  | 'cyt-receipt+jws'
  | 'cyt-finding+jws'
  | 'cyt-dataset+jws'
  | 'cyt-hello+jws'
  | 'cyt-enrol+jws'
  | 'cyt-admission+jws'
  | 'cyt-slip+jws'
  | 'cyt-succession+jws';

const base64url = (text: string) => Buffer.from(text).toString('base64url');

/** Signs `payload` as RFC 7515 compact, Ed25519. */
export function signJws(typ: Typ, payload: object, key: SigningKey): string {
  const input = `${base64url(headerText(key.kid, typ))}.${base64url(JSON.stringify(payload))}`;
  return `${input}.${Buffer.from(key.sign(Buffer.from(input, 'latin1'))).toString('base64url')}`;
}

/** The three parts of a compact JWS, decoded from base64url. */
export type JwsParts = [header: Buffer, payload: Buffer, signature: Buffer];

/** Takes a compact JWS apart; SIGNATURE_ENCODING unless it is the one compact form of its parts. */
export function partsOf(compact: string): JwsParts {
  if (compact.length > JWS_BYTES_MAX) throw new SyncError('SIGNATURE_ENCODING', 'longer than a JWS may be');
  const [header, payload, signature, ...more] = compact.split('.');
  if (!header || !payload || !signature || more.length > 0)
    throw new SyncError('SIGNATURE_ENCODING', 'not three parts');
  return [fromBase64url(header), fromBase64url(payload), fromBase64url(signature)];
}

export const compactOf = (parts: JwsParts): string =>
  parts.map((part) => part.toString('base64url')).join('.');

/**
 * The payload of a compact JWS whose signature was checked before it was stored; the caller names the type
 * that belongs to its `typ`. Throws SIGNATURE_ENCODING when it is no JWS or its JSON is not canonical. What
 * comes from outside goes through verifyJws.
 */
export function payloadOf<Payload extends object = Record<string, unknown>>(jws: string): Payload {
  const [, payload = ''] = jws.split('.');
  return canonicalObject(Buffer.from(payload, 'base64url').toString('utf8')) as Payload;
}

/** The `kid` in the header of such a JWS. */
export function kidOf(jws: string): string {
  const [header = ''] = jws.split('.');
  return String(canonicalObject(Buffer.from(header, 'base64url').toString('utf8')).kid);
}

interface Verified {
  kid: string;
  payload: Record<string, unknown>;
}

/** The key with this `kid`; undefined when it is not known. */
export type KeyFinder = (kid: string) => VerifyKey | undefined;

/** A JWS whose signature nobody has checked yet. */
export interface Unverified {
  typ: Typ;
  kid: string;
  key: VerifyKey;
  /**
   * 0x00 and the compact form: the input of the leaf hash. Bytes, because the garbage collector would copy a
   * string again and again while it waits for its signature.
   */
  leaf: Buffer;
  payload: Buffer;
  /** The signing input: what `signature` covers. */
  input: Buffer;
  signature: Buffer;
}

/**
 * Opens a compact JWS of one `typ`. Throws SyncError: SIGNATURE_ENCODING (shape, base64url, JSON not
 * canonical, too long), SIGNATURE_TYPE (another typ, alg or extra header), SIGNATURE_KEY (unknown kid),
 * SIGNATURE_BAD.
 */
export function verifyJws(typ: Typ, compact: string, keyOf: KeyFinder): Verified {
  const jws = unverified(typ, partsOf(compact), keyOf);
  return verified(jws, jws.key.verify(jws.input, jws.signature));
}

/** The part of verifyJws before the signature is checked. */
export function unverified(typ: Typ, parts: JwsParts, keyOf: KeyFinder): Unverified {
  const leaf = Buffer.from(`\0${compactOf(parts)}`, 'latin1');
  if (leaf.length - 1 > JWS_BYTES_MAX) throw new SyncError('SIGNATURE_ENCODING', 'longer than a JWS may be');
  const [header, payload, signature] = parts;
  const kid = kidOfHeader(utf8(header), typ);
  const key = keyOf(kid);
  if (!key) throw new SyncError('SIGNATURE_KEY', `no key ${kid}`);
  return { typ, kid, key, leaf, payload, input: leaf.subarray(1, leaf.lastIndexOf('.')), signature };
}

/** The part after it. `holds`: whether the signature is valid. */
export function verified({ typ, kid, payload }: Unverified, holds: boolean): Verified {
  if (!holds) throw new SyncError('SIGNATURE_BAD', `signature of ${typ} does not hold`);
  return { kid, payload: canonicalObject(utf8(payload)) };
}

/** Longest header that is parsed: it is read before the signature. */
const HEADER_CHARS_MAX = 200;

function kidOfHeader(text: string, typ: Typ): string {
  const { kid } = text.length <= HEADER_CHARS_MAX ? canonicalObject(text) : {};
  if (typeof kid !== 'string' || text !== headerText(kid, typ))
    throw new SyncError('SIGNATURE_TYPE', `header is not that of ${typ}`);
  return kid;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function utf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (error) {
    throw new SyncError('SIGNATURE_ENCODING', 'not UTF-8', { cause: error });
  }
}

/**
 * Parses JSON that is written in its one canonical form. Duplicate keys, blanks and trailing bytes are found
 * by writing it again.
 */
function canonicalObject(text: string): Record<string, unknown> {
  let value: unknown;
  let canonical: string;
  try {
    value = JSON.parse(text);
    canonical = JSON.stringify(value); // throws when nested too deeply
  } catch {
    throw new SyncError('SIGNATURE_ENCODING', 'not JSON');
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value) || canonical !== text)
    throw new SyncError('SIGNATURE_ENCODING', 'JSON is not one canonical object');
  return value as Record<string, unknown>;
}
