/**
 * What a change does to what is paid: the order of lines, a visit split in two, a rate or a cap raised. What
 * holds is proved on random bundles under its condition; where it does not, the smallest case stands here and
 * in docs/policy.md.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adjudicate, compileBundle, parseYuan } from './index.ts';
import { bundles, claims } from './testing/arbitrary.ts';
import type { Claim, PayableAnswer } from './types.ts';

const RUNS = { numRuns: 1500 };

type Stage = Record<string, unknown> & {
  kind: string;
  rate?: unknown;
  limits?: { bucket: string; amount?: unknown }[];
  deductible?: { bucket: string };
};
interface Json {
  pool: Stage[];
  layers: Stage[];
  buckets: Record<string, { period: string; scope?: string }>;
  budget?: unknown;
}

function price(json: unknown, claim: unknown): PayableAnswer {
  const compiled = compileBundle(json);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  const answer = adjudicate(compiled.bundle, claim);
  if (answer.outcome !== 'payable') throw new Error(answer.code);
  return answer;
}

function funds(answer: PayableAnswer): number {
  return parseYuan(answer.setlinfo.fund_pay_sumamt);
}

/**
 * No budget; no stage passes anything on or counts elsewhere; each stage and layer has buckets of its own.
 */
function plain(json: Json): Json {
  const buckets: Json['buckets'] = {};
  const own = (bucket: string, id: string): string => {
    const name = `${bucket}-${id}`;
    buckets[name] = json.buckets[bucket] as { period: string };
    return name;
  };
  const separate = (stage: Stage, id: string): Stage => {
    const { overflow: _, counts: __, limits = [], deductible, ...rest } = stage;
    const capped = limits.map((limit) => ({ ...limit, bucket: own(limit.bucket, id) }));
    const line = deductible && { deductible: { ...deductible, bucket: own(deductible.bucket, id) } };
    const bands = typeof rest.bucket === 'string' ? { bucket: own(rest.bucket, id) } : {};
    return { ...rest, kind: stage.kind, limits: capped, ...line, ...bands };
  };
  const { budget: _, ...rest } = json;
  const pool = json.pool.map((stage, i) => separate(stage, `p${i}`));
  const layers = json.layers.map((layer, i) => separate(layer, `l${i}`));
  return { ...rest, pool, layers, buckets };
}

/** Every rate, or every cap, of one stage or layer at least `least`. */
function raise(json: Json, at: number, key: 'rate' | 'amount', least: string): Json {
  const lift = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map((entry) => ({ ...entry, [key]: lift(entry[key]) }));
    return Number(value) >= Number(least) ? value : least;
  };
  const liftStage = (stage: Stage): Stage => {
    if (key === 'rate') return stage.rate === undefined ? stage : { ...stage, rate: lift(stage.rate) };
    const limits = (stage.limits ?? []).map((limit) =>
      limit.amount === undefined ? limit : { ...limit, amount: lift(limit.amount) },
    );
    return { ...stage, limits };
  };
  const change = (list: Stage[], from: number) =>
    list.map((one, i) => (i + from === at ? liftStage(one) : one));
  return { ...json, pool: change(json.pool, 0), layers: change(json.layers, json.pool.length) };
}

