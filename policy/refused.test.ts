/**
 * The contract's own example with one thing changed: what must be refused, with which problem where, and what
 * may stand. The claim likewise. Source: docs/adjudication.md, "A bundle is invalid when" and "Input: one
 * claim".
 */
import { describe, expect, it } from 'vitest';
import { adjudicate, compileBundle } from './index.ts';
import { adjudicateJson } from './testing/adjudicate-json.ts';

const BUNDLE = {
  bundle: 'demo-resident-2024',
  version: 1,
  poolarea: '440800',
  admdvs: ['440800', '440882'],
  begndate: '2024-01-01',
  enddate: '2024-12-31',
  grace_days: 31,
  insutype: ['390'],
  sources: ['文件'],
  buckets: {
    year: { period: 'year', title: '限额' },
    visits: { period: 'day' },
    two: { period: 'year' },
    line: { period: 'year' },
    base: { period: 'year' },
    clinic: { period: 'year', scope: 'clinic' },
  },
  pool: [
    {
      id: 'consultation',
      kind: 'fixed',
      fund_pay_type: '390100',
      items: { 'item.tags': ['consultation'] },
      per_unit: '5.00',
      max_units: '1',
      limits: [{ bucket: 'visits', times: '1' }],
    },
    {
      id: 'two-disease',
      kind: 'rate',
      fund_pay_type: '390100',
      when: { designated_here: true },
      items: { 'item.for_chronic': true },
      overflow: 'next',
      rate: '0.55',
      limits: [
        { bucket: 'two', amount: [{ when: { age: { gte: 60 } }, amount: '800.00' }, { amount: '400.00' }] },
      ],
    },
    {
      id: 'general',
      kind: 'rate',
      fund_pay_type: '390100',
      deductible: { amount: '50.00', bucket: 'line' },
      rate: [{ when: { level: 'village' }, rate: '0.60' }, { rate: '0.50' }],
      plus: [{ when: { 'item.tags': ['tcm'] }, plus: '0.10' }],
      limits: [{ bucket: 'year', amount: '400.00' }],
      counts: ['two'],
    },
  ],
  layers: [
    {
      id: 'critical',
      kind: 'bands',
      fund: 'hifmi_pay',
      fund_pay_type: '390200',
      base: ['inscp'],
      bucket: 'base',
      threshold: '10000.00',
      bands: [{ upto: '50000.00', rate: '0.60' }, { upto: '60000.00', rate: '0.65' }, { rate: '0.70' }],
    },
    { id: 'aid', kind: 'rate', fund: 'maf_pay', fund_pay_type: '610100', base: ['inscp', 'pre'], rate: '1' },
  ],
  budget: { bucket: 'clinic', amount: '30000.00', on_exhausted: 'warn' },
  account: { parts: ['inscp', 'pre', 'over', 'own'] },
};
const CLAIM = {
  person: {
    psn_no: 'P1',
    gend: '1',
    brdy: '1950-03-02',
    insutype: '390',
    psn_type: '15',
    insuplc_admdvs: '440882',
    psn_idet_type: ['1'],
    chronic: ['hypertension'],
    designated_here: true,
    signed_here: true,
    balc: '0.00',
  },
  facility: { fixmedins_code: 'H1', level: 'village', mode: 'integrated', budget: { clinic: '30000.00' } },
  encounter: {
    setl_date: '2024-08-15',
    med_type: '11',
    dise_codg: ['M03900'],
    home_visit: false,
    return_visit: false,
    use_account: false,
  },
  items: [
    {
      feedetl_sn: '1',
      med_list_codg: 'X1',
      list_type: '101',
      chrgitm_lv: '02',
      cnt: '2',
      pric: '26.34',
      det_item_fee_sumamt: '52.68',
      selfpay_prop: '0.05',
      pric_uplmt_amt: '26.18',
      tags: ['hypertension'],
    },
  ],
  used: { year: '120.00', visits: '1' },
  allotted: { year: '60.00' },
};

/** A copy with `value` at a place such as `pool[0].rate`; `GONE` takes the key away. */
const GONE = Symbol('gone');
function change<T extends object>(json: T, path: string, value: unknown): T {
  const copy = structuredClone(json);
  const keys = path.split(/[.[\]]+/).filter((key) => key !== '');
  const last = keys.pop() ?? '';
  let place = copy as Record<string, unknown>;
  for (const key of keys) place = place[key] as Record<string, unknown>;
  if (value === GONE) delete place[last];
  else place[last] = value;
  return copy;
}

/**
 * What is changed, the problem that must be told, and its place where that is not the changed one (or, of a
 * missing key, its owner).
 */
