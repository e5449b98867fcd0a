/** What holds for every bundle and every claim. Source: docs/adjudication.md, "Always, exactly". */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CompiledBundle, compileBundle } from './bundle.ts';
import { fundByLine } from './explain/fund-by-line.ts';
import { formatFen, parseYuan } from './fen.ts';
import { adjudicate, explain } from './price/adjudicate.ts';
import { amountsIn, toNumber } from './testing/amounts.ts';
import { bundles, claims, usedAmounts, usedTexts } from './testing/arbitrary.ts';
import { type Claim, FUNDS, type PayableAnswer } from './types.ts';

const RUNS = { numRuns: 1500 };

function compile(json: unknown): CompiledBundle {
  const compiled = compileBundle(json);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return compiled.bundle;
}

function sum(texts: string[]): number {
  return texts.reduce((total, text) => total + parseYuan(text), 0);
}

describe('every payable answer', () => {
  it('keeps the identities and nothing is negative', () => {
    let payable = 0;
    fc.assert(
      fc.property(bundles, claims, usedAmounts, usedAmounts, (json, claim, used, allotted) => {
        const full = { ...claim, used: usedTexts(used), allotted: usedTexts(allotted) };
        const answer = adjudicate(compile(json), full);
        if (answer.outcome !== 'payable') return;
        payable += 1;
        checkIdentities(answer);
        expect(Math.min(...amountsIn(answer))).toBeGreaterThanOrEqual(0);
      }),
      RUNS,
    );
    expect(payable).toBeGreaterThan(RUNS.numRuns / 2);
  });

  it('keeps them far beyond any clinic, where products leave 2^53', () => {
    const millions = (claim: Claim): Claim => ({
      ...claim,
      items: claim.items.map((item) => {
        const fen = parseYuan(item.det_item_fee_sumamt) * 700_001 + 3;
        const amount = formatFen(Math.min(fen, 90_000_000_000));
        return { ...item, cnt: '1', pric: amount, det_item_fee_sumamt: amount };
      }),
    });
    fc.assert(
      fc.property(bundles, claims, (json, claim) => {
        const answer = adjudicate(compile(json), millions(claim));
        if (answer.outcome === 'payable') checkIdentities(answer);
        else expect(answer.code).toBe('BUDGET_EXHAUSTED');
      }),
      { numRuns: 500 },
    );
  });

  it('is the same with and without reasons, and the same twice', () => {
    fc.assert(
      fc.property(bundles, claims, usedAmounts, (json, claim, used) => {
        const bundle = compile(json);
        const full = { ...claim, used: usedTexts(used) };
        const answer = adjudicate(bundle, full);
        expect(explain(bundle, full).answer).toEqual(answer);
        expect(adjudicate(bundle, full)).toEqual(answer);
      }),
      RUNS,
    );
  });
});

function checkIdentities(answer: PayableAnswer): void {
  const { setlinfo: s, setldetail, items, stages } = answer;
  const ofLines = [...fundByLine(answer).values()];
  expect(sum(ofLines)).toBe(parseYuan(s.fund_pay_sumamt));
  expect(Math.min(0, ...ofLines.map(parseYuan))).toBe(0);
  const parts = ['fulamt_ownpay_amt', 'overlmt_selfpay', 'preselfpay_amt', 'inscp_scp_amt'] as const;
  expect(sum(parts.map((part) => s[part]))).toBe(parseYuan(s.medfee_sumamt));
  expect(sum([s.fund_pay_sumamt, s.hosp_part_amt, s.psn_part_amt])).toBe(parseYuan(s.medfee_sumamt));
  expect(sum([s.acct_pay, s.psn_cash_pay])).toBe(parseYuan(s.psn_part_amt));
  expect(sum(FUNDS.map((fund) => s[fund]))).toBe(parseYuan(s.fund_pay_sumamt));
  expect(sum(setldetail.map((row) => row.fund_payamt))).toBe(parseYuan(s.fund_pay_sumamt));
  expect(sum(items.map((item) => item.inscp_scp_amt))).toBe(parseYuan(s.inscp_scp_amt));
  const pool = stages.filter((stage) => stage.id.startsWith('p')).map((stage) => stage.paid);
  expect(sum(items.map((item) => item.pool_pay))).toBe(sum(pool));
  // What a stage pays and what it covers are shared by different weights, so a line that goes on to a further
  // stage may end a fen above its scope for each; another line is then as much below (docs/policy.md).
  const fen_max = Math.max(0, pool.length - 1);
  for (const item of items)
    expect(parseYuan(item.pool_pay)).toBeLessThanOrEqual(parseYuan(item.inscp_scp_amt) + fen_max);
  expect(sum(pool)).toBeLessThanOrEqual(parseYuan(s.inscp_scp_amt));
}

