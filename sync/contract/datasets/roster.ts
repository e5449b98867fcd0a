import Type, { type Static } from 'typebox';
import { DatasetYuan } from '../amounts.ts';
import { Day } from '../ids.ts';
import { nullable, open, shortText } from '../schema.ts';
import { CreditList, maybeEmpty, Registration } from './fields.ts';

const identity = open({ code: shortText(30), begntime: Day, endtime: nullable(Day) });

/** What another ledger has used of a person's bucket, as the township knows it. */
const usedElsewhere = open({
  ledger: shortText(32),
  through: Type.Integer({ minimum: 0 }),
  insutype: shortText(6),
  poolarea: shortText(6),
  bucket: shortText(100),
  period: maybeEmpty(10),
  amount: Type.String({ pattern: '^\\d{1,14}(\\.\\d{2})?$' }),
});

export const Person = open({
  psn_no: shortText(30),
  psn_name: shortText(200),
  psn_cert_type: shortText(6),
  certno: shortText(50),
  /** Identity numbers the person had before: a foreigner's card of 2017 has another than that of 2023. */
  former_certno: Type.Optional(Type.Array(shortText(50), { maxItems: 5 })),
  gend: maybeEmpty(6),
  brdy: Day,
  insutype: maybeEmpty(6),
  psn_type: maybeEmpty(6),
  insuplc_admdvs: maybeEmpty(6),
  psn_insu_stas: shortText(6),
  surv_stas: shortText(6),
  /** First day without insurance; absent: not known. */
  paus_insu_date: Type.Optional(nullable(Day)),
  credit_list: Type.Optional(CreditList),
  psn_idet_type: Type.Array(identity, { maxItems: 20 }),
  chronic: Type.Array(Registration, { maxItems: 20 }),
  designated: nullable(shortText(12)),
  signed: nullable(shortText(12)),
  balc: DatasetYuan,
  pym: Type.Optional(maybeEmpty(200)),
  used: Type.Array(usedElsewhere, { maxItems: 200 }),
});
export type Person = Static<typeof Person>;

/** Content of the dataset `roster`. */
export const Roster = open({ persons: Type.Array(Person, { maxItems: 50_000 }) });
export type Roster = Static<typeof Roster>;