const INVALID: [path: string, value: unknown, code: string, where?: string][] = [
  ...['bundle', 'version', 'poolarea', 'admdvs', 'begndate', 'enddate', 'insutype', 'pool', 'buckets'].map(
    (key): [string, unknown, string, string] => [key, GONE, 'MISSING_KEY', ''],
  ),
  ...['id', 'kind', 'fund_pay_type', 'rate'].map((key): [string, unknown, string, string] => [
    `pool[2].${key}`,
    GONE,
    'MISSING_KEY',
    'pool[2]',
  ]),
  ...['id', 'kind', 'fund', 'fund_pay_type', 'base', 'bucket', 'threshold', 'bands'].map(
    (key): [string, unknown, string] => [`layers[0].${key}`, GONE, 'MISSING_KEY'],
  ),
  ['pool[0].per_unit', GONE, 'MISSING_KEY'],
  ['budget.on_exhausted', GONE, 'MISSING_KEY'],
  ['budget.bucket', GONE, 'MISSING_KEY'],
  ['pool[2].deductible.bucket', GONE, 'MISSING_KEY'],
  ['pool[2].plus[0].plus', GONE, 'MISSING_KEY'],
  ['buckets.year.period', GONE, 'MISSING_KEY'],
  ['pool[2].title', null, 'WRONG_TYPE'],
  ['pool[2].deductible.when', {}, 'UNKNOWN_KEY'],
  ['pool[2].max_units', '1', 'UNKNOWN_KEY'],
  ['pool[2].per_unit', '1.00', 'UNKNOWN_KEY'],
  ['pool[0].deductible', { amount: '1.00', bucket: 'line' }, 'FIXED_KEY'],
  ['pool[0].rate', '0.5', 'FIXED_KEY'],
  ['pool[0].plus', [], 'FIXED_KEY'],
  ['pool[2].overflow', 'next', 'NEXT_DEDUCTIBLE', 'pool[2]'],
  ['pool[2].overflow', null, 'UNKNOWN_WORD'],
  ['pool[2].plus[0].plus', [{ plus: '0.1' }], 'NOT_DECIMAL'],
  ['pool[2].plus[0].plus', '1.0001', 'OUT_OF_RANGE'],
  ['pool[2].rate[0].when', GONE, 'VALUE_WITHOUT_WHEN', 'pool[2].rate[0]'],
  ['pool[2].rate[1].when', {}, 'NO_LAST_VALUE', 'pool[2].rate[1]'],
  ['pool[2].rate', [], 'EMPTY_LIST'],
  ['pool[2].limits[0].times', '1', 'LIMIT_KIND', 'pool[2].limits[0]'],
  ['pool[0].limits[0].times', ['1'], 'NOT_DECIMAL'],
  ['pool[0].limits[0].times', 1, 'NOT_DECIMAL'],
  ['pool[0].max_units', '1.00001', 'NOT_DECIMAL'],
  ['pool[2].counts[0]', 'visits', 'BUCKET_TWO_USES'],
  ['pool[2].counts[0]', 'line', 'BUCKET_TWO_USES', 'pool[2].deductible.bucket'],
  ['pool[2].counts[0]', 'base', 'BUCKET_TWO_USES', 'layers[0].bucket'],
  ['pool[2].counts[0]', 'clinic', 'BUCKET_SCOPE'],
  ['pool[2].counts', 'two', 'WRONG_TYPE'],
  ['pool[2].deductible.bucket', 'year', 'BUCKET_TWO_USES'],
  ['budget.bucket', 'year', 'BUCKET_TWO_USES'],
  [
    'layers[1].deductible',
    { amount: '1.00', bucket: 'base' },
    'BUCKET_TWO_USES',
    'layers[1].deductible.bucket',
  ],
  ['layers[1].plus', [], 'UNKNOWN_KEY'],
  ['layers[1].overflow', 'person', 'UNKNOWN_KEY'],
  ['layers[1].items', {}, 'UNKNOWN_KEY'],
  ['layers[1].bucket', 'base', 'UNKNOWN_KEY'],
  ['layers[0].deductible', { amount: '1.00', bucket: 'line' }, 'UNKNOWN_KEY'],
  ['layers[0].fund', 'hifp_pay', 'LAYER_FUND'],
  ['layers[0].bands', [], 'EMPTY_LIST'],
  ['layers[0].bands[1].upto', '50000.00', 'BANDS_ORDER', 'layers[0].bands[1]'],
  ['layers[0].bands[2].upto', '70000.00', 'BANDS_LAST', 'layers[0].bands[2]'],
  ['layers[0].bands[1].upto', GONE, 'BANDS_LAST', 'layers[0].bands[1]'],
  ['layers[0].bands[0].upto', [{ amount: '1.00' }], 'NOT_DECIMAL'],
  ['layers[0].id', 'general', 'DUPLICATE'],
  ['layers[0].base', ['inscp', 'inscp'], 'DUPLICATE', 'layers[0].base[1]'],
  ['account.parts', ['cash'], 'UNKNOWN_WORD', 'account.parts[0]'],
  ['budget.funds', ['acct_pay'], 'UNKNOWN_WORD', 'budget.funds[0]'],
  ['budget', { ...BUNDLE.budget, on_exhausted: 'provider_bears', funds: [] }, 'BEARS_FUNDS', 'budget.funds'],
  ['buckets.clinic.scope', GONE, 'BUCKET_SCOPE', 'budget.bucket'],
  ['buckets.year.scope', 'clinic', 'BUCKET_SCOPE', 'pool[2].limits[0].bucket'],
  ['buckets.spare', { period: 'day' }, 'BUCKET_UNUSED'],
  ['buckets.year.cum_type_code', 1, 'WRONG_TYPE'],
  ['grace_days', 0.5, 'OUT_OF_RANGE'],
  ['grace_days', '31', 'OUT_OF_RANGE'],
  ['begndate', '2024-1-1', 'BAD_DATE'],
  ['enddate', '2023-02-29', 'BAD_DATE'],
  ['insutype', [390], 'WRONG_TYPE', 'insutype[0]'],
  ['offline', 'none', 'WRONG_TYPE'],
  ['audit', null, 'WRONG_TYPE'],
  ['layers', null, 'WRONG_TYPE'],
  ['pool[1].when', { age: { gte: '60' } }, 'WRONG_TEST', 'pool[1].when.age.gte'],
  ['pool[1].when', { gend: { gte: 1 } }, 'WRONG_TEST', 'pool[1].when.gend'],
  ['pool[1].when', { level: { none: ['village'] } }, 'WRONG_TEST', 'pool[1].when.level'],
  ['pool[1].when', { chronic: { all: 'hypertension' } }, 'WRONG_TEST', 'pool[1].when.chronic.all'],
  ['pool[1].when', { chronic: {} }, 'WRONG_TEST', 'pool[1].when.chronic'],
  ['pool[1].when', { chronic: { any: ['x'] } }, 'UNKNOWN_TEST', 'pool[1].when.chronic'],
  ['pool[1].when', { signed_here: 1 }, 'WRONG_TEST', 'pool[1].when.signed_here'],
  ['pool[1].when', { psn_no: 'P1' }, 'UNKNOWN_FACT', 'pool[1].when.psn_no'],
  ['pool[1].when', { title: '谁' }, 'UNKNOWN_FACT', 'pool[1].when.title'],
  ['pool[1].when', { 'item.tags': 'tcm' }, 'ITEM_FACT', 'pool[1].when.item.tags'],
  ['pool[1].items', { 'item.cnt': '1' }, 'UNKNOWN_FACT', 'pool[1].items.item.cnt'],
  ['pool[1].when', null, 'WRONG_TYPE'],
];

