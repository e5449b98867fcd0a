/**
 * Random bundles and claims for the property tests: every construct of docs/adjudication.md, small enough to
 * read when red.
 */
import fc from 'fast-check';
import type { Claim } from '../types.ts';

const yuan = (most: number): fc.Arbitrary<string> =>
  fc.integer({ min: 0, max: most }).map((fen) => (fen / 100).toFixed(2));
const rate = fc.constantFrom('0', '0.05', '0.3333', '0.5', '0.625', '0.6', '0.85', '1');
const CHRONIC = ['hypertension', 'diabetes'];
const IDENTITIES = ['1', '2', '3'];

const condition = fc.oneof(
  fc.constant({}),
  fc.record({ level: fc.constantFrom('village', ['village', 'township'], []) }),
  fc.record({ age: fc.constantFrom({ gte: 60 }, { lt: 7 }, { gt: 6, lte: 60 }) }),
  fc.record({ psn_idet_type: fc.constantFrom('2', { all: ['1', '2'] }, { none: ['3'] }) }),
  fc.record({ signed_here: fc.boolean(), med_type: fc.constantFrom('11', ['11', '14']) }),
);
const itemCondition = fc.oneof(
  condition,
  fc.constantFrom(
    { 'item.for_chronic': true },
    { 'item.tags': ['tcm'] },
    { 'item.list_type': '101' },
    { 'item.chrgitm_lv': '02' },
  ),
);

function values(
  key: 'amount' | 'rate',
  value: fc.Arbitrary<string>,
  when = condition,
): fc.Arbitrary<unknown> {
  const last = value.map((text) => ({ [key]: text }));
  const first = fc.tuple(when, value).map(([holds, text]) => ({ when: holds, [key]: text }));
  return fc.oneof(
    { weight: 3, arbitrary: value },
    fc.tuple(fc.array(first, { maxLength: 2 }), last).map(([some, end]) => [...some, end]),
  );
}

const amount = values('amount', yuan(20_000));
const limit = fc.oneof(
  fc.record({ bucket: fc.constantFrom('oy', 'om', 'od', 'ov'), amount }),
  fc.record({ bucket: fc.constantFrom('oy', 'oq'), amount, when: condition }),
  fc.record({ bucket: fc.constantFrom('td', 'tm'), times: fc.constantFrom('0', '1', '3') }),
);

function optional(record: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Record<string, unknown>> {
  return fc.record(record, { requiredKeys: [] });
}

const limits = fc.array(limit, { maxLength: 3 });
const counts = fc.array(fc.constantFrom('oy', 'od', 'ov'), { maxLength: 2 });
const common = { items: itemCondition, when: condition, limits, counts };
const fund = fc.constantFrom('hifp_pay', 'oth_pay');
const next = fc.constantFrom('person', 'next');
const rateStage = fc
  .tuple(
    fc.record({ rate: values('rate', rate, itemCondition) }),
    optional({
      ...common,
      fund,
      plus: fc.array(fc.record({ when: itemCondition, plus: rate }, { requiredKeys: ['plus'] }), {
        maxLength: 2,
      }),
    }),
    fc.oneof(
      optional({ overflow: next }),
      fc.record({ deductible: fc.record({ amount, bucket: fc.constantFrom('dy', 'dv') }) }),
    ),
  )
  .map(([must, may, more]) => ({ kind: 'rate', ...must, ...may, ...more }));
const fixedStage = fc
  .tuple(
    fc.record({ per_unit: values('amount', yuan(900)) }),
    optional({ ...common, fund, overflow: next, max_units: fc.constantFrom('1', '2.5', '0') }),
  )
  .map(([must, may]) => ({ kind: 'fixed', ...must, ...may }));

const base = fc.shuffledSubarray(['inscp', 'pre', 'over', 'own']);
const layerFund = fc.constantFrom('hifmi_pay', 'maf_pay', 'oth_pay');
const layerLimits = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ bucket: fc.constant('ay'), amount }) },
    fc.record({ bucket: fc.constant('tm'), times: fc.constantFrom('1', '3') }),
  ),
  { maxLength: 2 },
);
const rateLayer = fc
  .tuple(
    fc.record({ rate: values('rate', rate), base, fund: layerFund }),
    optional({
      when: condition,
      limits: layerLimits,
      counts,
      deductible: fc.record({ amount, bucket: fc.constant('sd') }),
    }),
  )
  .map(([must, may]) => ({ kind: 'rate', ...must, ...may }));
const bandsLayer = fc
  .tuple(
    fc.record({ threshold: amount, base, fund: layerFund }),
    optional({ when: condition, limits: layerLimits }),
    fc.tuple(values('rate', rate), values('rate', rate)),
  )
  .map(([must, may, [first, last]]) => {
    const bands = [{ upto: '50.00', rate: first }, { rate: last }];
    return { kind: 'bands', bucket: 'cb', ...must, ...may, bands };
  });

const bucket = fc.constant('cy');
const budget = fc.oneof(
  fc.record(
    { bucket, amount, on_exhausted: fc.constantFrom('warn', 'refuse', 'provider_bears') },
    { requiredKeys: ['bucket', 'on_exhausted'] },
  ),
  fc.record({
    bucket,
    amount,
    on_exhausted: fc.constantFrom('warn', 'refuse'),
    funds: fc.subarray(['hifp_pay', 'hifmi_pay', 'maf_pay', 'oth_pay']),
  }),
);

