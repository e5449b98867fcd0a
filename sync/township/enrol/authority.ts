import { createHash, createPublicKey } from 'node:crypto';
import { isIPv4, isIPv6 } from 'node:net';
import type { PublicJwk } from '../../contract/keys.ts';
import type { TownshipKeys } from '../../record/key-file.ts';
import { type SigningKey, signingKeyOfSeed } from '../../record/keys.ts';
import { deriveKey } from '../../record/seal.ts';

/**
 * The township's certificate authority (RFC 5280, Ed25519 as RFC 8410 has it). Certificates are only written here; whoever reads one,
 * our own code too, does so with OpenSSL. docs/decisions/0007
 */

/** Whom a certificate stands for: a broker by its host names and addresses, or a client (a box, the receiver) by its user name. */
export type Subject = { hosts: string[] } | { user: string };

export interface Authority {
  /** Its own certificate, PEM. */
  readonly ca: string;
  /** PEM. `until`: ms since 1970, or null for one that never ends. The same arguments give the same certificate. */
  issue(subject: Subject, key: PublicJwk, until: number | null): string;
}

/** DER (X.690): tag, length, content. */
function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const size = content.length;
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

const sequence = (...parts: Uint8Array[]) => der(0x30, ...parts);
const octets = (bytes: Uint8Array) => der(0x04, bytes);
const bits = (bytes: Uint8Array, unused = 0) => der(0x03, Buffer.from([unused]), bytes);
const text = (value: string) => Buffer.from(value, 'utf8');
/** An object identifier by its content in hex. */
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
const TRUE = der(0x01, Buffer.from([0xff]));

const ED25519 = sequence(oid('2b6570'));
const COMMON_NAME = oid('550403');
const EXTENSION = {
  subjectKeyId: oid('551d0e'),
  keyUsage: oid('551d0f'),
  subjectAltName: oid('551d11'),
  basicConstraints: oid('551d13'),
  authorityKeyId: oid('551d23'),
  extendedKeyUsage: oid('551d25'),
};
const SERVER_AUTH = oid('2b06010505070301');
const CLIENT_AUTH = oid('2b06010505070302');
/** Bits of keyUsage: digitalSignature; keyCertSign. */
const DIGITAL_SIGNATURE = bits(Buffer.from([0x80]), 7);
const CERT_SIGN = bits(Buffer.from([0x04]), 2);

const name = (commonName: string) => sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, text(commonName)))));

const extension = (id: Buffer, value: Buffer, critical = false) =>
  sequence(id, ...(critical ? [TRUE] : []), octets(value));

/** UTCTime through 2049, GeneralizedTime after (RFC 5280 §4.1.2.5). */
function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, '');
  return digits < '2050' ? der(0x17, text(digits.slice(2))) : der(0x18, text(digits));
}

/** A box that starts in 1970 must find the broker's certificate valid. */
const BEGINNING = time(0);
/** "No well-defined expiration date" (RFC 5280 §4.1.2.5). */
const NEVER = der(0x18, text('99991231235959Z'));

function addressOf(host: string): Buffer {
  if (isIPv4(host)) return der(0x87, Buffer.from(host.split('.').map(Number)));
  if (isIPv6(host)) throw new Error(`${host}: name the broker by a host name or an IPv4 address`);
  return der(0x82, text(host));
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

const spkiOf = (key: PublicJwk): Buffer =>
  createPublicKey({ key: { ...key }, format: 'jwk' }).export({ format: 'der', type: 'spki' });
/** RFC 7093 §2, method 1. */
const keyIdOf = (spki: Buffer) => createHash('sha256').update(spki.subarray(-32)).digest().subarray(0, 20);

function certificate(
  signing: SigningKey,
  issuer: string,
  subject: string,
  spki: Buffer,
  until: number | null,
  extensions: Buffer[],
): string {
  const body = [
    ED25519,
    name(issuer),
    sequence(BEGINNING, until === null ? NEVER : time(until)),
    name(subject),
    spki,
    der(0xa3, sequence(extension(EXTENSION.subjectKeyId, octets(keyIdOf(spki))), ...extensions)),
  ];
  // A serial number is never used twice for two things: it is the digest of what it names, and positive.
  const serial = createHash('sha256').update(Buffer.concat(body)).digest().subarray(0, 16);
  serial.writeUInt8((serial.readUInt8(0) & 0x3f) | 0x40, 0);
  const signed = sequence(der(0xa0, der(0x02, Buffer.from([2]))), der(0x02, serial), ...body);
  return pem(sequence(signed, ED25519, bits(signing.sign(signed))));
}

/** The authority of these keys: always the same one, so that a township restored from its keys is known to its boxes. */
export function createAuthority(keys: TownshipKeys): Authority {
  const signing = signingKeyOfSeed(deriveKey(keys.sealing.secretKey, 'cyt tls authority'));
  const issuer = `cunyitong township ${signing.kid.slice(0, 16)}`;
  const spki = spkiOf(signing.jwk);
  const authorityKeyId = extension(EXTENSION.authorityKeyId, sequence(der(0x80, keyIdOf(spki))));
  return {
    ca: certificate(signing, issuer, issuer, spki, null, [
      extension(EXTENSION.basicConstraints, sequence(TRUE, der(0x02, Buffer.from([0]))), true),
      extension(EXTENSION.keyUsage, CERT_SIGN, true),
    ]),
    issue(subject, key, until) {
      const server = 'hosts' in subject;
      return certificate(signing, issuer, server ? 'broker' : subject.user, spkiOf(key), until, [
        authorityKeyId,
        extension(EXTENSION.basicConstraints, sequence(), true),
        extension(EXTENSION.keyUsage, DIGITAL_SIGNATURE, true),
        extension(EXTENSION.extendedKeyUsage, sequence(server ? SERVER_AUTH : CLIENT_AUTH)),
        ...(server ? [extension(EXTENSION.subjectAltName, sequence(...subject.hosts.map(addressOf)))] : []),
      ]);
    },
  };
}
