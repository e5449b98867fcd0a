/**
 * What a trace code (追溯码) is and which pack it names. One pack has one code, in one of three systems (NHSA,
 * questions and answers, 2024-12-06: digits, letters and/or symbols, usually 20 digits): 20 digits (码上放心
 * and others); GS1, where the GTIN of application identifier (01) and the serial number of (21) together name
 * one pack (GS1 General Specifications: section 3 for the identifiers and their lengths, 7.8 for element
 * strings and FNC1, 7.9 for the check digit); and makers' own.
 */

/** Characters of a code as scanned, at most. A GS1 code with batch, dates and serial has about 60. */
export const TRACE_CODE_MAX = 128;
/** A shorter text is a word, an abbreviation or an article number. */
const MAKERS_MIN = 8;
const MAKERS_DIGITS_MIN = 4;
/** Ends a field of variable length in an element string: FNC1 as scanners send it. */
const GS = '\u001d';
/** Around a code and no part of it: the stars of Code 39, quotes, what stands between two in a list. */
const MARKS = `*'"\`,;、。`;
const BEFORE = new RegExp(`^(?:[${GS}${MARKS}]|\\][CQdeJ]\\d)+`, 'i');
const BEHIND = new RegExp(`[${GS}${MARKS}]+$`);
const FNC1_SPELLED = /<GS>|\{GS\}|␝|\||\\(?:x|u00)1d|\^\]/gi;
/** One code scanned twice or more without a break, or with a mark between. */
const REPEATED = new RegExp(`^(.{${MAKERS_MIN},}?)(?:[${GS}${MARKS}]*\\1)+$`, 's');
const DASHES = /[\p{Pd}\u2212_]/gu;

interface TraceCode {
  system: 'digits' | 'gs1' | 'maker';
  /** The same for the same pack, however it was scanned or typed. Reading it again gives the same. */
  id: string;
}

/**
 * Null for what is no trace code: a word, an article number (EAN, GTIN), a code without a serial number; and
 * for what is almost one: a digit too few or too many, two codes in one.
 */
export function readTraceCode(text: string): TraceCode | null {
  if (text.length > TRACE_CODE_MAX) return null;
  const { code, gs1 } = cleaned(text);
  if (/^\d{20}$/.test(code)) return { system: 'digits', id: code };
  const once = REPEATED.exec(code)?.[1];
  const repeated = once === undefined ? null : readTraceCode(once);
  if (repeated) return repeated;
  const fields = fieldsOf(code, gs1);
  if (fields) return gs1Code(fields, code);
  const inAddress = /^https?:\/\/.*?(?<!\d)(\d{20})(?!\d)/i.exec(code)?.[1];
  if (inAddress) return { system: 'digits', id: inAddress };
  return makersCode(code);
}

/**
 * Full-width letters and digits become plain ones; blanks (a printed code is grouped by them), marks without
 * width and the AIM identifier (ISO/IEC 15424) go. `gs1`: the identifier or FNC1 says that it is GS1.
 */
function cleaned(text: string): { code: string; gs1: boolean } {
  const plain = text
    .normalize('NFKC')
    .replace(/[\s\p{Cf}]/gu, '')
    .replace(FNC1_SPELLED, GS);
  const [marks = ''] = BEFORE.exec(plain) ?? [];
  const code = plain.slice(marks.length).replace(BEHIND, '');
  return { code, gs1: /\](?:C1|d2|Q3|e0|J1)/i.test(marks) || plain.includes(GS) };
}

/** Application identifiers that a medicine's pack carries, and the length of their data; `max`: up to it. */
const FIELDS: readonly (readonly [ai: RegExp, data: { length: number } | { max: number }])[] = [
  [/^0[12]/, { length: 14 }],
  [/^1[1-7]/, { length: 6 }],
  [/^20/, { length: 2 }],
  [/^(?:10|2[12])/, { max: 20 }],
  [/^3[07]/, { max: 8 }],
  [/^24[0-3]/, { max: 30 }],
  [/^25[01]/, { max: 30 }],
  [/^71[0-6]/, { max: 20 }],
  [/^9[0-9]/, { max: 90 }],
];