const PERIODS: Record<string, string> = {
  oy: 'year',
  oq: 'quarter',
  om: 'month',
  od: 'day',
  ov: 'visit',
  td: 'day',
  tm: 'month',
  dy: 'year',
  dv: 'visit',
  ay: 'year',
  sd: 'year',
  cb: 'year',
};

/** A valid bundle: as JSON. */
export const bundles = fc
  .record({
    pool: fc.array(fc.oneof({ weight: 2, arbitrary: rateStage }, fixedStage), { maxLength: 4 }),
    layers: fc
      .tuple(fc.array(rateLayer, { maxLength: 2 }), fc.array(bandsLayer, { maxLength: 1 }))
      .map(([some, one]) => [...one, ...some]),
    budget: fc.option(budget, { nil: undefined }),
    parts: base,
  })
  .map(({ pool, layers, budget: own, parts }) => {
    const named = (prefix: string) => (stage: object, i: number) => ({
      id: `${prefix}${i}`,
      fund_pay_type: `${prefix}${i % 2}`,
      ...stage,
    });
    const stages = { pool: pool.map(named('p')), layers: layers.map(named('l')) };
    const text = JSON.stringify(stages);
    const buckets: Record<string, unknown> = {};
    for (const [name, period] of Object.entries(PERIODS))
      if (text.includes(`"${name}"`)) buckets[name] = { period };
    if (own !== undefined) buckets.cy = { period: 'year', scope: 'clinic' };
    return {
      bundle: 'random',
      version: 1,
      poolarea: '440800',
      admdvs: ['440882'],
      begndate: '2024-01-01',
      enddate: '2024-10-31',
      grace_days: 61,
      insutype: ['390'],
      buckets,
      ...stages,
      ...(own === undefined ? {} : { budget: own }),
      account: { parts },
    };
  });

/** A line whose amount is cnt × pric, half up to the fen (`mills` is the price in 0.001 yuan). */
function line(cnt: number, mills: number): { cnt: string; pric: string; det_item_fee_sumamt: string } {
  const fen = Math.floor((cnt * mills + 5) / 10);
  return { cnt: String(cnt), pric: (mills / 1000).toFixed(3), det_item_fee_sumamt: (fen / 100).toFixed(2) };
}

const item = fc
  .record({
    cnt: fc.integer({ min: 1, max: 30 }),
    mills: fc.integer({ min: 1, max: 40_000 }),
    list_type: fc.constantFrom('101', '102', '201'),
    chrgitm_lv: fc.constantFrom('01', '02', '03'),
    tags: fc.subarray([...CHRONIC, 'tcm', 'consultation']),
    prop: fc.option(rate, { nil: undefined }),
    ceiling: fc.option(fc.integer({ min: 0, max: 40_000 }), { nil: undefined }),
  })
  .map(({ cnt, mills, prop, ceiling, ...rest }) => ({
    ...rest,
    ...line(cnt, mills),
    med_list_codg: 'X1',
    ...(prop === undefined ? {} : { selfpay_prop: prop }),
    ...(ceiling === undefined ? {} : { pric_uplmt_amt: (ceiling / 1000).toFixed(3) }),
  }));

const person = fc.record({
  psn_no: fc.constant('P1'),
  gend: fc.constantFrom('1', '2'),
  brdy: fc.constantFrom('1950-02-28', '1990-07-01', '2020-02-29'),
  insutype: fc.constant('390'),
  psn_type: fc.constant('15'),
  insuplc_admdvs: fc.constant('440882'),
  psn_idet_type: fc.subarray(IDENTITIES),
  chronic: fc.subarray(CHRONIC),
  designated_here: fc.boolean(),
  signed_here: fc.boolean(),
  balc: yuan(20_000),
});

/** A claim under the random bundles; `used` and `allotted` are for the caller to set. */
export const claims: fc.Arbitrary<Claim> = fc
  .record({
    person,
    level: fc.constantFrom('village', 'township'),
    own: fc.option(yuan(50_000), { nil: undefined }),
    setl_date: fc.constantFrom('2024-02-29', '2024-08-15', '2024-12-31'),
    med_type: fc.constantFrom('11', '14'),
    use_account: fc.boolean(),
    items: fc.array(item, { minLength: 1, maxLength: 5 }),
  })
  .map(({ person: who, level, own, setl_date, med_type, use_account, items }) => ({
    person: who,
    facility: {
      fixmedins_code: 'H1',
      level,
      mode: 'integrated',
      ...(own === undefined ? {} : { budget: { cy: own } }),
    },
    encounter: {
      setl_date,
      med_type,
      dise_codg: [],
      home_visit: false,
      return_visit: false,
      use_account,
    },
    items: items.map((one, i) => ({ feedetl_sn: String(i + 1), ...one })),
  }));

/** What buckets hold before: absent, empty, or something. */
export const usedAmounts = fc.dictionary(fc.constantFrom(...Object.keys(PERIODS), 'cy'), fc.nat(30_000), {
  maxKeys: 6,
});

/** Money for money buckets, whole numbers for the two `times` buckets. */
export function usedTexts(used: Record<string, number>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(used).map(([name, n]) => [
      name,
      name === 'td' || name === 'tm' ? String(n % 4) : (n / 100).toFixed(2),
    ]),
  );
}
