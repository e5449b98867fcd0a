/**
 * DER (X.690): the few types that a certificate needs. Written only; what must be read is read by OpenSSL.
 */

/** A value by its tag and content. */
export function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const size = content.length;
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

export const sequence = (...parts: Uint8Array[]) => der(0x30, ...parts);
export const set = (...parts: Uint8Array[]) => der(0x31, ...parts);
export const octets = (bytes: Uint8Array) => der(0x04, bytes);
/** `unused`: bits of the last byte that do not count. */
export const bits = (bytes: Uint8Array, unused = 0) => der(0x03, Buffer.from([unused]), bytes);
/** A positive integer, high byte first, its highest bit clear. */
export const integer = (bytes: Uint8Array) => der(0x02, bytes);
export const utf8String = (value: string) => der(0x0c, Buffer.from(value, 'utf8'));
/** An object identifier by its content in hex. */
export const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
export const TRUE = der(0x01, Buffer.from([0xff]));

/** An instant, ms since 1970: UTCTime through 2049, GeneralizedTime after (RFC 5280 §4.1.2.5). */
export function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, '');
  return digits < '2050' ? der(0x17, Buffer.from(digits.slice(2))) : generalizedTime(digits);
}

/** YYYYMMDDHHMMSSZ */
export const generalizedTime = (digits: string) => der(0x18, Buffer.from(digits));
