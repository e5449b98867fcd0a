/**
 * ESC/POS as a printer receives it: cuts a stream of bytes into commands and text. Used by the simulator,
 * by the decoding of printed jobs, and to count what answers a job asks for. Pure and bounded: a command
 * that claims to be longer than a printer's memory is not one.
 */

type TokenKind =
  | 'text'
  | 'feed'
  | 'status'
  | 'completion'
  | 'identity'
  | 'cut'
  | 'code'
  | 'image'
  | 'kanji'
  | 'size'
  | 'position'
  | 'margin'
  | 'setting'
  | 'unknown';

export interface Token {
  readonly kind: TokenKind;
  /** The command with its arguments, exactly as it came. */
  readonly bytes: Uint8Array;
}

const ESC = 0x1b;
const FS = 0x1c;
const GS = 0x1d;
const DLE = 0x10;
const LF = 0x0a;
/** Tab, form feed, carriage return, cancel: the control characters that are commands by themselves. */
const SINGLE_BYTE_COMMANDS = new Set([0x09, 0x0c, 0x0d, 0x18]);
export const TOKEN_BYTES_MAX = 256 * 1024;

/** Number of argument bytes after the two bytes of the command, where it is fixed. */
const ARGUMENTS: Readonly<Record<number, Readonly<Record<string, number>>>> = {
  [ESC]: {
    '@': 0,
    '2': 0,
    i: 0,
    m: 0,
    S: 0,
    L: 0,
    a: 1,
    E: 1,
    '!': 1,
    '3': 1,
    d: 1,
    J: 1,
    K: 1,
    e: 1,
    t: 1,
    R: 1,
    '-': 1,
    G: 1,
    M: 1,
    ' ': 1,
    '{': 1,
    V: 1,
    r: 1,
    T: 1,
    U: 1,
    '=': 1,
    '%': 1,
    $: 2,
    '\\': 2,
    c: 2,
    p: 3,
    W: 8,
  },
  [FS]: { '&': 0, '.': 0, '!': 1, W: 1, '-': 1, C: 1, S: 2, p: 2 },
  [GS]: {
    '!': 1,
    r: 1,
    I: 1,
    a: 1,
    B: 1,
    b: 1,
    h: 1,
    w: 1,
    H: 1,
    f: 1,
    '/': 1,
    L: 2,
    W: 2,
    P: 2,
    $: 2,
    '\\': 2,
  },
};

const KINDS: Readonly<Record<number, Readonly<Record<string, TokenKind>>>> = {
  [ESC]: {
    d: 'feed',
    J: 'feed',
    $: 'position',
    '\\': 'position',
    '*': 'image',
    '@': 'setting',
    i: 'cut',
    m: 'cut',
  },
  [FS]: { '&': 'kanji', '.': 'kanji', p: 'image' },
  [GS]: { '!': 'size', r: 'completion', I: 'identity', V: 'cut', v: 'image', '8': 'image', L: 'margin' },
};

export class Tokenizer {
  #rest: Uint8Array = new Uint8Array(0);

  push(bytes: Uint8Array): Token[] {
    const all = this.#rest.length > 0 ? Buffer.concat([this.#rest, bytes]) : bytes;
    const tokens: Token[] = [];
    let at = 0;
    while (at < all.length) {
      const token = nextToken(all.subarray(at));
      if (!token) break;
      tokens.push(token);
      at += token.bytes.length;
    }
    this.#rest = Uint8Array.from(all.subarray(at));
    return tokens;
  }
}