const VALID: [path: string, value: unknown][] = [
  ['grace_days', GONE],
  ['grace_days', 0],
  ['layers[1].when', {}],
  ['budget.amount', GONE],
  ['budget.funds', []],
  ['account', {}],
  ['account.parts', []],
  ['layers[1].base', []],
  ['pool[0].max_units', '0'],
  ['pool[0].max_units', '0.3333'],
  ['pool[0].limits[0].times', '0'],
  ['pool[2].plus[0].when', GONE],
  ['pool[2].plus', []],
  ['pool[2].limits[0].when', {}],
  ['pool[2].counts', ['two', 'two']],
  ['pool[2].rate', [{ rate: '0.5' }]],
  ['pool[2].rate', '1.0000'],
  ['pool[1].when', { chronic: { all: [], none: [] }, age: [], designated_here: [true, false] }],
  ['pool[1].when', { age: { gt: 5, gte: 6, lt: 70, lte: 69 } }],
  ['pool[1].limits[0].amount', `${'9'.repeat(40)}.00`],
  ['layers[1].limits', [{ bucket: 'visits', times: '1' }]],
  ['source', '文件第一条'],
  ['offline', []],
  ['audit', {}],
  ['pool[1].limits[0].amount[0].source', '第二条'],
];

describe('a bundle', () => {
  it('as the contract shows it may be used', () => {
    expect(adjudicateJson(BUNDLE, CLAIM).outcome).toBe('payable');
  });
  it.each(INVALID)('is refused with %s: %j (%s)', (path, value, code, where) => {
    const bundle = change(BUNDLE, path, value);
    const compiled = compileBundle(bundle);
    const problems = compiled.ok ? [] : compiled.problems;
    const parent = path.replace(/\.[^.]*$/, '');
    const place = where ?? (code === 'MISSING_KEY' ? parent : path);
    expect(problems.map((one) => [one.code, one.path])).toContainEqual([code, place]);
    expect(adjudicateJson(bundle, CLAIM)).toEqual({ outcome: 'error', code: 'POLICY_INVALID' });
  });
  it.each(VALID)('may be used with %s: %j', (path, value) => {
    expect(adjudicateJson(change(BUNDLE, path, value), CLAIM)).toMatchObject({ outcome: 'payable' });
  });
});

