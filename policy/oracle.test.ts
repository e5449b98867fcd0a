/**
 * The engine against a second, plain reading of the contract (testing/oracle.ts), on random bundles and
 * claims.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { adjudicate, compileBundle } from './index.ts';
import { bundles, claims, usedAmounts, usedTexts } from './testing/arbitrary.ts';
import { oracle } from './testing/oracle.ts';

it('the engine and the plain reading agree to the fen', () => {
  fc.assert(
    fc.property(bundles, claims, usedAmounts, usedAmounts, (json, claim, used, allotted) => {
      const full = { ...claim, used: usedTexts(used), allotted: usedTexts(allotted) };
      const compiled = compileBundle(json);
      if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
      expect(adjudicate(compiled.bundle, full)).toEqual(oracle(json, full));
    }),
    { numRuns: 1500 },
  );
});
