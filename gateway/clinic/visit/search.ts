/** What a doctor types: pinyin initials, part of a name, a code, a bar code. */
interface Searchable {
  code: string;
  name: string;
  pym: string;
  barcode?: string | null;
}

/** Hits shown at most. */
const HITS_MAX = 10;

/** Lower is better, null does not match. Initials from the start beat those inside, a name beats a code. */
function rank(query: string, { code, name, pym, barcode }: Searchable): number | null {
  if (query === barcode || query === code.toUpperCase()) return 0;
  if (pym.toUpperCase().startsWith(query)) return 1;
  if (name.toUpperCase().startsWith(query)) return 2;
  if (pym.toUpperCase().includes(query)) return 3;
  if (name.toUpperCase().includes(query)) return 4;
  return code.toUpperCase().startsWith(query) ? 5 : null;
}

/** The best ten, the most used first among equals. An empty query gives the most used. */
export function search<T>(
  all: Iterable<T>,
  textOf: (entry: T) => Searchable,
  typed: string,
  usedCount: (entry: T) => number,
): T[] {
  const query = typed.trim().toUpperCase();
  const hits: { entry: T; rank: number; used: number; name: string }[] = [];
  for (const entry of all) {
    const text = textOf(entry);
    const found = query === '' ? 6 : rank(query, text);
    if (found !== null) hits.push({ entry, rank: found, used: usedCount(entry), name: text.name });
  }
  hits.sort((a, b) => a.rank - b.rank || b.used - a.used || (a.name < b.name ? -1 : 1));
  return hits.slice(0, HITS_MAX).map(({ entry }) => entry);
}
