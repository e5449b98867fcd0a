/**
 * A second opinion: the contract once more, read straight from the JSON with decimal.js, slow and plain,
 * sharing no arithmetic and no conditions with the engine. It prices the random bundles and claims of
 * arbitrary.ts (valid ones), whose `times` buckets alone begin with a t, and gives the whole answer.
 */
import { Decimal } from 'decimal.js';
import type { Claim } from '../types.ts';

const D = Decimal.clone({ precision: 60, rounding: Decimal.ROUND_HALF_UP });
type Dec = InstanceType<typeof D>;
/** Parsed JSON, which the oracle trusts. */
type Any = ReturnType<typeof JSON.parse>;

const zero = new D(0);
const r2 = (x: Dec): Dec => x.toDecimalPlaces(2);
const min = (...xs: Dec[]): Dec => xs.reduce((a, b) => (b.lt(a) ? b : a));
const max0 = (x: Dec): Dec => (x.lt(0) ? zero : x);
const total = (xs: Dec[]): Dec => xs.reduce((a, b) => a.plus(b), zero);

function ageOf({ person, encounter }: Claim): number {
  const [y, m, d] = person.brdy.split('-').map(Number) as [number, number, number];
  const [Y, M, E] = encounter.setl_date.split('-').map(Number) as [number, number, number];
  return Y - y - (M * 100 + E < m * 100 + d ? 1 : 0);
}

function fact(name: string, claim: Claim, item: Any): Any {
  if (name === 'age') return ageOf(claim);
  if (name === 'item.for_chronic') return item.tags.some((tag: string) => claim.person.chronic.includes(tag));
  if (name.startsWith('item.')) return item[name.slice(5)];
  const all: Any = { ...claim.person, ...claim.facility, ...claim.encounter };
  return all[name];
}

function holds(when: Any, claim: Claim, item?: Any): boolean {
  return Object.entries(when ?? {}).every(([name, test]: [string, Any]) => {
    const value = fact(name, claim, item);
    const values: Any[] = Array.isArray(value) ? value : [value];
    if (Array.isArray(test)) return test.some((one) => values.includes(one));
    if (typeof test !== 'object') return values.includes(test);
    return Object.entries(test).every(([key, than]: [string, Any]) => {
      if (key === 'all') return than.every((one: Any) => values.includes(one));
      if (key === 'none') return !than.some((one: Any) => values.includes(one));
      return { gte: value >= than, gt: value > than, lte: value <= than, lt: value < than }[key];
    });
  });
}

function pick(value: Any, key: string, claim: Claim, item?: Any): Dec {
  if (!Array.isArray(value)) return new D(value);
  return new D(value.find((entry) => holds(entry.when, claim, item))[key]);
}

/** Floor to the fen, then one fen each by largest fraction, never above `most`. */
function deal(amount: Dec, weights: Dec[], most: Dec[]): Dec[] {
  const sum = total(weights);
  if (amount.isZero()) return weights.map(() => zero);
  const exact = weights.map((weight) => amount.times(weight).div(sum));
  const given = exact.map((x) => x.toDecimalPlaces(2, Decimal.ROUND_FLOOR));
  let left = amount.minus(total(given)).times(100).toNumber();
  const order = exact
    .map((x, i) => ({ i, rest: x.minus(given[i] as Dec).toDecimalPlaces(20) }))
    .sort((a, b) => b.rest.cmp(a.rest) || a.i - b.i);
  for (const { i } of order) {
    if (left === 0 || (given[i] as Dec).gte(most[i] as Dec)) continue;
    given[i] = (given[i] as Dec).plus('0.01');
    left -= 1;
  }
  return given;
}

