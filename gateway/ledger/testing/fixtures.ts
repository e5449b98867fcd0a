import { createHash } from 'node:crypto';
import { formatFen, type PayableAnswer, type Setlinfo } from '../../../policy/index.ts';
import type { Put, SettlementBody } from '../../../sync/contract/bodies/settlement.ts';
import { signingKeyOfSeed } from '../../../sync/record/keys.ts';
import type { Ledger } from '../interfaces.ts';
import { createLedger } from '../ledger.ts';
import type { LedgerParts } from '../parts.ts';
import { setlIdOf } from '../settle.ts';
import { ModelDisk, ModelStore, type Store } from '../store/index.ts';

/** Made-up acts for tests and benchmarks; nobody in them exists. */
export const CLINIC = 'H14022500001';
export const KEYS = {
  signing: signingKeyOfSeed(new Uint8Array(32).fill(7)),
  dataKey: new Uint8Array(32).fill(9),
};
/** 2026-11-22 12:00 in China. */
export const NOON_MS = Date.UTC(2026, 10, 22, 4);

/** Repeatable "random" bytes. */
export function randomOf(seed: string): (bytes: number) => Uint8Array {
  let n = 0;
  return (bytes) => {
    const blocks: Buffer[] = [];
    for (let have = 0; have < bytes; have += 64)
      blocks.push(createHash('sha512').update(`${seed} ${n++}`).digest());
    return Buffer.concat(blocks).subarray(0, bytes);
  };
}

export function ledgerOn(store: Store, parts: Partial<LedgerParts> = {}): Ledger {
  const opening = { facts: { demo: true } };
  return createLedger({
    store,
    keys: KEYS,
    clinic: CLINIC,
    clock: { now: () => NOON_MS },
    random: randomOf('test'),
    opening,
    ...parts,
  });
}

export interface Act {
  request: string;
  psn_no?: string | null;
  day?: string;
  fund?: number;
  psn?: number;
  way?: 'cash' | 'code' | 'account' | 'owed';
  put?: Put[];
  items?: number;
}

export const YEAR_CAP = {
  scope: 'person',
  insutype: '390',
  poolarea: '440882',
  bucket: 'outpatient-year',
} as const;

/** A settlement's body of about the size a real one has. Amounts in fen. */
export function bodyOf(ledger: string, seq: number, act: Act): SettlementBody {
  const {
    request,
    psn_no = 'P0001',
    day = '2026-11-22',
    fund = 1492,
    psn = 1142,
    way = 'cash',
    items = 3,
  } = act;
  const put = act.put ?? [
    { ...YEAR_CAP, period: day.slice(0, 4), amount: formatFen(fund) },
    { ...YEAR_CAP, bucket: 'visits-day', period: day, amount: '1' },
  ];
  const { claim, answer, lines } = priced(psn_no ?? '', day, fund, psn, items);
  return {
    setl_id: setlIdOf(CLINIC, ledger, seq),
    request,
    quote: createHash('sha256').update(request).digest('hex'),
    pay_mode: 'insured',
    self_pay_reason: null,
    setl_date: day,
    psn: {
      psn_no,
      psn_name: '测试人',
      psn_cert_type: '01',
      certno: '14022519500302001X',
      gend: '1',
      brdy: '1950-03-02',
    },
    claim,
    answer,
    trace: null,
    put,
    datasets: {
      bundle: dataset('bundle/demo'),
      catalogue: dataset('catalogue'),
      roster: dataset('roster'),
      operators: dataset('operators'),
      clinic: dataset('clinic'),
    },
    diagnoses: [{ diag_code: 'J06.900', diag_name: '急性上呼吸道感染' }],
    lines,
    credential: { kind: 'none' },
    presented_by: null,
    findings: [],
    reasons: [],
    paid: [{ way, amount: formatFen(psn) }],
    left: [{ title: '普通门诊年度限额', amount: '285.08' }],
    clock: { source: 'system' },
    reservation: null,
    software: 'cunyitong 0.1.0',
  };
}

const dataset = (name: string) => ({
  name,
  version: 3,
  sha256: createHash('sha256').update(name).digest('hex'),
});

