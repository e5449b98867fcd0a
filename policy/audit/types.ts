/**
 * Audit before payment (智能审核): what the gateway knows, what a rule finds. Source: national 3101/3102 and the
 * rules as practised. A fact that is absent is unknown, and unknown never means fine: the rule finds that it
 * could not be applied. `null` where a catalogue may limit something means that the catalogue names no limit.
 */

import type { Day } from '../calendar.ts';
import type { ReadClaim } from '../claim/claim.ts';
import type { Benefit } from '../compile/benefit.ts';
import type { Reader } from '../compile/reader.ts';
import type { Json } from '../json.ts';

/**
 * `deny`: not payable; `confirm`: the doctor must give a reason, kept in the record; `remind`: shown only.
 */
export type Severity = 'deny' | 'confirm' | 'remind';
export type Listed = 'black' | 'grey' | 'white' | 'none';

export interface AuditContext {
  person?: {
    /** 1 normal, 2 paused, 4 ended. */
    psn_insu_stas?: string;
    /** First day without insurance, null when there is none. */
    paus_insu_date?: Day | null;
    /** 1 alive, 2 dead. */
    surv_stas?: string;
  };
  /** How the person was identified: mdtrt_cert_type, and whether the device proved it. */
  identity?: { method: string; checked: boolean };
  /** By feedetl_sn. */
  lines?: Record<string, AuditLine>;
  /** By med_list_codg. */
  catalogue?: Record<string, CatalogueEntry>;
  /** What the person was given before, in any order. */
  dispenses?: Dispense[];
  /** The person's settled visits here and elsewhere that the gateway knows, without those reversed. */
  visits?: PastVisit[];
  /** Of this claim's trace codes, those already sold. */
  sold_codes?: string[];
  /** What was sold under this claim's trace codes before, oldest first, without what was taken back. */
  pack_sales?: PackSale[];
  /** Visits settled in the hour before this one. */
  pace?: { doctor_hour?: number; clinic_hour?: number };
  lists?: { person?: Listed; doctor?: Listed; clinic?: Listed };
}

interface AuditLine {
  /** Days the quantity lasts. */
  prd_days?: number;
  /** Per day in the label's unit, at most 4 places. */
  daily_dose?: string;
  drug_trac_codg?: string[];
  /** '1': sold from an opened pack, whose code several sales share. */
  trdn_flag?: string;
}

export interface CatalogueEntry {
  /** Only for this sex. */
  gend?: string | null;
  /** Whole years, both included. */
  age_from?: number | null;
  age_to?: number | null;
  dise_codg?: string[] | null;
  level?: string[] | null;
  /** '1': payment is limited as `memo` says. */
  lmt_used_flag?: string;
  memo?: string;
  max_daily_dose?: string | null;
  trac_required?: boolean;
  /** How many of the item's unit are in a pack with one trace code; absent: the unit is the pack. */
  pack_units?: number;
}

/** Something that the person was given before. */
export interface Dispense {
  med_list_codg: string;
  setl_date: Day;
  /** Days it lasts from that day on; absent when not known. */
  prd_days?: number;
  cnt: string;
}

/** A line of an earlier settlement that sold packs, or part of an opened one. */
export interface PackSale {
  drug_trac_codg: string[];
  cnt: string;
  trdn_flag?: string;
}

interface PastVisit {
  setl_date: Day;
  minutes_ago: number;
  medfee_sumamt: string;
}

/** What a rule is applied to. `lines`: indices of the claim's lines that the rule is for. */
export interface Facts {
  bundle: Benefit;
  claim: ReadClaim;
  context: AuditContext;
  lines: number[];
}

/** One thing found. `lines` are indices; none when it is about the visit. `missing`: a fact was not known. */
export interface Violation {
  lines: number[];
  cont: string;
  evid: string;
  missing: boolean;
  /** No more than this, whatever the rule says. */
  atMost?: Severity;
}

export type Check = (facts: Facts) => Violation[];

/** A kind of rule: its name, the parameters it reads from a bundle's `audit` block, its check. */
export interface RuleKind {
  /** `rule_name` when the rule has no title. */
  name: string;
  vola_bhvr_type: string;
  /** Required parameters. */
  keys?: string[];
  /** Optional parameters. */
  optional?: string[];
  compile(reader: Reader, path: string, object: Json): Check;
}

/** What a 3101/3102 answer carries of a finding, and what the record needs to repeat it. */
export interface Finding {
  jr_id: string;
  rule_id: string;
  rule_name: string;
  /** What the doctor reads. */
  vola_cont: string;
  /** Yuan of the lines found. */
  vola_amt: string;
  /** '1': the amount of the lines found; '0': about the visit, no amount. This project's own. */
  vola_amt_stas: string;
  /** 1 deny, 2 confirm, 3 remind: this project's own; regions map it. */
  sev_deg: string;
  /** The facts used. */
  vola_evid: string;
  vola_bhvr_type: string;
  judge_result_detail_dtos: FindingLine[];
  severity: Severity;
  source: string;
  missing: boolean;
}

/** A line found: `rx_id` is its feedetl_sn, `vola_item_type` its list_type. */
interface FindingLine {
  jrd_id: string;
  rx_id: string;
  vola_item_type: string;
  vola_amt: string;
}

export function found(lines: number[], cont: string, evid: string): Violation {
  return { lines, cont, evid, missing: false };
}

export function unknown(lines: number[], fact: string, key: string): Violation {
  return { lines, cont: `缺少${fact}，无法审核，请核对。`, evid: `${key}: 未知`, missing: true };
}
