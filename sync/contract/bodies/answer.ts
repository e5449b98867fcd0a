import Type, { type Static } from 'typebox';
import { PolicyAmount, Ratio, Yuan } from '../amounts.ts';
import { nullable, oneOf, open, Text } from '../schema.ts';

/**
 * What a visit costs and who pays, as `policy` answers; names are the national platform's.
 * docs/adjudication.md
 */

export const Fund = oneOf(
  'hifp_pay',
  'cvlserv_pay',
  'hifes_pay',
  'hifmi_pay',
  'hifob_pay',
  'maf_pay',
  'oth_pay',
);

export const Setlinfo = open({
  medfee_sumamt: Yuan,
  fulamt_ownpay_amt: Yuan,
  overlmt_selfpay: Yuan,
  preselfpay_amt: Yuan,
  inscp_scp_amt: Yuan,
  act_pay_dedc: Yuan,
  hifp_pay: Yuan,
  cvlserv_pay: Yuan,
  hifes_pay: Yuan,
  hifmi_pay: Yuan,
  hifob_pay: Yuan,
  maf_pay: Yuan,
  oth_pay: Yuan,
  fund_pay_sumamt: Yuan,
  hosp_part_amt: Yuan,
  psn_part_amt: Yuan,
  acct_pay: Yuan,
  psn_cash_pay: Yuan,
  /** A share, with four places. */
  pool_prop_selfpay: Ratio,
});

const AnswerStage = open({
  id: Text,
  fund: Fund,
  base: Yuan,
  deductible: Yuan,
  gross: Yuan,
  paid: Yuan,
  limited_by: nullable(Text),
});

const AnswerItem = open({
  feedetl_sn: Text,
  fulamt_ownpay_amt: Yuan,
  overlmt_amt: Yuan,
  preselfpay_amt: Yuan,
  inscp_scp_amt: Yuan,
  pool_pay: Yuan,
});

export const Warning = oneOf('POLICY_IN_GRACE', 'ALLOTMENT_BOUND', 'BUDGET_EXCEEDED', 'BUDGET_BORNE');

/** By bucket: yuan with two places, or a whole number for a count. */
const byBucket = Type.Record(Type.String(), PolicyAmount);

/** A price. `bundle` and `version` are null only for a self-paid visit. */
const PayableAnswer = open({
  outcome: Type.Literal('payable'),
  bundle: nullable(Text),
  version: nullable(Type.Integer()),
  setlinfo: Setlinfo,
  setldetail: Type.Array(open({ fund_pay_type: Text, fund_payamt: Yuan })),
  stages: Type.Array(AnswerStage),
  items: Type.Array(AnswerItem),
  used: byBucket,
  put: byBucket,
  warnings: Type.Array(Warning),
});

export const Answer = Type.Union([
  PayableAnswer,
  open({ outcome: Type.Literal('refused'), code: oneOf('NO_POLICY', 'BUDGET_EXHAUSTED') }),
  open({
    outcome: Type.Literal('error'),
    code: oneOf('POLICY_INVALID', 'CLAIM_INVALID', 'ITEM_AMOUNT_MISMATCH'),
  }),
]);
export type Answer = Static<typeof Answer>;