/** Null: the rest of the command has not come yet. */
function nextToken(bytes: Uint8Array): Token | null {
  const first = bytes[0] ?? 0;
  if (first >= 0x20) return { kind: 'text', bytes: Uint8Array.from(bytes.subarray(0, textBytes(bytes))) };
  if (first === LF) return { kind: 'feed', bytes: Uint8Array.from(bytes.subarray(0, 1)) };
  if (first !== ESC && first !== FS && first !== GS && first !== DLE) {
    const kind = SINGLE_BYTE_COMMANDS.has(first) ? 'setting' : 'unknown';
    return { kind, bytes: Uint8Array.from(bytes.subarray(0, 1)) };
  }
  const second = bytes[1];
  if (second === undefined) return null;
  const length = first === DLE ? dleBytes(bytes, second) : commandBytes(bytes, first, second);
  if (length === null || length > TOKEN_BYTES_MAX)
    return { kind: 'unknown', bytes: Uint8Array.from(bytes.subarray(0, 2)) };
  return bytes.length < length
    ? null
    : { kind: kindOf(first, second, bytes), bytes: Uint8Array.from(bytes.subarray(0, length)) };
}

/** Second bytes of GB18030 are never control characters, so a control character ends text safely. */
function textBytes(bytes: Uint8Array): number {
  const end = bytes.findIndex((byte) => byte < 0x20);
  return end < 0 ? bytes.length : end;
}

function dleBytes(bytes: Uint8Array, second: number): number | null {
  if (second === 0x04 || second === 0x05) return 3;
  // DLE DC4: pulse and power-off take two arguments, clearing the buffer takes seven.
  if (second === 0x14) return bytes[2] === 0x08 ? 10 : 5;
  return null;
}

/** Length of a whole command from its bytes so far; where that length has not come, the least to know it. */
type Length = (bytes: Uint8Array) => number;

const at = (bytes: Uint8Array, index: number): number => bytes[index] ?? 0;
const word = (bytes: Uint8Array, index: number): number => at(bytes, index) + at(bytes, index + 1) * 256;
const from =
  (needed: number, length: Length): Length =>
  (bytes) =>
    bytes.length < needed ? needed : length(bytes);

const parenthesis = from(5, (bytes) => 5 + word(bytes, 3));
/** GS V: these cut at once, the others take the feed before the cut. */
const CUTS_AT_ONCE = [0, 1, 48, 49];

const LENGTHS: Record<number, Record<string, Length>> = {
  [ESC]: {
    '(': parenthesis,
    '*': from(5, (bytes) => 5 + word(bytes, 3) * (at(bytes, 2) >= 32 ? 3 : 1)),
    D: (bytes) => untilNul(bytes, 2),
  },
  [FS]: { '(': parenthesis },
  [GS]: {
    '(': parenthesis,
    V: from(3, (bytes) => (CUTS_AT_ONCE.includes(at(bytes, 2)) ? 3 : 4)),
    v: from(8, (bytes) => 8 + word(bytes, 4) * word(bytes, 6)),
    '8': from(7, (bytes) => 7 + word(bytes, 3) + word(bytes, 5) * 65_536),
    k: from(4, (bytes) => (at(bytes, 2) <= 6 ? untilNul(bytes, 3) : 4 + at(bytes, 3))),
  },
};

function commandBytes(bytes: Uint8Array, first: number, second: number): number | null {
  const name = String.fromCharCode(second);
  const fixed = ARGUMENTS[first]?.[name];
  return fixed === undefined ? (LENGTHS[first]?.[name]?.(bytes) ?? null) : 2 + fixed;
}

function untilNul(bytes: Uint8Array, from: number): number {
  const end = bytes.indexOf(0, from);
  return end < 0 ? bytes.length + 1 : end + 1;
}

function kindOf(first: number, second: number, bytes: Uint8Array): TokenKind {
  if (first === DLE) return second === 0x04 ? 'status' : 'setting';
  const name = String.fromCharCode(second);
  // GS ( k is a two-dimensional code, GS ( L graphics, the others are settings.
  if (first === GS && name === '(')
    return bytes[2] === 0x6b ? 'code' : bytes[2] === 0x4c ? 'image' : 'setting';
  return KINDS[first]?.[name] ?? 'setting';
}
