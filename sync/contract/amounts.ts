import Type from 'typebox';

/** Amounts as texts. A patient's money is never a JSON number. */

/** Yuan with two places, of at most so many digits before the point. */
const yuan = (digits: number, sign = '') =>
  Type.String({ pattern: `^${sign}(0|[1-9]\\d{0,${digits - 1}})\\.\\d\\d$` });

/** Yuan in a record. */
export const Yuan = yuan(12);
/** Yuan that reversals may have taken below nothing. */
export const SignedYuan = yuan(12, '-?');
/** Yuan in a dataset: balances and budgets. */
export const DatasetYuan = yuan(14);
/** What a bucket gained: yuan with two places, or a whole number for a count. */
export const BucketAmount = Type.String({ pattern: '^-?(0|[1-9]\\d{0,11})(\\.\\d\\d)?$' });
/** An amount, or a count, that a policy names or works with: up to the largest that it can hold. */
export const PolicyAmount = Type.String({ pattern: '^(0|[1-9]\\d{0,15})(\\.\\d\\d)?$' });
/** Yuan for one unit. */
export const Price = Type.String({ pattern: '^(0|[1-9]\\d{0,9})(\\.\\d{1,6})?$' });
/** A share from 0 to 1. */
export const Ratio = Type.String({ pattern: '^(0(\\.\\d{1,4})?|1(\\.0{1,4})?)$' });
/** A quantity of a drug, in the unit of its label. */
export const Dose = Type.String({ pattern: '^(0|[1-9]\\d{0,9})(\\.\\d{1,4})?$' });
