/** Text from outside in the one form in which it is kept and compared. Pure; the page uses it too. */

/** Every blank that there is: tabs, ends of lines, no-break and ideographic spaces. */
const BLANKS = /[\t\n\v\f\r\u0085\p{Z}]+/gu;
/** What no eye sees or what turns its neighbours about: controls, zero-width and bidi characters, fillers. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/gu;
/** What a lossy conversion leaves behind: the replacement mark, half a pair, a code that is no character. */
const DAMAGE = /[\uFFFD\p{Cs}\p{Noncharacter_Code_Point}]/u;

/** Nothing in it that any form changes: nearly every text, and a roster has a million. */
const IS_FORM = /^[!-~\u4e00-\u9fff]*$/;

/** A name or a sentence: composed (NFC), without unseen characters, single blanks inside and none around. */
export const plainText = (text: string): string =>
  IS_FORM.test(text)
    ? text
    : text.normalize('NFC').replace(BLANKS, ' ').replace(UNSEEN, '').replace(/ +/g, ' ').trim();

/** A code: half-width (NFKC) and without any blank or unseen character. */
export const codeText = (text: string): string =>
  IS_FORM.test(text) ? text : plainText(text.normalize('NFKC')).replace(/ /g, '');

/** A number as typed: half-width, and with a point where a Chinese keyboard gave a full stop. */
export const numberText = (text: string): string => codeText(text).replaceAll('。', '.');

/** What is typed into a search: half-width, upper case, single blanks. */
export const searchText = (text: string): string => plainText(text.normalize('NFKC')).toUpperCase();

/** A name as it is compared: its letters, with whatever dots, blanks and hyphens it was written (古丽•买买提). */
export const nameForm = (name: string): string => searchText(name).replace(/[^\p{L}\p{M}\p{N}]/gu, '');

/** Whether a character of the text was lost before it came here. */
export const isDamaged = (text: string): boolean => DAMAGE.test(text);

/** Whether the text has a control character that is not a blank. */
export const hasControl = (text: string): boolean =>
  !IS_FORM.test(text) && /\p{Cc}/u.test(text.replace(BLANKS, ' '));

/** Where the first unseen character stands that is not a blank, or -1. */
export const unseenAt = (text: string): number =>
  [...text.matchAll(UNSEEN)].find(([one]) => one.replace(BLANKS, '') !== '')?.index ?? -1;
