import Type, { type Static } from 'typebox';
import { DatasetYuan, PolicyAmount, Price, Ratio, Yuan } from '../amounts.ts';
import { Day, DayIfKnown } from '../ids.ts';
import { open, Text } from '../schema.ts';

/** What was priced, as `policy` takes it; names are the national platform's. docs/adjudication.md */

const texts = Type.Array(Text);

const ClaimItem = open({
  feedetl_sn: Text,
  med_list_codg: Text,
  list_type: Text,
  chrgitm_lv: Text,
  cnt: Type.String({ pattern: '^(0|[1-9]\\d{0,5})(\\.\\d{1,4})?$' }),
  pric: Price,
  det_item_fee_sumamt: Yuan,
  selfpay_prop: Type.Optional(Ratio),
  pric_uplmt_amt: Type.Optional(Price),
  tags: texts,
});

export const Claim = open({
  person: open({
    psn_no: Text,
    gend: Text,
    brdy: DayIfKnown,
    insutype: Text,
    psn_type: Text,
    insuplc_admdvs: Text,
    psn_idet_type: texts,
    chronic: texts,
    designated_here: Type.Boolean(),
    signed_here: Type.Boolean(),
    balc: DatasetYuan,
  }),
  facility: open({
    fixmedins_code: Text,
    level: Text,
    mode: Text,
    budget: Type.Optional(Type.Record(Type.String(), DatasetYuan)),
  }),
  encounter: open({
    setl_date: Day,
    med_type: Text,
    dise_codg: texts,
    home_visit: Type.Boolean(),
    return_visit: Type.Boolean(),
    use_account: Type.Boolean(),
  }),
  items: Type.Array(ClaimItem),
  /** What each bucket held before; absent in a self-paid visit. */
  used: Type.Optional(Type.Record(Type.String(), PolicyAmount)),
  allotted: Type.Optional(Type.Record(Type.String(), PolicyAmount)),
});
export type Claim = Static<typeof Claim>;