export function oracle(bundle: Any, claim: Claim): Any {
  const used = new Map<string, Dec>();
  const put = new Map<string, Dec>();
  for (const [name, { period }] of Object.entries<Any>(bundle.buckets))
    used.set(name, new D(period === 'visit' ? 0 : (claim.used?.[name] ?? 0)));
  const gain = (name: string, amount: Dec): void => {
    used.set(name, (used.get(name) ?? zero).plus(amount));
    put.set(name, (put.get(name) ?? zero).plus(amount));
  };
  const rooms = (stage: Any) =>
    (stage.limits ?? [])
      .filter((limit: Any) => holds(limit.when, claim))
      .map((limit: Any) => {
        const has = used.get(limit.bucket) ?? zero;
        if (limit.times !== undefined)
          return { limit, room: has.gte(limit.times) ? zero : new D(1e30), own: zero };
        const own = max0(pick(limit.amount, 'amount', claim).minus(has));
        const lease = claim.allotted?.[limit.bucket];
        const room =
          lease === undefined ? own : min(own, max0(new D(lease).minus(put.get(limit.bucket) ?? 0)));
        return { limit, room, own };
      });
  const stages: Any[] = [];
  const types: { fund_pay_type: string; fund: string; pool: boolean; paid: Dec }[] = [];
  let covered = zero;
  let weighted = zero;
  const funds = new Map<string, Dec>();
  const warnings = new Set<string>();
  const pay = (stage: Any, found: Any[], gross: Dec, base: Dec, deductible: Dec): Dec => {
    const least = found.reduce((a: Any, b: Any) => (a === undefined || b.room.lt(a.room) ? b : a), undefined);
    const paid = least === undefined ? gross : min(gross, least.room);
    const by = paid.lt(gross) ? least : undefined;
    if (by !== undefined && by.limit.times === undefined && by.room.lt(by.own))
      warnings.add('ALLOTMENT_BOUND');
    const names = new Map<string, Dec>();
    for (const { limit } of found)
      names.set(limit.bucket, limit.times === undefined ? paid : new D(paid.gt(0) ? 1 : 0));
    for (const name of stage.counts ?? []) names.set(name, paid);
    for (const [name, amount] of names) gain(name, amount);
    const fund = stage.fund ?? 'hifp_pay';
    funds.set(fund, (funds.get(fund) ?? zero).plus(paid));
    types.push({ fund_pay_type: stage.fund_pay_type, fund, pool: stage.base === undefined, paid });
    const texts = { base: base.toFixed(2), deductible: deductible.toFixed(2), gross: gross.toFixed(2) };
    stages.push({
      id: stage.id,
      fund,
      ...texts,
      paid: paid.toFixed(2),
      limited_by: by?.limit.bucket ?? null,
    });
    return paid;
  };

  // Step 1.
  const split = claim.items.map((item) => {
    const all = new D(item.det_item_fee_sumamt);
    if (item.chrgitm_lv === '03') return { own: all, over: zero, pre: zero, inscp: zero };
    const price = min(new D(item.pric), new D(item.pric_uplmt_amt ?? item.pric));
    const ceiling = r2(price.times(item.cnt));
    const pre = r2(ceiling.times(item.selfpay_prop ?? 0));
    return { own: zero, over: all.minus(ceiling), pre, inscp: ceiling.minus(pre) };
  });
  const open = split.map(({ inscp }) => inscp);
  const pool = split.map(() => zero);

  // Step 2.
  for (const stage of bundle.pool) {
    if (!holds(stage.when, claim)) continue;
    const found = rooms(stage);
    const next = stage.overflow === 'next';
    const lines = open.flatMap((x, i) => (x.gt(0) && holds(stage.items, claim, claim.items[i]) ? [i] : []));
    if (lines.length === 0) continue;
    const shut = found.filter(({ room }: Any) => room.isZero());
    if (next && shut.length > 0) {
      if (shut.every(({ own, limit }: Any) => limit.times === undefined && own.gt(0)))
        warnings.add('ALLOTMENT_BOUND');
      continue;
    }
    const before = lines.map((i) => open[i] as Dec);
    const rate = lines.map((i) => {
      if (stage.kind === 'fixed') return zero;
      const plus = (stage.plus ?? []).filter((one: Any) => holds(one.when, claim, claim.items[i]));
      return min(
        new D(1),
        total([pick(stage.rate, 'rate', claim, claim.items[i]), ...plus.map((p: Any) => new D(p.plus))]),
      );
    });
    const eaten = before.map(() => zero);
    if (stage.deductible !== undefined) {
      const { bucket, amount } = stage.deductible;
      let left = max0(pick(amount, 'amount', claim).minus(used.get(bucket) ?? 0));
      const order = lines.map((_, k) => k).sort((a, b) => (rate[a] as Dec).cmp(rate[b] as Dec) || a - b);
      for (const k of order) {
        eaten[k] = min(before[k] as Dec, left);
        left = left.minus(eaten[k] as Dec);
      }
      gain(bucket, total(eaten));
    }
    const after = before.map((x, k) => x.minus(eaten[k] as Dec));
    let units = new D(stage.max_units ?? 1e30);
    const weights = lines.map((i, k) => {
      if (stage.kind !== 'fixed') return (after[k] as Dec).times(rate[k] as Dec);
      const taken = min(units, new D(claim.items[i]?.cnt ?? 0));
      units = units.minus(taken);
      return min(before[k] as Dec, r2(pick(stage.per_unit, 'amount', claim).times(taken)));
    });
    const gross = r2(total(weights));
    const paid = pay(stage, found, gross, total(before), total(eaten));
    const shares = deal(paid, weights, after);
    const passes = next && paid.lt(gross);
    const kept = passes ? deal(r2(total(after).times(paid).div(gross)), after, after) : after;
    lines.forEach((i, k) => {
      pool[i] = (pool[i] as Dec).plus(shares[k] as Dec);
      open[i] = (after[k] as Dec).minus(kept[k] as Dec);
      if (stage.kind === 'fixed') return;
      covered = covered.plus(kept[k] as Dec);
      weighted = weighted.plus((kept[k] as Dec).times(rate[k] as Dec));
    });
  }

  // Step 3.
  const sumOf = (key: 'own' | 'over' | 'pre' | 'inscp') => total(split.map((one) => one[key]));
  const parts: Record<string, Dec> = {
    inscp: sumOf('inscp').minus(total(pool)),
    pre: sumOf('pre'),
    over: sumOf('over'),
    own: sumOf('own'),
  };
  for (const layer of bundle.layers) {
    const base = total(layer.base.map((part: string) => parts[part]));
    if (!holds(layer.when, claim) || base.isZero()) continue;
    const found = rooms(layer);
    let deductible = zero;
    let gross = zero;
    if (layer.kind === 'rate') {
      if (layer.deductible !== undefined) {
        const { bucket, amount } = layer.deductible;
        deductible = min(base, max0(pick(amount, 'amount', claim).minus(used.get(bucket) ?? 0)));
        gain(bucket, deductible);
      }
      gross = r2(base.minus(deductible).times(pick(layer.rate, 'rate', claim)));
    } else {
      const f = (x: Dec): Dec => {
        const above = max0(x.minus(pick(layer.threshold, 'amount', claim)));
        let from = zero;
        let sum = zero;
        for (const { upto, rate } of layer.bands) {
          const to = min(above, new D(upto ?? 1e30));
          sum = sum.plus(max0(to.minus(from)).times(pick(rate, 'rate', claim)));
          from = new D(upto ?? 1e30);
        }
        return sum;
      };
      const before = used.get(layer.bucket) ?? zero;
      gross = r2(f(before.plus(base))).minus(r2(f(before)));
      gain(layer.bucket, base);
    }
    let left = pay(layer, found, gross, base, deductible);
    for (const part of layer.base) {
      const taken = min(left, parts[part] as Dec);
      parts[part] = (parts[part] as Dec).minus(taken);
      left = left.minus(taken);
    }
  }

  // Step 4.
  let moved = zero;
  const { budget } = bundle;
  const amount = budget && (claim.facility.budget?.[budget.bucket] ?? budget.amount);
  if (amount !== undefined) {
    const counted = total((budget.funds ?? ['hifp_pay']).map((fund: string) => funds.get(fund) ?? zero));
    const limit = pick(amount, 'amount', claim);
    const has = used.get(budget.bucket) ?? zero;
    if (counted.gt(0) && has.plus(counted).gt(limit)) {
      if (budget.on_exhausted === 'refuse') return { outcome: 'refused', code: 'BUDGET_EXHAUSTED' };
      warnings.add(budget.on_exhausted === 'warn' ? 'BUDGET_EXCEEDED' : 'BUDGET_BORNE');
      if (budget.on_exhausted === 'provider_bears') moved = counted.minus(max0(limit.minus(has)));
    }
    gain(budget.bucket, counted.minus(moved));
  }

  // Step 5, and the answer.
  const account = total(bundle.account.parts.map((part: string) => parts[part]));
  const acct_pay = claim.encounter.use_account ? min(new D(claim.person.balc), account) : zero;
  const psn_part_amt = total(Object.values(parts));
  const fund = (name: string) => (funds.get(name) ?? zero).minus(name === 'hifp_pay' ? moved : 0).toFixed(2);
  const names = ['hifp_pay', 'cvlserv_pay', 'hifes_pay', 'hifmi_pay', 'hifob_pay', 'maf_pay', 'oth_pay'];
  const setlinfo = {
    medfee_sumamt: total(claim.items.map((item) => new D(item.det_item_fee_sumamt))).toFixed(2),
    fulamt_ownpay_amt: sumOf('own').toFixed(2),
    overlmt_selfpay: sumOf('over').toFixed(2),
    preselfpay_amt: sumOf('pre').toFixed(2),
    inscp_scp_amt: sumOf('inscp').toFixed(2),
    act_pay_dedc: total(types.map(({ pool }, i) => new D(pool ? stages[i].deductible : 0))).toFixed(2),
    ...Object.fromEntries(names.map((name) => [name, fund(name)])),
    fund_pay_sumamt: total([...funds.values()])
      .minus(moved)
      .toFixed(2),
    hosp_part_amt: moved.toFixed(2),
    psn_part_amt: psn_part_amt.toFixed(2),
    acct_pay: acct_pay.toFixed(2),
    psn_cash_pay: psn_part_amt.minus(acct_pay).toFixed(2),
    pool_prop_selfpay: (covered.isZero() ? zero : weighted.div(covered)).toFixed(4),
  };
  for (const one of types.toReversed()) {
    if (!one.pool || one.fund !== 'hifp_pay') continue;
    const taken = min(one.paid, moved);
    one.paid = one.paid.minus(taken);
    moved = moved.minus(taken);
  }
  const byType = new Map<string, Dec>();
  for (const { fund_pay_type: type, paid } of types) byType.set(type, (byType.get(type) ?? zero).plus(paid));
  const text = (name: string, x: Dec) => x.toFixed(name.startsWith('t') ? 0 : 2);
  const late = claim.encounter.setl_date > bundle.enddate;
  const lists = ['ALLOTMENT_BOUND', 'BUDGET_EXCEEDED', 'BUDGET_BORNE'].filter((one) => warnings.has(one));
  return {
    outcome: 'payable',
    bundle: bundle.bundle,
    version: bundle.version,
    setlinfo,
    setldetail: [...byType]
      .filter(([, paid]) => paid.gt(0))
      .map(([fund_pay_type, paid]) => ({ fund_pay_type, fund_payamt: paid.toFixed(2) })),
    stages,
    items: split.map(({ own, over, pre, inscp }, i) => ({
      feedetl_sn: claim.items[i]?.feedetl_sn,
      fulamt_ownpay_amt: own.toFixed(2),
      overlmt_amt: over.toFixed(2),
      preselfpay_amt: pre.toFixed(2),
      inscp_scp_amt: inscp.toFixed(2),
      pool_pay: pool[i]?.toFixed(2),
    })),
    used: Object.fromEntries(
      [...used].flatMap(([name, x]) =>
        bundle.buckets[name].period === 'visit' ? [] : [[name, text(name, x)]],
      ),
    ),
    put: Object.fromEntries([...put].flatMap(([name, x]) => (x.gt(0) ? [[name, text(name, x)]] : []))),
    warnings: [...(late ? ['POLICY_IN_GRACE'] : []), ...lists],
  };
}
