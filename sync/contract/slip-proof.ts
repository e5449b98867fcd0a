import Type, { type Static } from 'typebox';
import { Yuan } from './amounts.ts';
import { Day, LedgerId, Seq, Sha256 } from './ids.ts';
import { open } from './schema.ts';

/** Payload of `cyt-slip+jws`, the QR on a slip: holds the paper against the record, and names nobody. */
export const SlipProof = open({
  v: Type.Literal(1),
  ledger: LedgerId,
  seq: Seq,
  hash: Sha256,
  day: Day,
  sum: Yuan,
  fund: Yuan,
  psn: Yuan,
});
export type SlipProof = Static<typeof SlipProof>;
