import iconv from 'iconv-lite';
import { Refusal } from './errors.ts';

/** The one door for text from outside: every file that a person made, every line that is piped in. */
interface OutsideText {
  text: string;
  /** The bytes were GB18030 (Notepad's "ANSI"): whoever handed them in is told. */
  converted: boolean;
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true });
/** Of the characters that are not ASCII: nearly all of a Chinese text are of GB 2312, a third of mojibake. */
const COMMON_SHARE_MIN = 0.8;
const LINES_NAMED_MAX = 5;

/**
 * Bytes as text: UTF-8 without any fault, with or without a byte order mark, or GB18030 when nothing in it
 * speaks against that. `name`: of the file or line, for the message. Refusal TEXT_UNREADABLE, which names the
 * lines; never a replacement character.
 */
export function outsideText(name: string, bytes: Uint8Array): OutsideText {
  const refuse = (why: string): never => {
    throw new Refusal('TEXT_UNREADABLE', `${name}: ${why}; save it as UTF-8`);
  };
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) refuse('is UTF-16');
  if (bytes.includes(0)) refuse('has zero bytes: no text, or UTF-16');
  const text = utf8Of(bytes);
  if (text !== null) return { text, converted: false };
  const converted = gb18030Of(bytes);
  if (converted !== null) return { text: converted, converted: true };
  return refuse(`is neither UTF-8 nor GB18030 at ${badLines(bytes)}`);
}

function utf8Of(bytes: Uint8Array): string | null {
  try {
    return UTF_8.decode(bytes);
  } catch {
    return null;
  }
}

function gb18030Of(bytes: Uint8Array): string | null {
  const text = iconv.decode(Buffer.from(bytes), 'gb18030');
  if (!iconv.encode(text, 'gb18030').equals(bytes)) return null;
  const foreign = [...text].filter((one) => one > '\u007f');
  const common = foreign.filter(isCommon);
  return common.length >= foreign.length * COMMON_SHARE_MIN ? text : null;
}

/** A character of GB 2312, or one of its punctuation marks and full-width letters (rows A1 and A3). */
function isCommon(character: string): boolean {
  const [lead = 0, trail = 0, more] = iconv.encode(character, 'gb18030');
  const row = lead === 0xa1 || lead === 0xa3 || (lead >= 0xb0 && lead <= 0xf7);
  return more === undefined && row && trail >= 0xa1;
}

/** `line 3, 17 and 2 more`: which lines are no UTF-8. */
function badLines(bytes: Uint8Array): string {
  const bad: number[] = [];
  for (let start = 0, line = 1; start <= bytes.length; line += 1) {
    const end = bytes.indexOf(0x0a, start);
    const stop = end === -1 ? bytes.length : end;
    if (utf8Of(bytes.subarray(start, stop)) === null) bad.push(line);
    start = stop + 1;
  }
  const more = bad.length - LINES_NAMED_MAX;
  return `line ${bad.slice(0, LINES_NAMED_MAX).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
