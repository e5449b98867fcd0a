import iconv from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import { outsideText } from './outside-text.ts';

const ROSTER = '{\n "psn_name": "刘建国",\n "naty": "汉",\n "memo": "浑源县永安镇，有高血压"\n}\n';
const read = (bytes: Uint8Array) => outsideText('roster.json', bytes);
const refusal = (bytes: Uint8Array): string => {
  try {
    return `read: ${read(bytes).text}`;
  } catch (error) {
    return String(error);
  }
};

describe('text from outside', () => {
  test('is UTF-8, with or without a byte order mark', () => {
    expect(read(Buffer.from(ROSTER))).toEqual({ text: ROSTER, converted: false });
    expect(read(Buffer.from(`\ufeff${ROSTER}`))).toEqual({ text: ROSTER, converted: false });
    expect(read(new Uint8Array())).toEqual({ text: '', converted: false });
  });

  test.each([
    ['common characters', ROSTER],
    ['CRLF', ROSTER.replaceAll('\n', '\r\n')],
    ['a name of GBK among others', ROSTER.replace('刘建国', '陶喆')],
    ['one word', '{"title":"读卡器"}'],
  ])('in GB18030 with %s is converted, and that is said', (_what, text) => {
    expect(read(iconv.encode(text, 'gb18030'))).toEqual({ text, converted: true });
  });

  test('cut in the middle of a character, or with one byte lost, is refused with its line', () => {
    const bytes = Buffer.from(ROSTER);
    const at = bytes.indexOf('国');
    const lost = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
    expect(refusal(lost)).toMatch(/TEXT_UNREADABLE: roster\.json: is neither UTF-8 nor GB18030 at line 2;/);
    expect(refusal(bytes.subarray(0, at + 1))).toMatch(/at line 2;/);
  });

  test('in GB18030 with one byte lost is refused as well', () => {
    const bytes = iconv.encode(ROSTER.repeat(9), 'gb18030');
    const at = bytes.indexOf(iconv.encode('国', 'gb18030'));
    expect(
      refusal(Buffer.concat([bytes.subarray(0, at), Buffer.from([0xff]), bytes.subarray(at + 2)])),
    ).toMatch(/TEXT_UNREADABLE: .* at line 2, /);
  });

  test('of two encodings is refused with the lines of the other', () => {
    const line = iconv.encode(' "memo": "浑源县永安镇",\n', 'gb18030');
    const [first = '', ...rest] = ROSTER.split(/(?<=\n)/);
    const mixed = Buffer.concat([Buffer.from(first), line, Buffer.from(rest.join('')), line]);
    expect(refusal(mixed)).toMatch(/at line 2, 7;/);
    expect(refusal(Buffer.concat(Array(9).fill(line).concat(Buffer.from(ROSTER))))).toMatch(/and 4 more;/);
  });

  test.each([
    ['UTF-16 with a mark', Buffer.from(`\ufeff${ROSTER}`, 'utf16le'), 'UTF-16'],
    ['UTF-16 without one', Buffer.from('{"a":1}', 'utf16le'), 'zero bytes'],
    ['Latin-1', Buffer.from('{"name":"José"}', 'latin1'), 'line 1'],
    ['Latin-1 with letters after it', Buffer.from('{"name":"Zoë Müller"}', 'latin1'), 'line 1'],
    ['Big5', iconv.encode('劉建國住在渾源縣永安鎮', 'big5'), 'line 1'],
    ['Shift_JIS', iconv.encode('カタカナとひらがな', 'shift_jis'), 'line 1'],
  ])('in %s is refused', (_what, bytes, why) => {
    expect(refusal(bytes)).toContain('TEXT_UNREADABLE');
    expect(refusal(bytes)).toContain(why);
  });
});
