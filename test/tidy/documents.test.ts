import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './sources.ts';

const documents = [
  ...['README.md', 'README.zh-CN.md', 'ARCHITECTURE.md', 'SECURITY.md'],
  ...readdirSync(join(ROOT, 'docs'), { recursive: true })
    .map((name) => join('docs', String(name)))
    .filter((name) => name.endsWith('.md')),
];

const NAMED = /`(?!\/)([\w./-]+\/[\w.-]+\.(?:tsx?|mjs|md|json|hex))`|\]\(([\w./-]+\.\w+)\)/g;

test('a file that a document names is there', () => {
  const missing = documents.flatMap((document) => {
    // From the root, beside the document, or in the folder that the document is about (docs/drivers.md).
    const places = ['', dirname(document), basename(document, '.md')];
    return [...readFileSync(join(ROOT, document), 'utf8').matchAll(NAMED)]
      .map(([, code, link]) => code ?? link ?? '')
      .filter((name) => !places.some((place) => existsSync(join(ROOT, place, name))))
      .map((name) => `${document}: ${name}`);
  });
  expect(missing).toEqual([]);
});
