/**
 * The shapes that go in and come out of `policy/`. Field names are the national platform's; money is a
 * decimal text in yuan with two places, a rate a decimal text, a day 'YYYY-MM-DD'. Source:
 * docs/adjudication.md.
 */
import type { Day, Period } from './calendar.ts';

export type Scope = 'person' | 'clinic';
export type Part = 'inscp' | 'pre' | 'over' | 'own';
export type Fund =
  | 'hifp_pay'
  | 'cvlserv_pay'
  | 'hifes_pay'
  | 'hifmi_pay'
  | 'hifob_pay'
  | 'maf_pay'
  | 'oth_pay';

export const FUNDS: readonly Fund[] = [
  'hifp_pay',
  'cvlserv_pay',
  'hifes_pay',
  'hifmi_pay',
  'hifob_pay',
  'maf_pay',
  'oth_pay',
];
export const PARTS: readonly Part[] = ['inscp', 'pre', 'over', 'own'];

export type BucketUse = 'deductible' | 'bands' | 'money' | 'times' | 'budget';

/** What a bundle counts, as declared in its `buckets`. */
export interface Bucket {
  /** Place in a read claim's `used` numbers. */
  index: number;
  name: string;
  period: Period;
  scope: Scope;
  title?: string;
  cum_type_code?: string;
  use?: BucketUse;
  /** The layer whose bands it carries: no other may share it. */
  owner?: string;
}

/** One visit to be priced (docs/adjudication.md "Input: one claim"). Keys not named here are ignored. */
export interface Claim {
  person: {
    psn_no: string;
    gend: string;
    brdy: Day;
    insutype: string;
    psn_type: string;
    insuplc_admdvs: string;
    psn_idet_type: string[];
    chronic: string[];
    designated_here: boolean;
    signed_here: boolean;
    balc: string;
  };
  facility: { fixmedins_code: string; level: string; mode: string; budget?: Record<string, string> };
  encounter: {
    setl_date: Day;
    med_type: string;
    dise_codg: string[];
    home_visit: boolean;
    return_visit: boolean;
    use_account: boolean;
  };
  items: ClaimItem[];
  used?: Record<string, string>;
  allotted?: Record<string, string>;
}

export interface ClaimItem {
  feedetl_sn: string;
  med_list_codg: string;
  list_type: string;
  chrgitm_lv: string;
  cnt: string;
  pric: string;
  det_item_fee_sumamt: string;
  selfpay_prop?: string;
  pric_uplmt_amt?: string;
  tags: string[];
}

/** The national `setlinfo` amounts, each with two places; pool_prop_selfpay with four. */
export type Setlinfo = Record<
  | 'medfee_sumamt'
  | 'fulamt_ownpay_amt'
  | 'overlmt_selfpay'
  | 'preselfpay_amt'
  | 'inscp_scp_amt'
  | 'act_pay_dedc'
  | Fund
  | 'fund_pay_sumamt'
  | 'hosp_part_amt'
  | 'psn_part_amt'
  | 'acct_pay'
  | 'psn_cash_pay'
  | 'pool_prop_selfpay',
  string
>;

export interface AnswerStage {
  id: string;
  fund: Fund;
  base: string;
  deductible: string;
  gross: string;
  paid: string;
  limited_by: string | null;
}

export interface AnswerItem {
  feedetl_sn: string;
  fulamt_ownpay_amt: string;
  overlmt_amt: string;
  preselfpay_amt: string;
  inscp_scp_amt: string;
  pool_pay: string;
}

export type Warning = 'POLICY_IN_GRACE' | 'ALLOTMENT_BOUND' | 'BUDGET_EXCEEDED' | 'BUDGET_BORNE';

/** A price. `bundle` and `version` are null only for a self-paid visit (`selfPay`). */
export interface PayableAnswer {
  outcome: 'payable';
  bundle: string | null;
  version: number | null;
  setlinfo: Setlinfo;
  setldetail: { fund_pay_type: string; fund_payamt: string }[];
  stages: AnswerStage[];
  items: AnswerItem[];
  used: Record<string, string>;
  put: Record<string, string>;
  warnings: Warning[];
}

export interface RefusedAnswer {
  outcome: 'refused';
  code: 'NO_POLICY' | 'BUDGET_EXHAUSTED';
}

export interface ErrorAnswer {
  outcome: 'error';
  code: 'POLICY_INVALID' | 'CLAIM_INVALID' | 'ITEM_AMOUNT_MISMATCH';
}

export type Answer = PayableAnswer | RefusedAnswer | ErrorAnswer;
