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

/** What a compact JWS has in base64url, as the bytes that it is. */
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
 * What a compact JWS says whose signature was checked when it was stored: the caller names the type that its
 * `typ` has.
 * Throws SIGNATURE_ENCODING when it is no JWS or its JSON is not canonical. Never for what comes from
 * outside: verifyJws.
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

/** Finds the key a `kid` stands for, or says there is none. */
export type KeyFinder = (kid: string) => VerifyKey | undefined;

/** A JWS whose signature nobody has checked yet. */
export interface Unverified {
  typ: Typ;
  kid: string;
  key: VerifyKey;
  /**
   * 0x00 and the compact form, as a leaf hash wants them: bytes, since a text would be moved about by the
   * collector for as long as it waits.
   */
  leaf: Buffer;
  payload: Buffer;
  /** What `signature` has to be of. */
  input: Buffer;
  signature: Buffer;
}

/**
 * Opens a compact JWS of one `typ`. Throws SyncError: SIGNATURE_ENCODING (shape, base64url, JSON not
 * canonical, too long),
 * SIGNATURE_TYPE (another typ, alg or extra header), SIGNATURE_KEY (unknown kid), SIGNATURE_BAD.
 */
export function verifyJws(typ: Typ, compact: string, keyOf: KeyFinder): Verified {
  const jws = unverified(typ, partsOf(compact), keyOf);
  return verified(jws, jws.key.verify(jws.input, jws.signature));
}

/** The half of verifyJws before the signature is checked. */
export function unverified(typ: Typ, parts: JwsParts, keyOf: KeyFinder): Unverified {
  const leaf = Buffer.from(`\0${compactOf(parts)}`, 'latin1');
  if (leaf.length - 1 > JWS_BYTES_MAX) throw new SyncError('SIGNATURE_ENCODING', 'longer than a JWS may be');
  const [header, payload, signature] = parts;
  const kid = kidOfHeader(utf8(header), typ);
  const key = keyOf(kid);
  if (!key) throw new SyncError('SIGNATURE_KEY', `no key ${kid}`);
  return { typ, kid, key, leaf, payload, input: leaf.subarray(1, leaf.lastIndexOf('.')), signature };
}

/** The half after: `holds` is what the key said of `input` and `signature`. */
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
 * Parses JSON that is written the one canonical way; a duplicate key, blank or trailing byte shows as a
 * difference.
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
