/** The engine against a second, plain reading of the contract (testing/oracle.ts), on random bundles and claims. */
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
      const answer = adjudicate(compiled.bundle, full);
      const expected = oracle(json, full);
      if (answer.outcome !== 'payable') {
        expect(answer).toEqual(expected);
        return;
      }
      const { fund_pay_sumamt, hosp_part_amt, psn_part_amt, acct_pay } = answer.setlinfo;
      const put = Object.entries(answer.put).map(([name, text]) => [name, Number(text)]);
      expect({
        stages: answer.stages,
        pool: answer.items.map((item) => item.pool_pay),
        ...{ fund_pay_sumamt, hosp_part_amt, psn_part_amt, acct_pay },
        put: Object.fromEntries(put),
        warnings: answer.warnings,
      }).toEqual(expected);
    }),
    { numRuns: 1500 },
  );
});
