import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LI, ZHANG } from '../testing/people.ts';
import { parseTranscript } from '../transcript.ts';
import { encodeText } from './card.ts';
import {
  checksum,
  commandOf,
  type Event,
  encodeCommand,
  encodeReply,
  FrameDecoder,
  replyOf,
} from './codec.ts';
import { decodeText, samIdText, textOfRead } from './text.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();
const frames = (name: string) =>
  parseTranscript(readFileSync(new URL(`./frames/${name}.hex`, import.meta.url), 'utf8'));
const decode = (bytes: Uint8Array): Event[] => new FrameDecoder().push(bytes);

/** The table as the manufacturers print it: nothing here is computed. */
const COMMAND_TABLE = [
  ['reset', 'AAAAAA9669000310FFEC'],
  ['status', 'AAAAAA9669000311FFED'],
  ['samId', 'AAAAAA9669000312FFEE'],
  ['find', 'AAAAAA96690003200122'],
  ['select', 'AAAAAA96690003200221'],
  ['read', 'AAAAAA96690003300132'],
] as const;
const REPLY_TABLE = [
  ['reset and status, good', 0x90, 0, 'AAAAAA96690004000090 94'],
  ['found', 0x9f, 4, 'AAAAAA96690008 00009F 00000000 97'],
  ['no card', 0x80, 0, 'AAAAAA96690004 000080 84'],
] as const;

describe('the table of the protocol', () => {
  test.each(COMMAND_TABLE)('%s', (name, expected) => {
    expect(hex(encodeCommand(name))).toBe(expected);
    const [event] = decode(Buffer.from(expected, 'hex'));
    expect(event?.kind === 'frame' && commandOf(event.body)).toBe(name);
  });

  test.each(REPLY_TABLE)('%s', (_name, sw3, dataBytes, expected) => {
    expect(hex(encodeReply(sw3, new Uint8Array(dataBytes)))).toBe(expected.replaceAll(' ', ''));
  });

  test('a read reply has 1295 bytes and begins as the table says', () => {
    const reply = encodeReply(0x90, new Uint8Array(4 + 256 + 1024));
    expect(reply).toHaveLength(1295);
    expect(hex(reply.subarray(0, 10))).toBe('AAAAAA96690508000090');
  });
});

describe('transcripts', () => {
  test('every frame of a good visit is understood, and encodes back to the same bytes', () => {
    for (const said of frames('resident')) {
      const [event, ...more] = decode(said.bytes);
      expect(more).toEqual([]);
      if (event?.kind !== 'frame') throw new Error('not a frame');
      if (said.by === 'host') {
        expect(encodeCommand(commandOf(event.body) ?? 'reset')).toEqual(Uint8Array.from(said.bytes));
      } else {
        const reply = replyOf(event.body);
        expect(encodeReply(reply?.sw3 ?? 0, reply?.data)).toEqual(Uint8Array.from(said.bytes));
      }
    }
  });

  test.each([
    ['resident', '01', '张秀兰', '2', '1958-03-12', null],
    ['hong-kong-macao-taiwan', '17', '陈大文', '1', '1990-01-01', '2030-01-01'],
    ['foreigner-2017', '07', '马丁', '2', '1988-02-29', '2027-12-31'],
    [
      'foreigner-2023',
      '07',
      'ABCDEFGHIJKLMNOPQRSTUVWXYZ ABCDEFGH, IJKLMNOPQ',
      '1',
      '1985-01-01',
      '2033-12-31',
    ],
  ])('%s', (name, psn_cert_type, psn_name, gend, brdy, expiry) => {
    const read = frames(name).find((said) => said.bytes.length === 1295);
    const [event] = decode(read?.bytes ?? new Uint8Array());
    const reply = event?.kind === 'frame' ? replyOf(event.body) : null;
    const card = decodeText(textOfRead(reply?.data ?? new Uint8Array()) ?? new Uint8Array());
    expect(card).toMatchObject({ psn_cert_type, psn_name, gend, brdy, expiry });
  });

  test('a bad line gives only what was whole', () => {
    const decoder = new FrameDecoder();
    const events = frames('bad-line').map((said) => decoder.push(said.bytes));
    expect(events.map((list) => list.map((event) => event.kind))).toEqual([['frame'], [], [], []]);
    // Half a read swallows what follows until it is long enough to be refused; then that is found inside.
    const late = decoder.push(new Uint8Array(1_400));
    expect(late.map((event) => event.kind)).toEqual(['checksum', 'frame', 'checksum']);
  });
});

test('a length that no frame has is not waited for', () => {
  const good = encodeReply(0x80);
  for (const length of ['0000', '0002', '0911', '5555', 'FFFF']) {
    const events = decode(Buffer.concat([Buffer.from(`AAAAAA9669${length}`, 'hex'), good]));
    expect(events.map((event) => event.kind)).toEqual(['frame']);
  }
});

/** A stream of frames with anything between them that cannot begin a frame. */
const stream = fc.array(
  fc.record({
    garbage: fc.uint8Array({ maxLength: 40 }).map((bytes) => bytes.filter((byte) => byte !== 0xaa)),
    sw3: fc.integer({ min: 0, max: 255 }),
    data: fc.uint8Array({ maxLength: 300 }),
  }),
  { maxLength: 12 },
);
const cuts = fc.array(fc.integer({ min: 1, max: 97 }), { minLength: 1, maxLength: 30 });