/** The fields of a GS1 code by identifier, null when it is none. */
function fieldsOf(code: string, gs1: boolean): Map<string, string> | null {
  const link = /^https?:\/\/[^?]*\/01\/(\d{8,14})(?:\/[^?]*)?\/21\/([^/?#]+)/i.exec(code);
  if (link)
    return new Map([link.slice(1, 2), link.slice(2, 3)].map(([value = ''], i) => [i ? '21' : '01', value]));
  if (/^\(\d{2,4}\)/.test(code)) return bracketed(code);
  // Without a mark of GS1, only what begins with an article number whose check digit is right.
  if (!gs1 && !(code.startsWith('01') && isArticleNumber(code.slice(2, 16)))) return null;
  return elements(code);
}

/** `(01)06901234567892(21)A1`: as it is printed under the code. */
function bracketed(code: string): Map<string, string> {
  const parts = code.split(/\((\d{2,4})\)/).slice(1);
  return new Map(parts.flatMap((ai, i) => (i % 2 === 0 ? [[ai, parts[i + 1] ?? ''] as const] : [])));
}

/** `0106901234567892` + `21A1` + GS + `17261231`: as it is in the code. */
function elements(code: string): Map<string, string> | null {
  const fields = new Map<string, string>();
  for (let rest = code; rest !== ''; ) {
    const [rule, data] = FIELDS.find(([ai]) => ai.test(rest)) ?? [];
    const [ai = ''] = rule?.exec(rest) ?? [];
    if (!data) return null;
    const after = rest.slice(ai.length);
    const end = 'length' in data ? data.length : `${after}${GS}`.indexOf(GS);
    const value = after.slice(0, end);
    const fits = 'length' in data ? /^\d+$/.test(value) && value.length === end : value.length <= data.max;
    if (!fits || value === '') return null;
    fields.set(ai, value);
    rest = after.slice(end);
    if (rest.startsWith(GS)) rest = rest.slice(1);
  }
  return fields;
}

/**
 * A scanner that does not send FNC1 runs a batch into the serial number behind it: then the whole text is
 * taken for the code, so that nothing of the serial number is lost.
 */
function gs1Code(fields: Map<string, string>, code: string): TraceCode | null {
  const gtin = fields.get('01')?.padStart(14, '0') ?? '';
  const serial = (fields.get('21') ?? '').replace(BEFORE, '').replace(BEHIND, '').toUpperCase();
  if (isArticleNumber(gtin) && /^[!-~]{1,20}$/.test(serial))
    return { system: 'gs1', id: `01${gtin}21${serial}` };
  return fields.get('10')?.includes('21') ? makersCode(code) : null;
}

/** In capitals and without dashes: so it is the same typed, and scanned under caps lock. */
function makersCode(code: string): TraceCode | null {
  const inner = code.replace(/[\p{L}\p{M}]/u.test(code) ? DASHES : /\D/g, '');
  const id = inner.toUpperCase().replace(/[.:]+$/, '');
  if (/[,;、]/.test(code) && !/^https?:/i.test(code)) return null;
  if (id !== code) return readTraceCode(id);
  return isMakers(id) ? { system: 'maker', id } : null;
}

/** Digits alone of these lengths are a bar code, or 20 digits with one lost or one too many. */
const NEVER_MAKERS = new Set([8, 12, 13, 14, 19, 21]);
/** Two codes of 20 digits, perhaps with one lost at each. */
const TWO_CODES_MIN = 38;

/** Digits and letters, perhaps signs; long enough to count packs; neither an article number nor cut. */
function isMakers(code: string): boolean {
  const digits = code.replace(/\D/g, '').length;
  return (
    /^[!-~]+$/.test(code.replaceAll(GS, '')) &&
    code.length >= MAKERS_MIN &&
    digits >= MAKERS_DIGITS_MIN &&
    !(digits === code.length && (NEVER_MAKERS.has(digits) || digits >= TWO_CODES_MIN)) &&
    !(/^01\d{14}(?:21|1[0-7])/.test(code) && !isArticleNumber(code.slice(2, 16)))
  );
}

/** A GTIN of 14 digits: weights 3 and 1 from the left, the sum a multiple of ten; EAN-13 has a 0 before. */
function isArticleNumber(digits: string): boolean {
  if (!/^\d{14}$/.test(digits)) return false;
  const sum = [...digits].reduce((total, digit, i) => total + Number(digit) * (i % 2 === 0 ? 3 : 1), 0);
  return sum % 10 === 0;
}
