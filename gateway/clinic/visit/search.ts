import { searchText } from '../../../sync/contract/text-form.ts';

/** What a doctor types: pinyin initials, part of a name, a code, a bar code. */
interface Searchable {
  code: string;
  name: string;
  pym: string;
  barcode?: string | null;
}

/** Hits shown at most. */
export const HITS_MAX = 10;

/** The prefix by which a scanner names the kind of a code (AIM identifier); 】 is ] of a Chinese keyboard. */
const AIM_ID = /^[\]】][A-Z][0-9A-Z](?=.)/;

/** Lower is better, null does not match. Initials from the start beat those inside, a name beats a code. */
function rank(query: string, { code, name, pym, barcode }: Searchable): number | null {
  if (query === barcode || query === code) return 0;
  if (pym.startsWith(query)) return 1;
  if (name.startsWith(query)) return 2;
  if (pym.includes(query)) return 3;
  if (name.includes(query)) return 4;
  return code.startsWith(query) ? 5 : null;
}

/** What an entry is found by, in the form of a query: made once, as a roster has 50 000 of them. */
const forms = new WeakMap<object, Searchable>();

function formOf<T extends object>(entry: T, textOf: (entry: T) => Searchable): Searchable {
  const made = forms.get(entry);
  if (made) return made;
  const { code, name, pym, barcode } = textOf(entry);
  const form = {
    code: searchText(code),
    name: searchText(name),
    pym: searchText(pym),
    barcode: barcode ? searchText(barcode) : null,
  };
  forms.set(entry, form);
  return form;
}

/**
 * The best ten, the most used first among equals. An empty query gives the most used. What was typed under a
 * Chinese keyboard (full-width), and what a scanner puts around a code, is found all the same.
 */
export function search<T extends object>(
  all: Iterable<T>,
  textOf: (entry: T) => Searchable,
  typed: string,
  usedCount: (entry: T) => number,
): T[] {
  const query = searchText(typed).replace(AIM_ID, '');
  const hits: { entry: T; rank: number; used: number; name: string }[] = [];
  for (const entry of all) {
    const form = formOf(entry, textOf);
    const found = query === '' ? 6 : rank(query, form);
    if (found !== null) hits.push({ entry, rank: found, used: usedCount(entry), name: form.name });
  }
  hits.sort((a, b) => a.rank - b.rank || b.used - a.used || (a.name < b.name ? -1 : 1));
  return hits.slice(0, HITS_MAX).map(({ entry }) => entry);
}
