/**
 * The 256 bytes of text in a read reply, UTF-16LE. The two bytes at 248 say which of four layouts it is:
 * ' ' resident, 'J' Hong Kong, Macao or Taiwan resident, 'I' foreigner's card of 2017, 'Y' of 2023.
 * A block that is not right in every field we use gives a code and nothing else.
 */
import type { Credential } from '../contract.ts';
import { birthOf, isIdentityNumber, isoDate } from '../gb11643.ts';

export const TEXT_BYTES = 256;
export const PHOTO_BYTES = 1024;
const FLAG_AT = 248;

type Span = readonly [offset: number, bytes: number];
interface Layout {
  readonly psn_cert_type: '01' | '07' | '17';
  readonly name: Span;
  /** Used when `name` is blank: a foreigner may have no Chinese name. */
  readonly otherName?: readonly Span[];
  readonly sex: Span;
  readonly birth: Span;
  readonly number: Span;
  readonly expiry: Span;
}

const RESIDENT: Layout = {
  psn_cert_type: '01',
  name: [0, 30],
  sex: [30, 2],
  birth: [36, 16],
  number: [122, 36],
  expiry: [204, 16],
};

export const LAYOUTS: Readonly<Record<string, Layout>> = {
  ' ': RESIDENT,
  J: { ...RESIDENT, psn_cert_type: '17' },
  Y: {
    ...RESIDENT,
    psn_cert_type: '07',
    // Characters 1–35 of the English name, then 36–46.
    otherName: [
      [52, 70],
      [220, 22],
    ],
  },
  I: {
    psn_cert_type: '07',
    name: [158, 30],
    otherName: [[0, 120]],
    sex: [120, 2],
    birth: [220, 16],
    number: [122, 30],
    expiry: [204, 16],
  },
};

type CardText = Pick<Credential, 'psn_cert_type' | 'certno' | 'psn_name' | 'gend' | 'brdy' | 'expiry'>;
type TextProblem = 'IDCARD_TEXT_INVALID' | 'IDCARD_NUMBER_INVALID';

export function decodeText(block: Uint8Array): CardText | TextProblem {
  if (block.length !== TEXT_BYTES) return 'IDCARD_TEXT_INVALID';
  // 'fatal' refuses half surrogates: a name with a replacement mark in it would be a wrong name.
  const decoder = new TextDecoder('utf-16le', { fatal: true });
  const text = ([offset, bytes]: Span): string => decoder.decode(block.subarray(offset, offset + bytes));
  try {
    const layout = LAYOUTS[text([FLAG_AT, 2])];
    return layout ? readLayout(layout, (span) => text(span).replace(/[ \0]+$/, '')) : 'IDCARD_TEXT_INVALID';
  } catch {
    return 'IDCARD_TEXT_INVALID';
  }
}

function readLayout(layout: Layout, text: (span: Span) => string): CardText | TextProblem {
  const psn_name = text(layout.name) || (layout.otherName ?? []).map(text).join('').trim();
  const brdy = isoDate(text(layout.birth));
  const expiryText = text(layout.expiry);
  const expiry = expiryText === '长期' ? null : isoDate(expiryText);
  const gend = genderOf(text(layout.sex));
  // Control characters in a name would reach the printer as commands.
  if (psn_name === '' || /\p{Cc}/u.test(psn_name)) return 'IDCARD_TEXT_INVALID';
  if (brdy === null || gend === null || (expiry === null && expiryText !== '长期'))
    return 'IDCARD_TEXT_INVALID';

  const certno = text(layout.number);
  if (!isNumberOf(layout, certno, brdy)) return 'IDCARD_NUMBER_INVALID';
  return { psn_cert_type: layout.psn_cert_type, certno, psn_name, gend, brdy, expiry };
}

/** The sex on a card and the odd or even order digit may lawfully disagree, so that is not checked. */
function genderOf(code: string): '1' | '2' | '9' | null {
  if (code === '1' || code === '2') return code;
  return code === '0' || code === '9' ? '9' : null;
}

function isNumberOf(layout: Layout, certno: string, brdy: string): boolean {
  // The foreigner's number of 2017: three letters and twelve digits, no rule of GB 11643.
  if (layout === LAYOUTS.I) return /^[A-Z]{3}\d{12}$/.test(certno);
  return isIdentityNumber(certno) && birthOf(certno) === brdy;
}

/** `data` of a read reply: two lengths, text, photo. Null when it is not exactly that. */
export function textOfRead(data: Uint8Array): Uint8Array | null {
  const lengths = Uint8Array.of(TEXT_BYTES >> 8, 0, PHOTO_BYTES >> 8, 0);
  if (data.length !== lengths.length + TEXT_BYTES + PHOTO_BYTES) return null;
  if (!lengths.every((byte, index) => data[index] === byte)) return null;
  return data.subarray(lengths.length, lengths.length + TEXT_BYTES);
}

/** Sixteen bytes of SAM id as the readers' cases print it: 05.03-20150401-0000123456-1234567890. */
export function samIdText(data: Uint8Array): string | null {
  if (data.length !== 16) return null;
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const part = (value: number, digits: number): string => String(value).padStart(digits, '0');
  return [
    `${part(view.getUint16(0, true), 2)}.${part(view.getUint16(2, true), 2)}`,
    part(view.getUint32(4, true), 8),
    part(view.getUint32(8, true), 10),
    part(view.getUint32(12, true), 10),
  ].join('-');
}
