import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

const HERE = import.meta.dirname;
const files = readdirSync(HERE, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.includes('testing/'))
  .sort();

/**
 * `core`, `store` or `tools`; the error codes lie below all three, and what is outside the folder is null.
 */
function roomOf(path: string): string | null {
  if (path.startsWith('..') || path === 'errors.ts') return null;
  return path.includes('/') ? dirname(path) : 'core';
}

/** The files of this folder that one of them imports, types included. */
function importsOf(path: string): string[] {
  const text = readFileSync(join(HERE, path), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g)].map(([, name]) =>
    relative(HERE, join(HERE, dirname(path), name ?? '')),
  );
}

const MAY_IMPORT: Record<string, string[]> = {
  core: ['core', 'store'],
  store: ['store'],
  tools: ['core', 'store', 'tools'],
};

test('the core imports no tool, and the store imports neither', () => {
  expect(new Set(files.map(roomOf))).toEqual(new Set([null, 'core', 'store', 'tools']));
  const wrong = files.flatMap((file) => {
    const allowed = MAY_IMPORT[roomOf(file) ?? ''] ?? [];
    return importsOf(file)
      .filter((target) => ![null, ...allowed].includes(roomOf(target)))
      .map((target) => `${file} imports ${target}`);
  });
  expect(wrong).toEqual([]);
});
