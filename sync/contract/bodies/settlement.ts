import Type, { type Static } from 'typebox';
import { BucketAmount, PolicyAmount, Yuan } from '../amounts.ts';
import { Day, DayIfKnown, Instant, Sha256 } from '../ids.ts';
import { nullable, oneOf, open, Text } from '../schema.ts';
import { Answer } from './answer.ts';
import { AuditFinding, FindingReason } from './audit-finding.ts';
import { Claim } from './claim.ts';
import { Trace } from './trace.ts';

/** Body of a `settlement`, and what a `reversal` shares with it. docs/record.md §3 */

/** A dataset as a record refers to it. */
export const DatasetRef = open({
  name: Text,
  version: Type.Integer(),
  sha256: Type.String({ maxLength: 64 }),
});
export type DatasetRef = Static<typeof DatasetRef>;

/** What one bucket gained. */
export const Put = open({
  scope: oneOf('person', 'clinic'),
  insutype: Text,
  poolarea: Text,
  bucket: Text,
  period: Text,
  amount: BucketAmount,
});
export type Put = Static<typeof Put>;

export const Puts = Type.Array(Put, { maxItems: 200 });

/** How a part was paid, or given back. */
export const Paid = open({ way: oneOf('cash', 'code', 'account', 'owed'), amount: Yuan });
export type Paid = Static<typeof Paid>;
/** How a person pays what the account does not. */
export const PaidWay = oneOf('cash', 'code', 'owed');
export type PaidWay = Static<typeof PaidWay>;

export const Payments = Type.Array(Paid, { maxItems: 20 });

export const Diagnosis = open({ diag_code: Text, diag_name: Text, dise_codg: Type.Optional(Text) });
export type Diagnosis = Static<typeof Diagnosis>;

/** What an item of the claim is called. */
export const SettlementLine = open({
  feedetl_sn: Text,
  hilist_name: Text,
  spec: Text,
  unit: Text,
  prd_days: Type.Optional(Type.Integer({ minimum: 1 })),
  /** 追溯码 of the packs, in the one form that `readTraceCode` (policy) gives. */
  drug_trac_codg: Type.Optional(Type.Array(Text)),
  /** '1': sold out of an opened pack. */
  trdn_flag: Type.Optional(oneOf('0', '1')),
});
export type SettlementLine = Static<typeof SettlementLine>;

const Psn = open({
  /** null: nobody whom the roster knows. */
  psn_no: nullable(Text),
  psn_name: Text,
  psn_cert_type: Text,
  certno: Text,
  gend: Text,
  brdy: DayIfKnown,
});

/** How it is known who was there. */
const CredentialRead = Type.Union([
  open({ kind: Type.Literal('none') }),
  open({
    kind: Text,
    mdtrt_cert_type: Text,
    device: open({ driver: Text, sam: Type.Optional(Text) }),
    read_at: Instant,
  }),
]);

export const SettlementBody = open({
  setl_id: Text,
  /** The confirm's id, made by the page: the same one never settles twice. */
  request: Text,
  /** Digest of the quote that was confirmed. docs/record.md §5 */
  quote: Sha256,
  pay_mode: oneOf('insured', 'self-pay'),
  self_pay_reason: nullable(Text),
  setl_date: Day,
  psn: Psn,
  claim: Claim,
  answer: Answer,
  trace: nullable(Trace),
  put: Puts,
  datasets: open({
    bundle: nullable(DatasetRef),
    catalogue: DatasetRef,
    roster: nullable(DatasetRef),
    operators: DatasetRef,
    clinic: DatasetRef,
  }),
  diagnoses: Type.Array(Diagnosis),
  lines: Type.Array(SettlementLine),
  credential: CredentialRead,
  presented_by: nullable(open({ psn_name: Text, certno: Text, relation: Text })),
  findings: Type.Array(AuditFinding),
  reasons: Type.Array(FindingReason),
  paid: Payments,
  /** What the slip says is left. */
  left: Type.Array(open({ title: Text, amount: PolicyAmount })),
  clock: open({ source: oneOf('system', 'receipt', 'doctor') }),
  reservation: nullable(Text),
  software: Text,
});
export type SettlementBody = Static<typeof SettlementBody>;