describe('the order of lines', () => {
  /** Units are counted, and left-over fen given, in the order of lines. */
  const unordered = (json: Json): Json => ({
    ...json,
    pool: json.pool.map(({ max_units: _, overflow: __, ...stage }) => ({ ...stage, kind: stage.kind })),
  });
  it('changes no total where nothing has max_units and nothing is passed on', () => {
    fc.assert(
      fc.property(bundles, claims, (json, claim) => {
        const bundle = unordered(withoutRefusal(json as unknown as Json));
        const turned = { ...claim, items: [...claim.items].reverse() };
        const [one, other] = [price(bundle, claim), price(bundle, turned)];
        expect(other.setlinfo).toEqual(one.setlinfo);
        expect(other.put).toEqual(one.put);
      }),
      RUNS,
    );
  });
  it('smallest case with max_units: the unit falls on a line too small for it', () => {
    const stage = { id: 'f', kind: 'fixed', fund_pay_type: 'x', per_unit: '5.00', max_units: '1' };
    const bundle = small({}, [stage]);
    const lines = [line('1', '0.01'), line('2', '5.00')];
    expect(funds(price(bundle, visit(lines)))).toBe(1);
    expect(funds(price(bundle, visit([...lines].reverse())))).toBe(500);
  });
  it('smallest case with overflow next: the left-over fen passes to a line paid at another rate', () => {
    const first = {
      id: 'a',
      kind: 'rate',
      fund_pay_type: 'x',
      rate: '1',
      overflow: 'next',
      limits: [{ bucket: 'y', amount: '0.01' }],
    };
    const rate = [{ when: { 'item.tags': ['tcm'] }, rate: '1' }, { rate: '0' }];
    const second = { id: 'b', kind: 'rate', fund_pay_type: 'x', rate };
    const bundle = small({ y: { period: 'year' } }, [first, second]);
    const lines = [line('1', '0.01', ['tcm']), line('2', '0.01')];
    expect(funds(price(bundle, visit(lines)))).toBe(1);
    expect(funds(price(bundle, visit([...lines].reverse())))).toBe(2);
  });
});

describe('splitting a visit in two', () => {
  it('changes what one rate stage pays by at most a fen: no deductible, caps of a day and longer', () => {
    const cap = fc.record({
      bucket: fc.constantFrom('y', 'd'),
      amount: fc.constantFrom('5.00', '50.00', '300.00'),
    });
    const stage = fc.record({
      rate: fc.constantFrom('0.5', '0.55', '0.6', '0.3333'),
      limits: fc.uniqueArray(cap, { minLength: 2, maxLength: 2, selector: ({ bucket }) => bucket }),
    });
    fc.assert(
      fc.property(stage, claims, (terms, claim) => {
        const buckets = { y: { period: 'year' }, d: { period: 'day' } };
        const bundle = small(buckets, [{ id: 'a', kind: 'rate', fund_pay_type: 'x', ...terms }]);
        const together = funds(price(bundle, claim));
        expect(Math.abs(apart(bundle, claim) - together)).toBeLessThanOrEqual(1);
      }),
      RUNS,
    );
  });
  it('smallest case of gain: two halves of a fen', () => {
    const bundle = small({}, [{ id: 'a', kind: 'rate', fund_pay_type: 'x', rate: '0.5' }]);
    const both = visit([line('1', '0.01'), line('2', '0.01')]);
    expect(funds(price(bundle, both))).toBe(1);
    expect(apart(bundle, both)).toBe(2);
  });
  it('smallest case of loss', () => {
    const bundle = small({}, [{ id: 'a', kind: 'rate', fund_pay_type: 'x', rate: '0.25' }]);
    const both = visit([line('1', '0.01'), line('2', '0.01')]);
    expect(funds(price(bundle, both))).toBe(1);
    expect(apart(bundle, both)).toBe(0);
  });
  it('gains a whole payment where a cap is per visit', () => {
    const limits = [{ bucket: 'v', amount: '10.00' }];
    const bundle = small({ v: { period: 'visit' } }, [
      { id: 'a', kind: 'rate', fund_pay_type: 'x', rate: '1', limits },
    ]);
    const both = visit([line('1', '10.00'), line('2', '10.00')]);
    expect(funds(price(bundle, both))).toBe(1000);
    expect(apart(bundle, both)).toBe(2000);
  });
});

/** What the funds pay for the first line alone and then the others, one visit after the other. */
function apart(bundle: unknown, claim: Claim): number {
  const [first, ...others] = claim.items;
  if (first === undefined || others.length === 0) return funds(price(bundle, claim));
  const one = price(bundle, { ...claim, items: [first] });
  return funds(one) + funds(price(bundle, { ...claim, items: others, used: one.used }));
}

