import Type, { type Static } from 'typebox';
import { Yuan } from '../amounts.ts';
import { oneOf, open, Text } from '../schema.ts';

/**
 * What the audit before payment (智能审核) found, in the words of national 3101/3102, and what the doctor
 * answered.
 */

export const AuditFinding = open({
  jr_id: Text,
  rule_id: Text,
  rule_name: Text,
  /** What the doctor reads. */
  vola_cont: Text,
  /** Yuan of the lines found. */
  vola_amt: Yuan,
  /** '1': the amount of the lines found; '0': about the visit, no amount. This project's own. */
  vola_amt_stas: Text,
  /** 1 deny, 2 confirm, 3 remind: this project's own; regions map it. */
  sev_deg: Text,
  /** The facts used. */
  vola_evid: Text,
  vola_bhvr_type: Text,
  /** The lines found: `rx_id` is the `feedetl_sn`, `vola_item_type` the `list_type`. */
  judge_result_detail_dtos: Type.Array(
    open({ jrd_id: Text, rx_id: Text, vola_item_type: Text, vola_amt: Yuan }),
  ),
  severity: oneOf('deny', 'confirm', 'remind'),
  source: Text,
  /** A fact was not known. */
  missing: Type.Boolean(),
});
export type AuditFinding = Static<typeof AuditFinding>;

/**
 * A reason given for a finding (national 3103): `warn_rslt_id` is its `jr_id`, `dspo_way` 1 goes on all the
 * same.
 */
export const FindingReason = open({ warn_rslt_id: Text, dspo_way: oneOf('1'), dspo_way_rea: Text });
export type FindingReason = Static<typeof FindingReason>;
