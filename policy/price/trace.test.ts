/** The trace accounts for every fen of every line, whatever the bundle. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileBundle, explain, parseYuan, sentences, type Trace } from '../index.ts';
import { bundles, claims, usedAmounts, usedTexts } from '../testing/arbitrary.ts';
import type { TraceLine } from './trace.ts';

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
