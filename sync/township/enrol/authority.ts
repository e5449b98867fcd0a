import { createHash, createPublicKey } from 'node:crypto';
import { isIPv4, isIPv6 } from 'node:net';
import type { PublicJwk } from '../../contract/keys.ts';
import type { TownshipKeys } from '../../record/key-file.ts';
import { KEY_PURPOSES } from '../../record/key-purposes.ts';
import { type SigningKey, signingKeyOfSeed } from '../../record/keys.ts';
import { deriveKey } from '../../record/seal.ts';
import {
  bits,
  der,
  generalizedTime,
  integer,
  octets,
  oid,
  sequence,
  set,
  TRUE,
  time,
  utf8String,
} from './der.ts';

/**
 * The township's certificate authority (RFC 5280, Ed25519 as RFC 8410 has it). Certificates are only written
 * here; what must be read, here too, is read by OpenSSL. docs/decisions/0007
 */

/**
 * Whom a certificate stands for: a broker by its host names and addresses, or a client (a box, the receiver)
 * by its user name.
 */
type Subject = { hosts: string[] } | { user: string };

export interface Authority {
  /** Its own certificate, PEM. */
  readonly ca: string;
  /**
   * PEM. `until`: ms since 1970, or null for one that never ends. The same arguments give the same
   * certificate.
   */
  issue(subject: Subject, key: PublicJwk, until: number | null): string;
}

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

const name = (commonName: string) => sequence(set(sequence(COMMON_NAME, utf8String(commonName))));

const extension = (id: Buffer, value: Buffer, critical = false) =>
  sequence(id, ...(critical ? [TRUE] : []), octets(value));

/** A box that starts in 1970 must find the broker's certificate valid. */
const BEGINNING = time(0);
/** "No well-defined expiration date" (RFC 5280 §4.1.2.5). */
const NEVER = generalizedTime('99991231235959Z');

function addressOf(host: string): Buffer {
  if (isIPv4(host)) return der(0x87, Buffer.from(host.split('.').map(Number)));
  if (isIPv6(host)) throw new Error(`${host}: name the broker by a host name or an IPv4 address`);
  return der(0x82, Buffer.from(host));
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

const spkiOf = (key: PublicJwk): Buffer =>
  createPublicKey({ key: { ...key }, format: 'jwk' }).export({ format: 'der', type: 'spki' });
/** RFC 7093 §2, method 1. */
const keyIdOf = (spki: Buffer) => createHash('sha256').update(spki.subarray(-32)).digest().subarray(0, 20);

interface Facts {
  issuer: string;
  subject: string;
  /** The subject's public key, DER. */
  spki: Buffer;
  until: number | null;
  extensions: Buffer[];
}

function certificate(signing: SigningKey, { issuer, subject, spki, until, extensions }: Facts): string {
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
  const signed = sequence(der(0xa0, integer(Buffer.from([2]))), integer(serial), ...body);
  return pem(sequence(signed, ED25519, bits(signing.sign(signed))));
}

/**
 * The authority of these keys: always the same one, so that a township restored from its keys is known to its
 * boxes.
 */
export function createAuthority(keys: TownshipKeys): Authority {
  const signing = signingKeyOfSeed(deriveKey(keys.sealing.secretKey, KEY_PURPOSES.tlsAuthority));
  const issuer = `cunyitong township ${signing.kid.slice(0, 16)}`;
  const spki = spkiOf(signing.jwk);
  const authorityKeyId = extension(EXTENSION.authorityKeyId, sequence(der(0x80, keyIdOf(spki))));
  return {
    ca: certificate(signing, {
      issuer,
      subject: issuer,
      spki,
      until: null,
      extensions: [
        extension(EXTENSION.basicConstraints, sequence(TRUE, integer(Buffer.from([0]))), true),
        extension(EXTENSION.keyUsage, CERT_SIGN, true),
      ],
    }),
    issue(subject, key, until) {
      const server = 'hosts' in subject;
      return certificate(signing, {
        issuer,
        subject: server ? 'broker' : subject.user,
        spki: spkiOf(key),
        until,
        extensions: [
          authorityKeyId,
          extension(EXTENSION.basicConstraints, sequence(), true),
          extension(EXTENSION.keyUsage, DIGITAL_SIGNATURE, true),
          extension(EXTENSION.extendedKeyUsage, sequence(server ? SERVER_AUTH : CLIENT_AUTH)),
          ...(server ? [extension(EXTENSION.subjectAltName, sequence(...subject.hosts.map(addressOf)))] : []),
        ],
      });
    },
  };
}