const ALL_KEYS = (['person', 'facility', 'encounter', 'items[0]'] as const).flatMap((place) => {
  const object = place === 'items[0]' ? CLAIM.items[0] : CLAIM[place];
  const may = ['budget', 'selfpay_prop', 'pric_uplmt_amt'];
  return Object.keys(object ?? {}).flatMap((key) => (may.includes(key) ? [] : [`${place}.${key}`]));
});
const BAD_CLAIMS: [path: string, value: unknown][] = [
  ...ALL_KEYS.flatMap((path): [string, unknown][] => [
    [path, GONE],
    [path, null],
    [path, 1],
  ]),
  ['items', []],
  ['items', {}],
  ['items[1]', CLAIM.items[0]],
  ...['0', '0.0000', '-1', '+1', '1e3', '1.00001', '01', '.5', '1.', ' 1', '１'].map(
    (text): [string, unknown] => ['items[0].cnt', text],
  ),
  ...['0', '0.000000', '26.3400001', '-26.34'].map((text): [string, unknown] => ['items[0].pric', text]),
  ...['52.7', '52.680', '-0.00', '52', '052.68'].map((text): [string, unknown] => [
    'items[0].det_item_fee_sumamt',
    text,
  ]),
  ...['1.0001', '0.00001', '-0', '5%'].map((text): [string, unknown] => ['items[0].selfpay_prop', text]),
  ['items[0].selfpay_prop', null],
  ['items[0].pric_uplmt_amt', '26.1800001'],
  ['items[0].tags', ['a', 1]],
  ['person.brdy', '2024-08-16'],
  ['person.brdy', '1950-02-29'],
  ['encounter.setl_date', '2024-08-15T00:00:00Z'],
  ['person.balc', '-1.00'],
  ['used', null],
  ['used.year', '-1.00'],
  ['used.year', 120],
  ['used.visits', '1.00'],
  ['used.clinic', '1'],
  ['allotted.year', '60'],
  ['allotted', []],
  ['facility.budget.clinic', '1'],
  ['facility.budget', 'none'],
];
const GOOD_CLAIMS: [path: string, value: unknown][] = [
  ['used', GONE],
  ['allotted', GONE],
  ['facility.budget', GONE],
  ['items[0].selfpay_prop', GONE],
  ['items[0].pric_uplmt_amt', '0'],
  ['items[0].selfpay_prop', '1.0000'],
  ['used.nobody', 'x'],
  ['facility.budget.nobody', 1],
  ['person.brdy', '2024-08-15'],
  ['extra', { anything: [] }],
  ['items[0].cnt', '2.0000'],
  ['items[0].pric', '26.340000'],
];

describe('a claim', () => {
  const compiled = compileBundle(BUNDLE);
  const price = (path: string, value: unknown) =>
    compiled.ok ? adjudicate(compiled.bundle, change(CLAIM, path, value)) : compiled;
  it.each(BAD_CLAIMS)('is refused with %s: %j', (path, value) => {
    expect(price(path, value)).toEqual({ outcome: 'error', code: 'CLAIM_INVALID' });
  });
  it.each(GOOD_CLAIMS)('is priced with %s: %j', (path, value) => {
    expect(price(path, value)).toMatchObject({ outcome: 'payable' });
  });
  it('off its shape is told before that nobody prices it, and that before its amounts', () => {
    const wrong = change(CLAIM, 'items[0].det_item_fee_sumamt', '52.69');
    const elsewhere = change(wrong, 'person.insuplc_admdvs', '440000');
    const broken = change(elsewhere, 'items[0].cnt', '0');
    if (!compiled.ok) throw new Error('must compile');
    const code = (claim: unknown) => (adjudicate(compiled.bundle, claim) as { code?: string }).code;
    expect([broken, elsewhere, wrong].map(code)).toEqual([
      'CLAIM_INVALID',
      'NO_POLICY',
      'ITEM_AMOUNT_MISMATCH',
    ]);
    expect(adjudicateJson({}, broken)).toEqual({ outcome: 'error', code: 'POLICY_INVALID' });
  });
});
