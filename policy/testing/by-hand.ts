/**
 * The Hunyuan bundle written out by hand, straight down, with the same exact arithmetic: the floor the
 * benchmark measures the engine against. It trusts the claim's shape, which the engine checks.
 */
import { formatFen, formatRate, mulDivHalfUp, ONE, readDecimal, readMoney } from '../fen.ts';
import { share } from '../price/share.ts';
import type { AnswerItem, AnswerStage, Claim, PayableAnswer, Warning } from '../types.ts';

const ZERO = '0.00';

export function hunyuanByHand(claim: Claim): PayableAnswer {
  const { person, facility, encounter, items } = claim;
  const used = claim.used ?? {};
  const usedTwo = readMoney(used['two-disease-year'] ?? ZERO);
  const usedYear = readMoney(used['outpatient-year'] ?? ZERO);
  const usedClinic = readMoney(used['clinic-year'] ?? ZERO);
  let medfee = 0;
  let own = 0;
  let over = 0;
  let pre = 0;
  let inscp = 0;
  const open: number[] = [];
  const pool: number[] = [];
  const two: number[] = [];
  const rows: AnswerItem[] = [];
  for (let i = 0; i < items.length; i++) {
    const item = items[i] as Claim['items'][number];
    const total = readMoney(item.det_item_fee_sumamt);
    const cnt = readDecimal(item.cnt, 4);
    const pric = readDecimal(item.pric, 6);
    if (mulDivHalfUp(cnt, pric, 100_000_000) !== total) throw new Error('ITEM_AMOUNT_MISMATCH');
    medfee += total;
    if (item.chrgitm_lv === '03') {
      own += total;
      open.push(0);
      rows.push(row(item.feedetl_sn, total, 0, 0, 0));
    } else {
      const uplmt = item.pric_uplmt_amt === undefined ? pric : readDecimal(item.pric_uplmt_amt, 6);
      const ceiling = uplmt < pric ? mulDivHalfUp(cnt, uplmt, 100_000_000) : total;
      const first =
        item.selfpay_prop === undefined ? 0 : mulDivHalfUp(ceiling, readDecimal(item.selfpay_prop, 4), ONE);
      over += total - ceiling;
      pre += first;
      inscp += ceiling - first;
      open.push(ceiling - first);
      rows.push(row(item.feedetl_sn, 0, total - ceiling, first, ceiling - first));
      if (ceiling > first && item.tags.some((tag) => person.chronic.includes(tag))) two.push(i);
    }
    pool.push(0);
  }
  const stages: AnswerStage[] = [];
  let covered = 0;
  let weighted = 0;

  // 两病 60 %, what its cap leaves goes on.
  const both = person.chronic.includes('hypertension') && person.chronic.includes('diabetes');
  const capTwo = both ? 62_000 : person.chronic.includes('hypertension') ? 26_000 : 36_000;
  const roomTwo = Math.max(0, capTwo - usedTwo);
  let paidTwo = 0;
  if (two.length > 0 && roomTwo > 0) {
    const amounts = two.map((i) => open[i] as number);
    const weights = amounts.map((amount) => amount * 6000);
    const base = add(amounts);
    const gross = mulDivHalfUp(base * 6000, 1, ONE);
    paidTwo = Math.min(gross, roomTwo);
    const shares = share(paidTwo, weights, base * 6000, amounts);
    const kept = paidTwo < gross ? mulDivHalfUp(base, paidTwo, gross) : base;
    const keeps = kept < base ? share(kept, amounts, base, amounts) : amounts;
    two.forEach((i, k) => {
      pool[i] = shares[k] as number;
      open[i] = (amounts[k] as number) - (keeps[k] as number);
    });
    covered += kept;
    weighted += kept * 6000;
    stages.push(stage('two-disease', base, gross, paidTwo, 'two-disease-year'));
  }

  // 普通门诊: 60 % in the village, 55 % elsewhere, 5 more when signed.
  const roomYear = Math.max(0, 30_000 - usedYear);
  let paidYear = 0;
  const lines: number[] = [];
  for (let i = 0; i < open.length; i++) if ((open[i] as number) > 0) lines.push(i);
  if (encounter.med_type === '11' && lines.length > 0) {
    const rate = (facility.level === 'village' ? 6000 : 5500) + (person.signed_here ? 500 : 0);
    const amounts = lines.map((i) => open[i] as number);
    const weights = amounts.map((amount) => amount * rate);
    const base = add(amounts);
    const gross = mulDivHalfUp(base * rate, 1, ONE);
    paidYear = Math.min(gross, roomYear);
    const shares = share(paidYear, weights, base * rate, amounts);
    lines.forEach((i, k) => {
      pool[i] = (pool[i] as number) + (shares[k] as number);
    });
    covered += base;
    weighted += base * rate;
    stages.push(stage('general', base, gross, paidYear, 'outpatient-year'));
  }
  for (let i = 0; i < rows.length; i++) (rows[i] as AnswerItem).pool_pay = formatFen(pool[i] as number);

  const paid = paidTwo + paidYear;
  const budget = facility.budget?.['clinic-year'];
  const amount = budget === undefined ? 3_000_000 : readMoney(budget);
  const warnings: Warning[] = [];
  if (encounter.setl_date > '2024-12-31') warnings.push('POLICY_IN_GRACE');
  if (paid > 0 && usedClinic + paid > amount) warnings.push('BUDGET_EXCEEDED');
  const left = medfee - paid;
  const account = encounter.use_account ? Math.min(readMoney(person.balc), left) : 0;
  const fund = formatFen(paid);
  const put: Record<string, string> = {};
  if (paid > 0) put['clinic-year'] = fund;
  if (paidYear > 0) put['outpatient-year'] = formatFen(paidYear);
  if (paidTwo > 0) put['two-disease-year'] = formatFen(paidTwo);
  return {
    outcome: 'payable',
    bundle: 'datong-hunyuan-2024',
    version: 1,
    setlinfo: {
      medfee_sumamt: formatFen(medfee),
      fulamt_ownpay_amt: formatFen(own),
      overlmt_selfpay: formatFen(over),
      preselfpay_amt: formatFen(pre),
      inscp_scp_amt: formatFen(inscp),
      act_pay_dedc: ZERO,
      hifp_pay: fund,
      cvlserv_pay: ZERO,
      hifes_pay: ZERO,
      hifmi_pay: ZERO,
      hifob_pay: ZERO,
      maf_pay: ZERO,
      oth_pay: ZERO,
      fund_pay_sumamt: fund,
      hosp_part_amt: ZERO,
      psn_part_amt: formatFen(left),
      acct_pay: formatFen(account),
      psn_cash_pay: formatFen(left - account),
      pool_prop_selfpay: formatRate(covered === 0 ? 0 : mulDivHalfUp(weighted, 1, covered)),
    },
    setldetail: paid > 0 ? [{ fund_pay_type: '390100', fund_payamt: fund }] : [],
    stages,
    items: rows,
    used: {
      'clinic-year': formatFen(usedClinic + paid),
      'outpatient-year': formatFen(usedYear + paidYear),
      'two-disease-year': formatFen(usedTwo + paidTwo),
    },
    put,
    warnings,
  };
}

function row(feedetl_sn: string, own: number, over: number, pre: number, inscp: number): AnswerItem {
  return {
    feedetl_sn,
    fulamt_ownpay_amt: formatFen(own),
    overlmt_amt: formatFen(over),
    preselfpay_amt: formatFen(pre),
    inscp_scp_amt: formatFen(inscp),
    pool_pay: ZERO,
  };
}

function stage(id: string, base: number, gross: number, paid: number, bucket: string): AnswerStage {
  return {
    id,
    fund: 'hifp_pay',
    base: formatFen(base),
    deductible: ZERO,
    gross: formatFen(gross),
    paid: formatFen(paid),
    limited_by: paid < gross ? bucket : null,
  };
}

function add(amounts: number[]): number {
  let sum = 0;
  for (const amount of amounts) sum += amount;
  return sum;
}
