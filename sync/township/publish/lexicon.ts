import { type DatasetFault, fault } from './faults.ts';

/**
 * Words that only the bundles in force give a meaning: chronic diseases, tags of drugs, buckets. There is no
 * table of them, so that an unknown one may be meant; one that nearly is a known one is not.
 */
export interface Lexicon {
  chronic: ReadonlySet<string>;
  tags: ReadonlySet<string>;
  buckets: ReadonlySet<string>;
}

/** Diseases that every release treats by name. */
const DISEASES = ['hypertension', 'diabetes'];

/** What these bundles, as JSON, tell apart. */
export function lexiconOf(bundles: readonly unknown[]): Lexicon {
  const all = bundles.flatMap(membersIn);
  const named = (...keys: string[]) => all.filter(([key]) => keys.includes(key)).map(([, value]) => value);
  const chronic = new Set([...DISEASES, ...named('chronic').flatMap(wordsIn)]);
  return {
    chronic,
    tags: new Set([...chronic, ...named('item.tags', 'tags').flatMap(wordsIn)]),
    buckets: new Set(named('buckets').flatMap((one) => Object.keys(Object(one)))),
  };
}

/** Every member at any depth. */
function membersIn(value: unknown): [key: string, value: unknown][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap((entry) => [entry, ...membersIn(entry[1])]);
}

/** Texts of a test: `"a"`, `["a"]`, `{"all": ["a"]}`. */
const wordsIn = (value: unknown): string[] =>
  typeof value === 'string' ? [value] : Object.values(Object(value)).flatMap(wordsIn);

export const NO_BUNDLES: Lexicon = lexiconOf([]);

const LETTERS_WRONG_MAX = 2;

/** A word that is nearly a known one. */
export function wordFaults(path: string, word: string, known: ReadonlySet<string>): DatasetFault[] {
  const meant = known.has(word) ? undefined : nearest(word, known);
  return meant === undefined ? [] : [fault(path, 'WORD_MISSPELT', meant)];
}

/** Words of a roster or catalogue that no bundle has, each with the place where it stands first. */
export function unknownWords(value: unknown, { chronic, tags }: Lexicon): { word: string; path: string }[] {
  const first = new Map<string, string>();
  const look = (known: ReadonlySet<string>, path: string, word: unknown) => {
    if (typeof word === 'string' && !known.has(word) && !first.has(word)) first.set(word, path);
  };
  const { persons = [], items = [] } = value as {
    persons?: { chronic: { code: string }[] }[];
    items?: { tags: string[] }[];
  };
  for (const [i, row] of persons.entries())
    for (const [j, { code }] of row.chronic.entries()) look(chronic, `/persons/${i}/chronic/${j}/code`, code);
  for (const [i, row] of items.entries())
    for (const [j, tag] of row.tags.entries()) look(tags, `/items/${i}/tags/${j}`, tag);
  return [...first].map(([word, path]) => ({ word, path }));
}

/** The known word that `word` is but for its case or a letter or two. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const form = word.toLowerCase();
  return [...known].find((one) => {
    const other = one.toLowerCase();
    return (
      form === other || (one.length > 2 * LETTERS_WRONG_MAX && distance(form, other) <= LETTERS_WRONG_MAX)
    );
  });
}

/** Letters to insert, delete or replace (Levenshtein). */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > LETTERS_WRONG_MAX) return LETTERS_WRONG_MAX + 1;
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++)
      next.push(
        Math.min((row[j] ?? 0) + (b[j] === letter ? 0 : 1), (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1),
      );
    row = next;
  }
  return row.at(-1) ?? 0;
}
