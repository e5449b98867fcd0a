import Type from 'typebox';

/**
 * The shapes of the datasets a visit is made from. Field names are the national platform's where it has one.
 * Unknown members are allowed: a township may know more than this release.
 */

const text = (longest: number) => Type.String({ minLength: 1, maxLength: longest });
const day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' });
const yuan = Type.String({ pattern: '^(0|[1-9]\\d{0,13})\\.\\d{2}$' });
const price = Type.String({ pattern: '^(0|[1-9]\\d{0,9})(\\.\\d{1,6})?$' });
const ratio = Type.String({ pattern: '^(0(\\.\\d{1,4})?|1(\\.0{1,4})?)$' });
const dose = Type.String({ pattern: '^(0|[1-9]\\d{0,9})(\\.\\d{1,4})?$' });
/** Where somebody stands in the credit rating (信用评价). */
const listed = Type.Union([
  Type.Literal('black'),
  Type.Literal('grey'),
  Type.Literal('white'),
  Type.Literal('none'),
]);
const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
/** Valid from and to (inclusive); no end means still valid. */
const since = Type.Object({ code: text(30), begndate: day, enddate: nullable(day) });
const identity = Type.Object({ code: text(30), begntime: day, endtime: nullable(day) });

export const CatalogueItem = Type.Object({
  med_list_codg: text(50),
  hilist_name: text(200),
  pym: Type.String({ maxLength: 100 }),
  spec: Type.String({ maxLength: 100 }),
  unit: text(20),
  list_type: text(3),
  chrgitm_lv: Type.Union([Type.Literal('01'), Type.Literal('02'), Type.Literal('03')]),
  pric: price,
  selfpay_prop: Type.Optional(ratio),
  pric_uplmt_amt: Type.Optional(price),
  tags: Type.Array(text(50), { maxItems: 20 }),
  days_per_unit: Type.Optional(nullable(Type.Integer({ minimum: 1, maximum: 366 }))),
  barcode: Type.Optional(nullable(Type.String({ maxLength: 20 }))),
  // What the audit asks of an item (policy/audit). null: no such limit; absent: not known, which the audit says.
  gend: Type.Optional(nullable(Type.String({ maxLength: 6 }))),
  age_from: Type.Optional(nullable(Type.Integer({ minimum: 0, maximum: 150 }))),
  age_to: Type.Optional(nullable(Type.Integer({ minimum: 0, maximum: 150 }))),
  dise_codg: Type.Optional(nullable(Type.Array(text(30), { maxItems: 100 }))),
  level: Type.Optional(nullable(Type.Array(text(20), { maxItems: 20 }))),
  lmt_used_flag: Type.Optional(text(3)),
  memo: Type.Optional(Type.String({ maxLength: 500 })),
  max_daily_dose: Type.Optional(nullable(dose)),
  /** What one `unit` holds, in the unit of `max_daily_dose`. */
  unit_dose: Type.Optional(dose),
  trac_required: Type.Optional(Type.Boolean()),
});
export type CatalogueItem = Type.Static<typeof CatalogueItem>;

export const Catalogue = Type.Object({ items: Type.Array(CatalogueItem, { maxItems: 20_000 }) });

export const DiagnosisItem = Type.Object({
  diag_code: text(20),
  diag_name: text(100),
  pym: Type.String({ maxLength: 100 }),
  dise_codg: Type.Optional(text(30)),
});
export type DiagnosisItem = Type.Static<typeof DiagnosisItem>;

export const Diagnoses = Type.Object({ diagnoses: Type.Array(DiagnosisItem, { maxItems: 20_000 }) });

/** What another ledger has used of a person's bucket, as the township knows it. */
const usedElsewhere = Type.Object({
  ledger: text(32),
  through: Type.Integer({ minimum: 0 }),
  insutype: text(6),
  poolarea: text(6),
  bucket: text(100),
  period: Type.String({ maxLength: 10 }),
  amount: Type.String({ pattern: '^\\d{1,14}(\\.\\d{2})?$' }),
});

export const Person = Type.Object({
  psn_no: text(30),
  psn_name: text(50),
  psn_cert_type: text(6),
  certno: text(50),
  gend: Type.String({ maxLength: 6 }),
  brdy: day,
  insutype: Type.String({ maxLength: 6 }),
  psn_type: Type.String({ maxLength: 6 }),
  insuplc_admdvs: Type.String({ maxLength: 6 }),
  psn_insu_stas: text(6),
  surv_stas: text(6),
  /** First day without insurance; absent: not known. */
  paus_insu_date: Type.Optional(nullable(day)),
  credit_list: Type.Optional(listed),
  psn_idet_type: Type.Array(identity, { maxItems: 20 }),
  chronic: Type.Array(since, { maxItems: 20 }),
  designated: nullable(text(12)),
  signed: nullable(text(12)),
  balc: yuan,
  pym: Type.Optional(Type.String({ maxLength: 50 })),
  used: Type.Array(usedElsewhere, { maxItems: 200 }),
});
export type Person = Type.Static<typeof Person>;

export const Roster = Type.Object({ persons: Type.Array(Person, { maxItems: 50_000 }) });

export const Operator = Type.Object({
  opter: text(30),
  opter_name: text(50),
  role: text(30),
  credit_list: Type.Optional(listed),
  pin: Type.Object({ salt: text(64), hash: text(128) }),
});
export type Operator = Type.Static<typeof Operator>;

export const Operators = Type.Object({ operators: Type.Array(Operator, { minItems: 1, maxItems: 100 }) });

export const Clinic = Type.Object({
  fixmedins_code: text(12),
  fixmedins_name: text(200),
  level: text(20),
  mode: text(20),
  admdvs: text(6),
  credit_list: Type.Optional(listed),
  budget: Type.Optional(Type.Record(Type.String(), yuan)),
});
export type Clinic = Type.Static<typeof Clinic>;
