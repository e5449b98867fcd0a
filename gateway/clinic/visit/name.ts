import { nameForm, searchText } from '../../../sync/contract/text-form.ts';

/** Characters of the name on an identity card, at most: 30 bytes of UTF-16. A longer name is cut there. */
const CARD_NAME_MAX = 15;

/** Whether the name that a card bears may be the one in the roster. Of a Latin name the order is free. */
export function sameName(onCard: string, inRoster: string): boolean {
  const [card, roster] = [nameForm(onCard), nameForm(inRoster)];
  if (card === roster) return true;
  if (onCard.length >= CARD_NAME_MAX && roster.startsWith(card)) return true;
  return latinWords(onCard) !== null && latinWords(onCard) === latinWords(inRoster);
}

/** The words of a name in Latin letters, sorted; null for another name. */
function latinWords(name: string): string | null {
  const words = searchText(name)
    .split(/[^\p{L}\p{M}]+/u)
    .filter(Boolean);
  return words.length > 0 && words.every((word) => /^[\p{Script=Latin}\p{M}]+$/u.test(word))
    ? words.sort().join(' ')
    : null;
}
