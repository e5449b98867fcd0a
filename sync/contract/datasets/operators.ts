import Type, { type Static } from 'typebox';
import { open, shortText } from '../schema.ts';
import { CreditList } from './fields.ts';

/** Somebody who may use the desk. `pin` is salted and hashed (scrypt), base64url. */
export const Operator = open({
  opter: shortText(30),
  opter_name: shortText(200),
  role: shortText(30),
  credit_list: Type.Optional(CreditList),
  pin: open({ salt: shortText(64), hash: shortText(128) }),
});
export type Operator = Static<typeof Operator>;

/** Content of the dataset `operators`. */
export const Operators = open({ operators: Type.Array(Operator, { minItems: 1, maxItems: 100 }) });
export type Operators = Static<typeof Operators>;
