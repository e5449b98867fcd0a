import Type, { type Static } from 'typebox';
import { Dose, Price, Ratio } from '../amounts.ts';
import { nullable, oneOf, open, shortText } from '../schema.ts';
import { maybeEmpty } from './fields.ts';

const age = nullable(Type.Integer({ minimum: 0, maximum: 150 }));

export const CatalogueItem = open({
  med_list_codg: shortText(50),
  hilist_name: shortText(200),
  pym: maybeEmpty(200),
  spec: maybeEmpty(200),
  unit: shortText(20),
  list_type: shortText(3),
  chrgitm_lv: oneOf('01', '02', '03'),
  pric: Price,
  selfpay_prop: Type.Optional(Ratio),
  pric_uplmt_amt: Type.Optional(Price),
  tags: Type.Array(shortText(50), { maxItems: 20 }),
  days_per_unit: Type.Optional(nullable(Type.Integer({ minimum: 1, maximum: 366 }))),
  barcode: Type.Optional(nullable(maybeEmpty(20))),
  // What the audit asks of an item. null: no such limit; absent: not known, which the audit says.
  gend: Type.Optional(nullable(maybeEmpty(6))),
  age_from: Type.Optional(age),
  age_to: Type.Optional(age),
  dise_codg: Type.Optional(nullable(Type.Array(shortText(30), { maxItems: 100 }))),
  level: Type.Optional(nullable(Type.Array(shortText(20), { maxItems: 20 }))),
  lmt_used_flag: Type.Optional(shortText(3)),
  memo: Type.Optional(maybeEmpty(500)),
  max_daily_dose: Type.Optional(nullable(Dose)),
  /** What one `unit` holds, in the unit of `max_daily_dose`. */
  unit_dose: Type.Optional(Dose),
  trac_required: Type.Optional(Type.Boolean()),
  /** How many of `unit` are in a pack with one trace code (追溯码); absent: the unit is the pack. */
  pack_units: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
});
export type CatalogueItem = Static<typeof CatalogueItem>;

/** Content of the dataset `catalogue`. */
export const Catalogue = open({ items: Type.Array(CatalogueItem, { maxItems: 20_000 }) });
export type Catalogue = Static<typeof Catalogue>;