describe('a rate or a cap raised', () => {
  const place = fc.nat(6);
  it.each([
    ['rate', '0.85'],
    ['amount', '60.00'],
  ] as const)(
    'a higher %s never makes the person pay more: own buckets, nothing passed on, no budget',
    (key, least) => {
      fc.assert(
        fc.property(bundles, claims, place, (json, claim, at) => {
          const bundle = plain(json as unknown as Json);
          const before = funds(price(bundle, claim));
          expect(funds(price(raise(bundle, at, key, least), claim))).toBeGreaterThanOrEqual(before);
        }),
        RUNS,
      );
    },
  );
  it('smallest case: a higher rate draws two caps that two later stages need', () => {
    const stage = (id: string, tag: string, rate: string, ...names: string[]) => ({
      id,
      kind: 'rate',
      fund_pay_type: 'x',
      items: { 'item.tags': [tag] },
      rate,
      limits: names.map((bucket) => ({ bucket, amount: '0.01' })),
    });
    const bundle = (rate: string) =>
      small({ x: { period: 'year' }, y: { period: 'year' } }, [
        stage('a', 'a', rate, 'x', 'y'),
        stage('b', 'b', '1', 'x'),
        stage('c', 'c', '1', 'y'),
      ]);
    const lines = ['a', 'b', 'c'].map((tag) => line(tag, '0.01', [tag]));
    expect(funds(price(bundle('0'), visit(lines)))).toBe(2);
    expect(funds(price(bundle('1'), visit(lines)))).toBe(1);
  });
  it('smallest case: a higher cap keeps lines from a better stage that comes next', () => {
    const bundle = (amount: string) =>
      small({ y: { period: 'year' } }, [
        {
          id: 'a',
          kind: 'rate',
          fund_pay_type: 'x',
          rate: '0.5',
          overflow: 'next',
          limits: [{ bucket: 'y', amount }],
        },
        { id: 'b', kind: 'rate', fund_pay_type: 'x', rate: '1' },
      ]);
    expect(funds(price(bundle('0.00'), visit([line('1', '0.02')])))).toBe(2);
    expect(funds(price(bundle('0.01'), visit([line('1', '0.02')])))).toBe(1);
  });
  it('smallest case: a higher rate passes a budget that refuses', () => {
    const bundle = (rate: string) => ({
      ...small({ c: { period: 'year', scope: 'clinic' } }, [
        { id: 'a', kind: 'rate', fund_pay_type: 'x', rate },
      ]),
      budget: { bucket: 'c', amount: '0.01', on_exhausted: 'refuse' },
    });
    expect(funds(price(bundle('0.5'), visit([line('1', '0.02')])))).toBe(1);
    expect(() => price(bundle('1'), visit([line('1', '0.02')]))).toThrow('BUDGET_EXHAUSTED');
  });
});

function withoutRefusal(json: Json): Json {
  const { budget, ...rest } = json;
  return budget === undefined ? json : { ...rest, budget: { ...(budget as object), on_exhausted: 'warn' } };
}

function small(buckets: object, pool: object[]) {
  return {
    bundle: 'small',
    version: 1,
    poolarea: '440800',
    admdvs: ['440882'],
    begndate: '2024-01-01',
    enddate: '2024-12-31',
    insutype: ['390'],
    buckets,
    pool,
  };
}

function line(feedetl_sn: string, amount: string, tags: string[] = []): Claim['items'][number] {
  return {
    feedetl_sn,
    med_list_codg: 'X1',
    list_type: '101',
    chrgitm_lv: '01',
    cnt: '1',
    pric: amount,
    det_item_fee_sumamt: amount,
    tags,
  };
}

function visit(items: Claim['items']): Claim {
  return {
    person: {
      psn_no: 'P1',
      gend: '1',
      brdy: '1970-01-01',
      insutype: '390',
      psn_type: '15',
      insuplc_admdvs: '440882',
      psn_idet_type: [],
      chronic: [],
      designated_here: true,
      signed_here: true,
      balc: '0.00',
    },
    facility: { fixmedins_code: 'H1', level: 'village', mode: 'integrated' },
    encounter: {
      setl_date: '2024-08-15',
      med_type: '11',
      dise_codg: [],
      home_visit: false,
      return_visit: false,
      use_account: false,
    },
    items,
  };
}
