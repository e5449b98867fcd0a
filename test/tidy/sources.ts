import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The code base as the tidy tests read it: every source file with its lines and what it imports. */

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FOLDERS = ['policy', 'drivers', 'sync', 'firmware-bridge', 'gateway', 'test', 'scripts'];

export interface Source {
  /** From the root of the clone. */
  path: string;
  lines: string[];
  text: string;
}

export const sources: Source[] = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|mjs)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => {
      const text = readFileSync(file, 'utf8');
      return { path: relative(ROOT, file), lines: text.split('\n'), text };
    }),
);

const byPath = new Map(sources.map((source) => [source.path, source]));

const isTest = ({ path }: Source) =>
  path.startsWith('test/') || /\.test\.tsx?$/.test(path) || /\/testing\//.test(path);

export const product = sources.filter((source) => !isTest(source) && !source.path.startsWith('scripts/'));
export const tests = sources.filter(isTest);

export const folderOf = (path: string): string => (path.includes('/') ? dirname(path) : '');

/**
 * One import or re-export: `names` are those of the other file, `*` for all of it or for what is made at run
 * time.
 */
export interface Import {
  target: string;
  names: string[];
}

const STATEMENT = /(?:^|\n)\s*(?:import|export)\s+(?:type\s+)?([^;'"]*?)\s*from\s*'(\.{1,2}\/[^']+)'/g;
const DYNAMIC = /import\(\s*'(\.{1,2}\/[^']+)'\s*\)/g;
const BARE = /(?:^|\n)import\s+'(\.{1,2}\/[^']+)'/g;

function namesOf(clause: string): string[] {
  const [, braces] = /\{([^}]*)\}/.exec(clause) ?? [];
  if (braces === undefined) return ['*'];
  return braces
    .split(',')
    .map(
      (name) =>
        name
          .trim()
          .replace(/^type\s+/, '')
          .split(/\s+as\s+/)[0] ?? '',
    )
    .filter((name) => name !== '');
}

/** What a file imports of ours; type imports count. */
export function importsOf({ path, text }: Source): Import[] {
  const at = (name: string) => relative(ROOT, resolve(ROOT, dirname(path), name));
  return [
    ...[...text.matchAll(STATEMENT)].map(([, clause = '', name = '']) => ({
      target: at(name),
      names: namesOf(clause),
    })),
    ...[...text.matchAll(DYNAMIC), ...text.matchAll(BARE)].map(([, name = '']) => ({
      target: at(name),
      names: ['*'],
    })),
  ];
}

/** `file:line text` of every line of `among` that fits. */
export function found(among: Source[], fits: RegExp): string[] {
  return among.flatMap(({ path, lines }) =>
    lines.flatMap((line, index) => (fits.test(line) ? [`${path}:${index + 1} ${line.trim()}`] : [])),
  );
}

/** Files that import one another in a ring, each ring sorted (Tarjan's strongly connected components). */
export function circles(among: Source[]): string[][] {
  const rings: string[][] = [];
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const visit = (path: string): number => {
    const mine = order.size;
    order.set(path, mine);
    let least = mine;
    stack.push(path);
    for (const { target } of importsOf(byPath.get(path) as Source)) {
      if (!byPath.has(target)) continue;
      if (!order.has(target)) least = Math.min(least, visit(target));
      else if (stack.includes(target)) least = Math.min(least, low.get(target) ?? order.get(target) ?? mine);
    }
    low.set(path, least);
    if (least === mine) {
      const ring = stack.splice(stack.indexOf(path));
      if (ring.length > 1) rings.push(ring.sort());
    }
    return least;
  };
  for (const { path } of among) if (!order.has(path)) visit(path);
  return rings;
}

const EXPORTED =
  /(?:^|\n)export\s+(?:declare\s+)?(?:async\s+)?(?:abstract\s+)?(?:const|let|function\*?|class|interface|type|enum)\s+([A-Za-z_$][\w$]*)/g;

/** Names a file declares and exports; re-exports are not its own. */
export const exportsOf = ({ text }: Source): string[] => [
  ...new Set([...text.matchAll(EXPORTED)].map(([, name = '']) => name)),
];