function cut(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

describe('properties', () => {
  test('any cutting of a stream with garbage gives all its frames and nothing else', () => {
    fc.assert(
      fc.property(stream, cuts, (parts, sizes) => {
        const bytes = Buffer.concat(
          parts.flatMap((part) => [part.garbage, encodeReply(part.sw3, part.data)]),
        );
        const decoder = new FrameDecoder();
        const events = cut(bytes, sizes).flatMap((piece) => decoder.push(piece));
        expect(events.map((event) => (event.kind === 'frame' ? hex(event.body) : event.kind))).toEqual(
          parts.map((part) => hex(Uint8Array.of(0, 0, part.sw3, ...part.data))),
        );
        expect(decoder.garbageBytes).toBe(parts.reduce((sum, part) => sum + part.garbage.length, 0));
      }),
    );
  });

  test('whatever comes, the cutting does not matter, and all of it is frame, garbage or short', () => {
    const anything = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 60 }),
        fc.constantFrom(
          Uint8Array.of(0xaa, 0xaa, 0xaa, 0x96, 0x69),
          Uint8Array.of(0xaa),
          Uint8Array.of(0, 4),
        ),
        fc.uint8Array({ maxLength: 20 }).map((data) => encodeReply(0x90, data)),
      ),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(anything, cuts, (pieces, sizes) => {
        const bytes = Buffer.concat(pieces);
        const whole = new FrameDecoder();
        const inPieces = new FrameDecoder();
        const expected = whole.push(bytes);
        expect(cut(bytes, sizes).flatMap((piece) => inPieces.push(piece))).toEqual(expected);
        const framed = expected.reduce(
          (sum, event) => sum + (event.kind === 'frame' ? event.body.length + 8 : 0),
          0,
        );
        whole.reset();
        expect(framed + whole.garbageBytes).toBe(bytes.length);
      }),
    );
  });

  test('no single wrong bit of a read passes as an identity other than the card', () => {
    const good = encodeReply(
      0x90,
      Buffer.concat([Uint8Array.of(1, 0, 4, 0), encodeText(ZHANG), new Uint8Array(1024)]),
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: good.length * 8 - 1 }), (bit) => {
        const bytes = Uint8Array.from(good);
        const at = bit >> 3;
        bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit & 7));
        expect(decode(bytes).filter((event) => event.kind === 'frame')).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test('decoding a text block of any content gives a whole card or a code, never an exception', () => {
    const block = fc
      .tuple(fc.uint8Array({ minLength: 256, maxLength: 256 }), fc.constantFrom(' ', 'J', 'I', 'Y', '?'))
      .map(([bytes, flag]) => {
        const made = Buffer.from(bytes);
        made.write(flag, 248, 'utf16le');
        return made;
      });
    fc.assert(
      fc.property(block, (bytes) => {
        expect(decodeText(bytes)).toMatch(/^IDCARD_(TEXT|NUMBER)_INVALID$/);
      }),
    );
  });
});

describe('a text block that cannot be right', () => {
  const base = { ...LI, layout: ' ' as const };
  test.each([
    ['no name', { ...base, name: '' }, 'IDCARD_TEXT_INVALID'],
    ['a printer command for a name', { ...base, name: '李\u001b@' }, 'IDCARD_TEXT_INVALID'],
    ['half a surrogate in the name', { ...base, name: '李\ud800' }, 'IDCARD_TEXT_INVALID'],
    ['31 February', { ...base, birth: '19760231' }, 'IDCARD_TEXT_INVALID'],
    ['no expiry', { ...base, expiry: '' }, 'IDCARD_TEXT_INVALID'],
    ['an unknown sex', { ...base, sex: '7' }, 'IDCARD_TEXT_INVALID'],
    ['a birth date that is not the number’s', { ...base, birth: '19760309' }, 'IDCARD_NUMBER_INVALID'],
    [
      'a wrong check digit',
      { ...base, number: `${LI.number.slice(0, 17)}${LI.number.endsWith('0') ? 1 : 0}` },
      'IDCARD_NUMBER_INVALID',
    ],
    ['15 digits, as before 1999', { ...base, number: '142225760308001' }, 'IDCARD_NUMBER_INVALID'],
  ])('%s', (_what, card, code) => {
    expect(decodeText(encodeText(card))).toBe(code);
  });

  test('its frame may be whole and its length wrong all the same', () => {
    expect(textOfRead(new Uint8Array(1283))).toBeNull();
    expect(textOfRead(new Uint8Array(1284))).toBeNull();
  });
});

test('the SAM id reads as on the case, and any other length is none', () => {
  expect(samIdText(Buffer.from('050003008178330140e2010015cd5b07', 'hex'))).toBe(
    '05.03-20150401-0000123456-0123456789',
  );
  expect(samIdText(new Uint8Array(15))).toBeNull();
});

test('checksum is the exclusive or', () => {
  expect(checksum(Uint8Array.of(0, 3, 0x20, 1))).toBe(0x22);
});
