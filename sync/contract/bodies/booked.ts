import Type, { type Static } from 'typebox';
import { Yuan } from '../amounts.ts';
import { nullable, open, Text } from '../schema.ts';
import { Setlinfo } from './answer.ts';
import { ReversalBody } from './reversal.ts';
import { Puts, SettlementBody } from './settlement.ts';

/**
 * What of a settlement and a reversal a receiver must be able to read to book them. It asks for no more: a
 * body that has these is booked, whatever a later release has made of the rest.
 */

const { setl_id, setl_date, datasets } = SettlementBody.properties;
const info = Setlinfo.properties;

export const BookedSettlement = open({
  setl_id,
  setl_date,
  psn: open({ psn_no: nullable(Text) }),
  answer: open({
    setlinfo: open({
      medfee_sumamt: info.medfee_sumamt,
      fulamt_ownpay_amt: info.fulamt_ownpay_amt,
      overlmt_selfpay: info.overlmt_selfpay,
      preselfpay_amt: info.preselfpay_amt,
      inscp_scp_amt: info.inscp_scp_amt,
      fund_pay_sumamt: info.fund_pay_sumamt,
      hosp_part_amt: info.hosp_part_amt,
      psn_part_amt: info.psn_part_amt,
      acct_pay: info.acct_pay,
      psn_cash_pay: info.psn_cash_pay,
    }),
  }),
  put: Puts,
  datasets: open({ bundle: datasets.properties.bundle }),
  /** A way of payment that is not known adds up all the same. */
  paid: Type.Array(open({ way: Text, amount: Yuan }), { maxItems: 20 }),
});
export type BookedSettlement = Static<typeof BookedSettlement>;

export const BookedReversal = open({
  setl_id: ReversalBody.properties.setl_id,
  of: ReversalBody.properties.of,
  put: Puts,
});
export type BookedReversal = Static<typeof BookedReversal>;
