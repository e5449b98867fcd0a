import Type, { type Static } from 'typebox';
import { DatasetYuan } from '../amounts.ts';
import { open, shortText } from '../schema.ts';
import { CreditList } from './fields.ts';

/** Content of the dataset `clinic`: what pricing and audit ask of it, and what the slip says. */
export const Clinic = open({
  fixmedins_code: shortText(12),
  fixmedins_name: shortText(200),
  level: shortText(20),
  mode: shortText(20),
  admdvs: shortText(6),
  credit_list: Type.Optional(CreditList),
  budget: Type.Optional(Type.Record(Type.String(), DatasetYuan)),
});
export type Clinic = Static<typeof Clinic>;
