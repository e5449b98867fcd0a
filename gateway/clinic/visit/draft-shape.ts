import Type from 'typebox';
import { PaidWay } from '../../../sync/contract/bodies/settlement.ts';
import { SCAN_MAX } from './limits.ts';

/**
 * What the doctor has entered. `cnt` as typed: "1", "0.5"; the desk checks it, so that the page can say at
 * which line it is wrong.
 */
export const Draft = Type.Object({
  diagnoses: Type.Array(Type.Object({ diag_code: Type.String({ maxLength: 20 }) }), { maxItems: 10 }),
  items: Type.Array(
    Type.Object({
      med_list_codg: Type.String({ maxLength: 50 }),
      cnt: Type.String({ maxLength: 20 }),
      prd_days: Type.Optional(Type.Number()),
      /** 追溯码, as scanned; the desk says at which line one is none. */
      drug_trac_codg: Type.Optional(Type.Array(Type.String({ maxLength: SCAN_MAX }), { maxItems: 100 })),
      /** '1': sold out of an opened pack. */
      trdn_flag: Type.Optional(Type.Union([Type.Literal('0'), Type.Literal('1')])),
    }),
    { maxItems: 200 },
  ),
  /** How the person is going to pay; cash when absent. */
  paid_way: Type.Optional(PaidWay),
  /** Why the doctor goes on all the same: `finding` is the key of a finding that asks for it. */
  reasons: Type.Optional(
    Type.Array(
      Type.Object({
        finding: Type.String({ maxLength: 4_000 }),
        dspo_way_rea: Type.String({ maxLength: 500 }),
      }),
      { maxItems: 200 },
    ),
  ),
});
export type Draft = Type.Static<typeof Draft>;
