import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CodeDecoder } from './codec.ts';

const SETTINGS = { codeBytesMax: 60, aimIds: true };
const hex = (text: string): Uint8Array => Buffer.from(text.replaceAll(' ', ''), 'hex');
const decode = (bytes: Uint8Array, settings = SETTINGS) => new CodeDecoder(settings).push(bytes);

/** What scanners send, byte for byte: nothing here is computed. */
const TABLE = [
  ['CR', '36 39 30 31 0D', [{ text: '6901' }]],
  ['LF', '36 39 30 31 0A', [{ text: '6901' }]],
  ['CR LF', '36 39 30 31 0D 0A', [{ text: '6901' }]],
  ['two codes', '36 0D 0A 39 0D 0A', [{ text: '6' }, { text: '9' }]],
  ['empty lines', '0D 0A 0D 0D 0A 0A', []],
  ['a code of blanks', '20 0D', [{ text: ' ' }]],
  ['EAN-13 with AIM id', '5D 45 30 36 39 30 31 0D', [{ text: '6901', symbology: 'EAN-13' }]],
  ['EAN-8', '5D 45 34 36 39 30 31 0D', [{ text: '6901', symbology: 'EAN-8' }]],
  ['GS1-128 with GS', '5D 43 31 31 30 41 1D 32 31 42 0D', [{ text: '10A\u001d21B', symbology: 'GS1-128' }]],
  ['Code 128', '5D 43 30 41 0D', [{ text: 'A', symbology: 'Code 128' }]],
  ['GS1 Data Matrix', '5D 64 32 30 31 0D', [{ text: '01', symbology: 'GS1 Data Matrix' }]],
  ['QR in UTF-8', '5D 51 31 E6 9D 91 0D', [{ text: '村', symbology: 'QR' }]],
  ['an AIM id without a name', '5D 79 30 41 0D', [{ text: 'A' }]],
  ['an AIM id and no code', '5D 45 30 0D', [{ refused: 'unreadable' }]],
  ['a bracket alone', '5D 0D', [{ text: ']' }]],
  ['NUL', '36 00 39 0D', [{ refused: 'unreadable' }]],
  ['not UTF-8', '36 FF 39 0D', [{ refused: 'unreadable' }]],
  ['no end', '36 39 30', []],
] as const;

test.each(TABLE)('%s', (_name, bytes, expected) => {
  expect(decode(hex(bytes))).toEqual(expected);
});

test('without AIM ids in the profile, what looks like one is text', () => {
  expect(decode(hex('5D 45 30 36 0D'), { ...SETTINGS, aimIds: false })).toEqual([{ text: ']E06' }]);
});

describe('the longest code', () => {
  test('is read, and one byte more is refused whole, up to its end', () => {
    const [longest, longer] = [60, 61].map((length) => Buffer.from(`${'7'.repeat(length)}\r6901\r`));
    expect(decode(longest ?? hex(''))).toEqual([{ text: '7'.repeat(60) }, { text: '6901' }]);
    expect(decode(longer ?? hex(''))).toEqual([{ refused: 'too_long' }, { text: '6901' }]);
  });

  test('a line that never ends keeps no more than the longest code', () => {
    const decoder = new CodeDecoder(SETTINGS);
    for (let i = 0; i < 1_000; i++) expect(decoder.push(new Uint8Array(1_000).fill(0x37))).toEqual([]);
    decoder.reset();
    expect(decoder.unfinished).toBe(false);
    expect(decoder.push(hex('36 0D'))).toEqual([{ text: '6' }]);
  });
});

test('half a code that is forgotten leaves nothing to the next', () => {
  const decoder = new CodeDecoder(SETTINGS);
  decoder.push(hex('36 39'));
  expect(decoder.unfinished).toBe(true);
  decoder.reset();
  expect(decoder.push(hex('30 31 0D'))).toEqual([{ text: '01' }]);
});

const cuts = fc.array(fc.integer({ min: 1, max: 97 }), { minLength: 1, maxLength: 30 });

function cut(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

describe('properties', () => {
  test('any cutting of any codes gives all of them, in order', () => {
    const code = fc.string({ unit: 'binary', minLength: 1, maxLength: 15 });
    const clean = code.filter((text) => !/[\p{Cc}\]]/u.test(text));
    const ends = fc.constantFrom('\r', '\n', '\r\n');
    fc.assert(
      fc.property(fc.array(fc.tuple(clean, ends), { maxLength: 12 }), cuts, (codes, sizes) => {
        const decoder = new CodeDecoder(SETTINGS);
        const bytes = Buffer.from(codes.map(([text, end]) => text + end).join(''));
        expect(cut(bytes, sizes).flatMap((piece) => decoder.push(piece))).toEqual(
          codes.map(([text]) => ({ text })),
        );
      }),
    );
  });

  test('whatever comes, the cutting does not matter', () => {
    const byte = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0x0d, 0x0a, 0x5d, 0x45, 0x30));
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 400 }), cuts, (bytes, sizes) => {
        const whole = new CodeDecoder(SETTINGS);
        const inPieces = new CodeDecoder(SETTINGS);
        const expected = whole.push(Uint8Array.from(bytes));
        const pieces = cut(Uint8Array.from(bytes), sizes);
        expect(pieces.flatMap((piece) => inPieces.push(piece))).toEqual(expected);
        expect(inPieces.unfinished).toBe(whole.unfinished);
      }),
    );
  });
});
