import Type, { type Static } from 'typebox';
import { Day, Sha256 } from '../ids.ts';
import { open, Text } from '../schema.ts';
import { Payments, Puts } from './settlement.ts';

/** Body of a `reversal`. docs/record.md §2 */
export const ReversalBody = open({
  setl_id: Text,
  request: Text,
  /** The settlement that is taken back. */
  of: open({ seq: Type.Integer({ minimum: 1 }), hash: Sha256 }),
  reason: Text,
  /** The day it is booked in. */
  day: Day,
  /** The settlement's own day. */
  setl_date: Day,
  /** The settlement's, taken back in its own periods. */
  put: Puts,
  /** How the money went back. */
  refund: Payments,
});
export type ReversalBody = Static<typeof ReversalBody>;
