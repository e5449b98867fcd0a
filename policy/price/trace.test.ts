/** The trace accounts for every fen of every line, whatever the bundle. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileBundle, explain, parseYuan, sentences, type Trace } from '../index.ts';
import { bundles, claims, usedAmounts, usedTexts } from '../testing/arbitrary.ts';
import type { TraceLine } from './trace.ts';

const {
  bundle: BUNDLE,
  cases: [{ claim: CLAIM }],
} = JSON.parse(readFileSync(new URL('../vectors/adjudication/seed-002.json', import.meta.url), 'utf8'));

function trace(json: unknown, claim: unknown): ReturnType<typeof explain> {
  const compiled = compileBundle(json);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return explain(compiled.bundle, claim);
}

const sum = (lines: TraceLine[], key: 'base' | 'deductible' | 'paid'): number =>
  lines.reduce((total, line) => total + parseYuan(line[key]), 0);

describe('the trace', () => {
  it('follows each line from stage to stage and adds up to the answer', () => {
    fc.assert(
      fc.property(bundles, claims, usedAmounts, (json, claim, used) => {
        const { answer, trace: why } = trace(json, { ...claim, used: usedTexts(used) });
        if (answer.outcome !== 'payable') return;
        for (const item of why.items) checkLine(why, item);
        for (const stage of why.stages.filter(({ lines }) => lines.length > 0)) {
          expect(sum(stage.lines, 'base')).toBe(parseYuan(stage.base));
          expect(sum(stage.lines, 'paid')).toBe(parseYuan(stage.paid));
          expect(sum(stage.lines, 'deductible')).toBe(parseYuan(stage.deductible?.taken ?? '0.00'));
        }
        const paid = why.stages.filter(({ did }) => did === 'paid').map(({ id }) => id);
        expect(paid).toEqual(answer.stages.map(({ id }) => id));
      }),
      { numRuns: 1000 },
    );
  });

  it('can always be said, and is plain JSON', () => {
    fc.assert(
      fc.property(bundles, claims, usedAmounts, usedAmounts, (json, claim, used, allotted) => {
        const full = { ...claim, used: usedTexts(used), allotted: usedTexts(allotted) };
        const { trace: why } = trace(json, full);
        const copy: Trace = JSON.parse(JSON.stringify(why));
        expect(copy).toEqual(why);
        const said = JSON.stringify(sentences(copy));
        expect(said).not.toMatch(/undefined|NaN|null|\[object/);
        expect(said).toEqual(JSON.stringify(sentences(why)));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a limit', () => {
  /** What the trace of a visit in September, paid 9.00, says of the limit. */
  const limit = (entry: object, used: string) => {
    const stage = {
      id: 's',
      kind: 'rate',
      fund_pay_type: 'x',
      rate: '1',
      limits: [{ bucket: 'b', ...entry }],
    };
    const bundle = { ...BUNDLE, buckets: { b: { period: 'month' } }, pool: [stage], budget: undefined };
    const fee = { cnt: '1', pric: '9', det_item_fee_sumamt: '9.00', selfpay_prop: '0' };
    const claim = { ...CLAIM, items: [{ ...CLAIM.items[0], ...fee }], used: { b: used } };
    return trace(bundle, claim).trace.stages[0]?.limits[0]?.spent;
  };
  const month = { since: '2024-09-01', again: '2024-10-01' };
  it('of money is spent, with its dates, once this visit used the last fen', () => {
    expect(limit({ amount: '10.00' }, '1.00')).toEqual(month);
    expect(limit({ amount: '10.00' }, '5.00')).toEqual(month);
    expect(limit({ amount: '10.00' }, '0.99')).toBeNull();
  });
  it('of visits is spent once this visit was the last', () => {
    expect(limit({ times: '2' }, '1')).toEqual(month);
    expect(limit({ times: '2' }, '0')).toBeNull();
  });
});

/** What a stage leaves open is what the next one that takes the line starts with. */
function checkLine(why: Trace, item: Trace['items'][number]): void {
  let open = parseYuan(item.inscp);
  let paid = 0;
  for (const { lines } of why.stages) {
    const line = lines.find(({ feedetl_sn }) => feedetl_sn === item.feedetl_sn);
    if (line === undefined) continue;
    expect(parseYuan(line.base)).toBe(open);
    open = parseYuan(line.open);
    paid += parseYuan(line.paid);
  }
  expect(paid).toBe(parseYuan(item.pool_pay));
  const split = [item.own, item.over, item.pre, item.inscp].map(parseYuan).reduce((a, b) => a + b);
  expect(split).toBe(parseYuan(item.total));
}
