import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { TSchema } from 'typebox';
import { describe, expect, test } from 'vitest';
import { compileBundle, explain } from '../../policy/index.ts';
import { Answer } from './bodies/answer.ts';
import { Claim } from './bodies/claim.ts';
import { Trace } from './bodies/trace.ts';
import { BUNDLE_SCHEMA_ID } from './datasets/contents.ts';
import { type PublicJwk, Trust } from './keys.ts';
import { BODIES, recordShape } from './record.ts';

const FOLDER = new URL('./', import.meta.url);
const VECTORS = new URL('../../policy/vectors/adjudication/', import.meta.url);
const json = (file: string | URL) => JSON.parse(readFileSync(file, 'utf8'));

const isSchema = (value: unknown): value is TSchema & { additionalProperties?: unknown } =>
  typeof value === 'object' && value !== null && ('type' in value || 'anyOf' in value);

const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.test.ts'),
);
const schemas: [string, TSchema][] = [];
for (const file of files)
  for (const [name, value] of Object.entries(await import(new URL(file, FOLDER).href)))
    if (isSchema(value)) schemas.push([`${file} ${name}`, value]);

/** Every object schema within a schema. */
function* objectsIn(schema: unknown): Generator<TSchema & { additionalProperties?: unknown }> {
  if (typeof schema !== 'object' || schema === null) return;
  if ('properties' in schema && isSchema(schema)) yield schema;
  for (const part of Object.values(schema)) yield* objectsIn(part);
}

const ajv = () => new Ajv2020({ strict: true, unicodeRegExp: true });

describe('the contract', () => {
  test.each(schemas)('%s is JSON Schema', (_, schema) => {
    expect(() => ajv().compile(JSON.parse(JSON.stringify(schema)))).not.toThrow();
  });

  test.each(schemas)('%s says of each object whether it is strict or open', (_, schema) => {
    for (const part of objectsIn(schema)) expect(typeof part.additionalProperties).toBe('boolean');
  });

  test('finds its schemas', () => expect(schemas.length).toBeGreaterThan(60));

  test('refers to the schema of a bundle by its name', () => {
    const bundle = json(new URL('../../policy/bundle.schema.json', import.meta.url));
    expect(bundle.$id).toBe(BUNDLE_SCHEMA_ID);
  });

  test.each(Object.keys(BODIES) as (keyof typeof BODIES)[])('a record of kind %s has a shape', (kind) => {
    expect(() => ajv().compile(recordShape(kind))).not.toThrow();
  });
});

/** Their claims have nonsense in buckets that no bundle names, which pricing ignores and no clinic sends. */
const CLAIMS_WITH_NONSENSE = ['edge-allotment.json', 'edge-claims.json'];

describe('what policy takes and gives is what a settlement keeps of it', () => {
  const [claim, answer, trace] = [Claim, Answer, Trace].map((schema) => ajv().compile(schema));
  test.each(readdirSync(VECTORS))('%s', (file) => {
    const { bundle, cases } = json(new URL(file, VECTORS));
    const compiled = compileBundle(bundle);
    if (!compiled.ok) throw new Error(file);
    for (const one of cases) {
      const priced = explain(compiled.bundle, one.claim);
      if (!CLAIMS_WITH_NONSENSE.includes(file) && priced.answer.outcome !== 'error')
        expect([claim?.(one.claim), claim?.errors]).toEqual([true, null]);
      expect([answer?.(priced.answer), answer?.errors]).toEqual([true, null]);
      expect([trace?.(priced.trace), trace?.errors]).toEqual([true, null]);
    }
  });
});

test('a box trusts up to eight keys of a role', () => {
  const fits = ajv().compile(Trust);
  const key: PublicJwk = { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43) };
  const keys = (count: number) => ({ township: [key], insurer: Array(count).fill(key), vendor: [] });
  expect([fits(keys(8)), fits(keys(9))]).toEqual([true, false]);
});

test('the contract is what schemas.jsonl says: a change of any limit or member shows there', async () => {
  const lines = schemas.map(([name, schema]) => JSON.stringify({ name, schema })).sort();
  // Written anew by `npm test -- sync/contract -u`.
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('./schemas.jsonl');
});