describe('buckets', () => {
  it('gain exactly what was put, so a reversal leaves them as they were', () => {
    fc.assert(
      fc.property(bundles, claims, usedAmounts, (json, claim, used) => {
        const before = usedTexts(used);
        const answer = adjudicate(compile(json), { ...claim, used: before });
        if (answer.outcome !== 'payable') return;
        for (const [name, after] of Object.entries(answer.used)) {
          const back = toNumber(after) - toNumber(answer.put[name] ?? '0');
          expect(back, name).toBe(toNumber(before[name] ?? '0'));
        }
      }),
      RUNS,
    );
  });

  it('never pass their largest cap, over any claims in turn, if nothing counts in them without a limit', () => {
    fc.assert(
      fc.property(bundles, fc.array(claims, { minLength: 2, maxLength: 8 }), (json, visits) => {
        const bundle = compile(json);
        const caps = largestCaps(json);
        let used: Record<string, string> = {};
        for (const claim of visits) {
          const answer = adjudicate(bundle, { ...claim, used });
          if (answer.outcome !== 'payable') continue;
          used = answer.used;
          for (const [name, cap] of caps) expect(toNumber(used[name] ?? '0'), name).toBeLessThanOrEqual(cap);
        }
      }),
      RUNS,
    );
  });

  it('never give out more than was allotted, if nothing counts in them without a limit', () => {
    fc.assert(
      fc.property(bundles, claims, usedAmounts, (json, claim, lease) => {
        const allotted = usedTexts(lease);
        const answer = adjudicate(compile(json), { ...claim, allotted });
        if (answer.outcome !== 'payable') return;
        for (const name of ['oy', 'oq', 'om', 'od', 'ov', 'ay']) {
          if (countedIn(json).has(name)) continue;
          if (allotted[name] === undefined || answer.put[name] === undefined) continue;
          expect(toNumber(answer.put[name])).toBeLessThanOrEqual(toNumber(allotted[name]));
        }
      }),
      RUNS,
    );
  });
});

/** The buckets that some stage or layer only counts in. */
function countedIn(json: unknown): Set<string> {
  const { pool, layers } = json as { pool: { counts?: string[] }[]; layers: { counts?: string[] }[] };
  return new Set([...pool, ...layers].flatMap((stage) => stage.counts ?? []));
}

/** Per bucket the largest amount (fen) or count that any limit of the bundle names. */
function largestCaps(json: unknown): Map<string, number> {
  const caps = new Map<string, number>();
  const { pool, layers } = json as { pool: { limits?: Limit[] }[]; layers: { limits?: Limit[] }[] };
  for (const { bucket, amount, times } of [...pool, ...layers].flatMap((stage) => stage.limits ?? [])) {
    const amounts = Array.isArray(amount) ? amount.map((entry) => entry.amount) : [amount ?? times ?? '0'];
    for (const text of amounts) caps.set(bucket, Math.max(caps.get(bucket) ?? 0, toNumber(text)));
  }
  for (const name of countedIn(json)) caps.delete(name);
  return caps;
}

interface Limit {
  bucket: string;
  amount?: string | { amount: string }[];
  times?: string;
}
