import type { Answer, Claim, Finding, Trace } from '../../policy/index.ts';

/** A dataset as a record refers to it. */
export interface DatasetRef {
  name: string;
  version: number;
  sha256: string;
}

/** What one bucket gained. `amount`: yuan with two places, or a whole number for a count. */
export interface Put {
  scope: 'person' | 'clinic';
  insutype: string;
  poolarea: string;
  bucket: string;
  period: string;
  amount: string;
}

export interface Diagnosis {
  diag_code: string;
  diag_name: string;
  dise_codg?: string;
}

export interface SettlementLine {
  feedetl_sn: string;
  hilist_name: string;
  spec: string;
  unit: string;
  prd_days?: number;
  /** 追溯码 of the packs, as scanned. */
  drug_trac_codg?: string[];
  /** '1': sold out of an opened pack. */
  trdn_flag?: '0' | '1';
}

/** What the doctor answered to a finding, in the words of national 3103: `warn_rslt_id` is the finding's `jr_id`, `dspo_way` 1 goes on. */
export interface FindingReason {
  warn_rslt_id: string;
  dspo_way: '1';
  dspo_way_rea: string;
}

export interface Paid {
  way: 'cash' | 'code' | 'account' | 'owed';
  amount: string;
}

/** Body of a `settlement`. docs/record.md §3 */
export interface SettlementBody {
  setl_id: string;
  request: string;
  quote: string;
  pay_mode: 'insured' | 'self-pay';
  self_pay_reason: string | null;
  setl_date: string;
  psn: {
    psn_no: string | null;
    psn_name: string;
    psn_cert_type: string;
    certno: string;
    gend: string;
    brdy: string;
  };
  claim: Claim;
  answer: Answer;
  trace: Trace | null;
  put: Put[];
  datasets: {
    bundle: DatasetRef | null;
    catalogue: DatasetRef;
    roster: DatasetRef | null;
    operators: DatasetRef;
    clinic: DatasetRef;
  };
  diagnoses: Diagnosis[];
  lines: SettlementLine[];
  credential:
    | { kind: string; mdtrt_cert_type: string; device: { driver: string; sam?: string }; read_at: string }
    | { kind: 'none' };
  presented_by: { psn_name: string; certno: string; relation: string } | null;
  findings: Finding[];
  reasons: FindingReason[];
  paid: Paid[];
  left: { title: string; amount: string }[];
  clock: { source: 'system' | 'receipt' | 'doctor' };
  reservation: string | null;
  software: string;
}