function priced(psn_no: string, day: string, fund: number, psn: number, items: number) {
  const ids = Array.from({ length: items }, (_, i) => String(i + 1));
  const total = formatFen(fund + psn);
  const zero = '0.00';
  const amounts = {
    medfee_sumamt: total,
    fund_pay_sumamt: formatFen(fund),
    hifp_pay: formatFen(fund),
    psn_part_amt: formatFen(psn),
    psn_cash_pay: formatFen(psn),
    inscp_scp_amt: total,
  };
  const names =
    'fulamt_ownpay_amt overlmt_selfpay preselfpay_amt act_pay_dedc cvlserv_pay hifes_pay hifmi_pay hifob_pay maf_pay oth_pay hosp_part_amt acct_pay pool_prop_selfpay';
  const rest = Object.fromEntries(names.split(' ').map((name) => [name, zero]));
  const answer: PayableAnswer = {
    outcome: 'payable',
    bundle: 'bundle/demo',
    version: 3,
    setlinfo: { ...rest, ...amounts } as Setlinfo,
    setldetail: [{ fund_pay_type: '310101', fund_payamt: formatFen(fund) }],
    stages: [
      {
        id: 'outpatient',
        fund: 'hifp_pay',
        base: total,
        deductible: zero,
        gross: formatFen(fund),
        paid: formatFen(fund),
        limited_by: null,
      },
    ],
    items: ids.map((feedetl_sn) => ({
      feedetl_sn,
      fulamt_ownpay_amt: zero,
      overlmt_amt: zero,
      preselfpay_amt: zero,
      inscp_scp_amt: total,
      pool_pay: zero,
    })),
    used: { 'outpatient-year': '14.92', 'visits-day': '1' },
    put: { 'outpatient-year': formatFen(fund), 'visits-day': '1' },
    warnings: [],
  };
  const item = {
    list_type: '101',
    chrgitm_lv: '01',
    cnt: '1',
    pric: '8.78',
    det_item_fee_sumamt: '8.78',
    tags: ['essential'],
  };
  const claim = {
    person: {
      psn_no,
      gend: '1',
      brdy: '1950-03-02',
      insutype: '390',
      psn_type: '15',
      insuplc_admdvs: '440882',
      psn_idet_type: [],
      chronic: [],
      designated_here: true,
      signed_here: true,
      balc: zero,
    },
    facility: { fixmedins_code: CLINIC, level: 'village', mode: 'integrated' },
    encounter: {
      setl_date: day,
      med_type: '11',
      dise_codg: [],
      home_visit: false,
      return_visit: false,
      use_account: false,
    },
    items: ids.map((feedetl_sn) => ({ ...item, feedetl_sn, med_list_codg: `XJ01CAA040A00101${feedetl_sn}` })),
    used: {},
  };
  const lines = ids.map((feedetl_sn) => ({
    feedetl_sn,
    hilist_name: '阿莫西林胶囊',
    spec: '0.25g×24粒',
    unit: '盒',
    prd_days: 3,
  }));
  return { claim, answer, lines };
}

/** Settles a made-up act. */
export const settle = (ledger: Ledger, act: Act) =>
  ledger.settle({
    operator: 'D140225000001',
    request: act.request,
    body: (seq) => bodyOf(ledger.ledger, seq, act),
  });

/** Three settlements on one day, and how to take one back. */
export function busyDay() {
  const disk = new ModelDisk();
  const ledger = ledgerOn(new ModelStore(disk));
  settle(ledger, { request: 'a', fund: 1000, psn: 500 });
  settle(ledger, { request: 'b', fund: 200, psn: 0, way: 'code' });
  settle(ledger, { request: 'c', fund: 30, psn: 70, way: 'owed' });
  const reverse = (seq: number, day: string, psn: number) =>
    ledger.reverse({
      operator: 'D',
      request: `back ${seq}`,
      seq,
      reason: 'r',
      day,
      refund: [{ way: 'cash', amount: formatFen(psn) }],
    });
  return { disk, ledger, reverse };
}
