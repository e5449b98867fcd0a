/** Bad input: a coded answer, never a throw, never a hang. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adjudicate, compileBundle, explain, POLICY_ERRORS, selfPay, sentences } from './index.ts';
import { adjudicateJson } from './testing/adjudicate-json.ts';

const { bundle: BUNDLE, cases } = JSON.parse(
  readFileSync(new URL('./vectors/adjudication/seed-002.json', import.meta.url), 'utf8'),
);
const CLAIM = cases[0].claim;

type Tree = Record<string, unknown>;

/** Every place in a JSON value, as a path. */
function places(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, child]) => places(child, [...path, key]))];
}

function put(value: unknown, path: string[], replacement: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return replacement;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as Tree) }) as Tree;
  Object.defineProperty(copy, key, {
    value: put(copy[key], rest, replacement),
    enumerable: true,
    configurable: true,
    writable: true,
  });
  return copy;
}

function deep(depth: number): unknown {
  let value: unknown = {};
  for (let i = 0; i < depth; i++) value = { all: [value], level: value };
  return value;
}

const loop: Tree = {};
loop.self = loop;
const throwing = new Proxy({}, { get: () => throwUp(), ownKeys: () => throwUp(), has: () => throwUp() });
function throwUp(): never {
  throw new Error('from the depths');
}

const JUNK: unknown[] = [
  null,
  undefined,
  Number.NaN,
  Infinity,
  -0,
  '',
  '1e3',
  '-0.00',
  '１２',
  '9'.repeat(40),
  `${'9'.repeat(40)}.00`,
  [],
  {},
  [[]],
  [null],
  { '': 1 },
  '__proto__',
  'constructor',
  'toString',
  JSON.parse('{"__proto__": {"level": "village"}}'),
  true,
  1n,
  Symbol('x'),
  () => 1,
  new Date(Number.NaN),
  deep(50),
  loop,
  throwing,
];

function check(answer: { outcome: string }): void {
  if (answer.outcome === 'payable') return;
  const { code } = answer as { outcome: string; code: string };
  expect(Object.keys(answer)).toEqual(['outcome', 'code']);
  expect(Object.hasOwn(POLICY_ERRORS, code)).toBe(true);
}

describe('one thing wrong anywhere', () => {
  const compiled = compileBundle(BUNDLE);
  it('in a claim', () => {
    if (!compiled.ok) throw new Error('the seed bundle must compile');
    for (const path of places(CLAIM)) {
      for (const junk of JUNK) {
        const claim = put(CLAIM, path, junk);
        check(adjudicate(compiled.bundle, claim));
        check(selfPay(claim));
        const { answer, trace } = explain(compiled.bundle, claim);
        check(answer);
        expect(sentences(trace).total.length).toBeGreaterThan(0);
      }
    }
  });

  it('in a bundle', () => {
    for (const path of places(BUNDLE))
      for (const junk of JUNK) check(adjudicateJson(put(BUNDLE, path, junk), CLAIM));
  });
});

describe('anything at all', () => {
  it('as bundle and as claim', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything({ withNullPrototype: true }), (bundle, claim) => {
        check(adjudicateJson(bundle, claim));
        check(adjudicateJson(BUNDLE, claim));
      }),
      { numRuns: 3000 },
    );
  });
});

describe('large and odd', () => {
  const line = { ...CLAIM.items[0] };
  const lines = (n: number) => Array.from({ length: n }, (_, i) => ({ ...line, feedetl_sn: String(i) }));

  it('10 000 lines are priced within a second, 10 001 refused', () => {
    const started = performance.now();
    expect(adjudicateJson(BUNDLE, { ...CLAIM, items: lines(10_000) }).outcome).toBe('payable');
    expect(performance.now() - started).toBeLessThan(1000);
    const answer = adjudicateJson(BUNDLE, { ...CLAIM, items: lines(10_001) });
    expect(answer).toEqual({ outcome: 'error', code: 'CLAIM_INVALID' });
  });

  it('a condition nested 100 000 deep is refused', () => {
    const bundle = put(BUNDLE, ['pool', '0', 'when'], deep(100_000));
    expect(adjudicateJson(bundle, CLAIM)).toEqual({ outcome: 'error', code: 'POLICY_INVALID' });
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('a bucket may be named %s', (name) => {
    const text = JSON.stringify(BUNDLE).replaceAll('"outpatient-year"', JSON.stringify(name));
    const used = JSON.parse(`{${JSON.stringify(name)}: "290.00"}`);
    const claim = { ...CLAIM, person: { ...CLAIM.person, chronic: [] }, used };
    const answer = adjudicateJson(JSON.parse(text), claim);
    if (answer.outcome !== 'payable') throw new Error(answer.code);
    expect(answer.setlinfo.hifp_pay).toBe('10.00');
    expect(Object.entries(answer.used)).toContainEqual([name, '300.00']);
    expect(Object.entries(answer.put)).toContainEqual([name, '10.00']);
  });

  it.each(['__proto__', 'constructor', 'toString'])('a fact named %s is unknown', (fact) => {
    const when = JSON.parse(`{${JSON.stringify(fact)}: "x"}`);
    expect(adjudicateJson(put(BUNDLE, ['pool', '1', 'when'], when), CLAIM).outcome).toBe('error');
  });

  it('100 000 of everything are refused or priced within seconds', () => {
    const many = Array.from({ length: 100_000 }, (_, i) => `x${i}`);
    const started = performance.now();
    for (const path of [
      ['person', 'chronic'],
      ['encounter', 'dise_codg'],
      ['items', '0', 'tags'],
    ])
      expect(adjudicateJson(BUNDLE, put(CLAIM, path, many)).outcome).toBe('error');
    const named = Object.fromEntries(many.map((name) => [name, { period: 'day' }]));
    const stages = many.map((id) => ({ id, kind: 'rate', fund_pay_type: 'x', rate: '0', counts: [id] }));
    expect(adjudicateJson({ ...BUNDLE, buckets: named, pool: stages }, CLAIM).outcome).toBe('error');
    const rules = many.map((rule_id) => ({ rule: 'sex', rule_id, severity: 'deny' }));
    expect(adjudicateJson({ ...BUNDLE, audit: rules }, CLAIM).outcome).toBe('payable');
    const items = Array.from({ length: 10_000 }, (_, i) => ({
      ...CLAIM.items[0],
      feedetl_sn: `${i}`,
      tags: many.slice(0, 100),
    }));
    const when = put(BUNDLE, ['pool', '0', 'items'], { 'item.tags': { none: many, all: ['x99'] } });
    expect(adjudicateJson(when, { ...CLAIM, items }).outcome).toBe('payable');
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('caps of 40 digits never bind, amounts of 40 digits are refused', () => {
    const cap = `${'9'.repeat(40)}.00`;
    const bundle = put(BUNDLE, ['pool', '0', 'limits', '0', 'amount'], cap);
    expect(adjudicateJson(bundle, CLAIM).outcome).toBe('payable');
    const claim = put(CLAIM, ['items', '0', 'det_item_fee_sumamt'], cap);
    expect(adjudicateJson(BUNDLE, claim)).toEqual({ outcome: 'error', code: 'CLAIM_INVALID' });
  });
});
