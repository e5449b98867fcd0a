import Type, { type Static } from 'typebox';
import { SignedYuan } from '../amounts.ts';
import { Day, Seq } from '../ids.ts';
import { nullable, open, Text } from '../schema.ts';

/**
 * Body of a `day-close`: net of the reversals booked that day, so an amount may be negative. docs/record.md
 * §2
 */
export const DayCloseBody = open({
  day: Day,
  /** Of the first and last settlement or reversal booked that day. */
  first: nullable(Seq),
  last: nullable(Seq),
  visits: Type.Integer(),
  reversals: Type.Integer(),
  medfee_sumamt: SignedYuan,
  fund_pay_sumamt: SignedYuan,
  psn_part_amt: SignedYuan,
  funds: Type.Array(open({ fund_pay_type: Text, fund_payamt: SignedYuan })),
  paid: Type.Array(open({ way: Text, amount: SignedYuan })),
});
export type DayCloseBody = Static<typeof DayCloseBody>;
