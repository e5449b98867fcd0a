/** All vectors of the spec: worked cases and bundles that must be refused. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { adjudicate, compileBundle, explain } from './index.ts';
import { adjudicateJson } from './testing/adjudicate-json.ts';

const FOLDER = new URL('./vectors/', import.meta.url);

function read(name: string) {
  return JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8'));
}

describe('worked cases', () => {
  const files = readdirSync(new URL('adjudication/', FOLDER));
  it('finds all files', () => expect(files.length).toBeGreaterThanOrEqual(58));
  it.each(files)('%s', (file) => {
    const { bundle, cases } = read(`adjudication/${file}`);
    const compiled = compileBundle(bundle);
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
    cases.forEach((one: { name?: string; claim: unknown; answer: unknown }, i: number) => {
      const name = `${file} case ${i} ${one.name ?? ''}`;
      expect(adjudicate(compiled.bundle, one.claim), name).toStrictEqual(one.answer);
      expect(explain(compiled.bundle, one.claim).answer, name).toStrictEqual(one.answer);
    });
  });
});

describe('bundles that must be refused', () => {
  const claim = read('adjudication/seed-002.json').cases[0].claim;
  it.each(read('invalid-bundles.json') as { name: string; bundle: unknown }[])('$name', ({ bundle }) => {
    const compiled = compileBundle(bundle);
    expect(compiled.ok).toBe(false);
    if (!compiled.ok) expect(compiled.problems.length).toBeGreaterThan(0);
    expect(adjudicateJson(bundle, claim)).toStrictEqual({ outcome: 'error', code: 'POLICY_INVALID' });
  });
});
