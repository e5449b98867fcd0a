import Type from 'typebox';
import { PaidWay } from '../../../sync/contract/bodies/settlement.ts';
import { Draft } from '../visit/draft-shape.ts';
import { SCAN_MAX } from '../visit/limits.ts';

/** The bodies and queries the local API takes; fastify checks them before a handler runs. */

export const Login = Type.Object({
  opter: Type.String({ maxLength: 30 }),
  pin: Type.String({ maxLength: 20 }),
});
export type Login = Type.Static<typeof Login>;

export const Query = Type.Object({ q: Type.String({ maxLength: 200 }) });
export type Query = Type.Static<typeof Query>;

/** What a scanner typed into the field of a trace code. */
export const Scanned = Type.Object({ text: Type.String({ maxLength: SCAN_MAX }) });
export type Scanned = Type.Static<typeof Scanned>;

export const OpenVisit = Type.Union([
  Type.Object({ psn_no: Type.String({ minLength: 1, maxLength: 30 }) }, { additionalProperties: false }),
  Type.Object({ psn_name: Type.String({ minLength: 1, maxLength: 200 }) }, { additionalProperties: false }),
]);
export type OpenVisit = Type.Static<typeof OpenVisit>;

export const Confirm = Type.Object({
  request: Type.String({ pattern: '^[A-Za-z0-9-]{16,64}$' }),
  digest: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  draft: Draft,
  paid_way: PaidWay,
});
export type Confirm = Type.Static<typeof Confirm>;

export const Reverse = Type.Object({
  request: Type.String({ pattern: '^[A-Za-z0-9-]{16,64}$' }),
  reason: Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' }),
  refund_way: PaidWay,
});
export type Reverse = Type.Static<typeof Reverse>;

/** Whether a copy came out, of which the printer did not say. */
export const SlipAnswer = Type.Object({ copy: Type.Integer({ minimum: 0 }), printed: Type.Boolean() });
export type SlipAnswer = Type.Static<typeof SlipAnswer>;

export const ConfirmDay = Type.Object({
  day: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
  pin: Type.String({ maxLength: 20 }),
});
export type ConfirmDay = Type.Static<typeof ConfirmDay>;

export const CloseDay = Type.Object({ day: Type.Optional(ConfirmDay.properties.day) });
export type CloseDay = Type.Static<typeof CloseDay>;

export const VisitId = Type.Object({ id: Type.String({ maxLength: 64 }) });
export const Seq = Type.Object({ seq: Type.Integer({ minimum: 1 }) });
