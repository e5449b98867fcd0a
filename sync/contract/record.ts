import Type, { type Static } from 'typebox';
import { ConfigurationBody } from './bodies/configuration.ts';
import { DayCloseBody } from './bodies/day-close.ts';
import { HandedInBody } from './bodies/handed-in.ts';
import { IncidentBody } from './bodies/incident.ts';
import { ReversalBody } from './bodies/reversal.ts';
import { SettlementBody } from './bodies/settlement.ts';
import { type ClinicCode, Instant, LedgerId, type Seq, Sha256 } from './ids.ts';
import { open } from './schema.ts';

/** A record: its envelope, and by kind what it says. docs/record.md §1, §2 */

/** Kinds that no release writes yet: 经办, and 进销存 (3501–3506) in national names. */
const AnyBody = Type.Record(Type.String(), Type.Unknown());

/** Shape of the body by kind, in version 1 of the envelope. */
export const BODIES = {
  configuration: ConfigurationBody,
  settlement: SettlementBody,
  reversal: ReversalBody,
  service: AnyBody,
  stock: AnyBody,
  'day-close': DayCloseBody,
  'handed-in': HandedInBody,
  incident: IncidentBody,
};

export type RecordKind = keyof typeof BODIES;
export type BodyOf<Kind extends RecordKind> = Static<(typeof BODIES)[Kind]>;

/** The operator of what the process does by itself. */
export const PROCESS = 'gateway';
/** Kinds that only a person adds. */
export const PERSONS_KINDS: ReadonlySet<string> = new Set<RecordKind>([
  'settlement',
  'reversal',
  'service',
  'stock',
  'day-close',
]);

const envelope = {
  /** Of the envelope. */
  v: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
  ledger: LedgerId,
  clinic: Type.Unsafe<ClinicCode>(Type.String()),
  /** From 1, without gaps. */
  seq: Type.Unsafe<Seq>(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })),
  /** Hash of the record before; 64 zeros for the first. */
  prev: Sha256,
  /** What the box took the time to be; decides nothing about order. */
  at: Instant,
  /** `opter`, or PROCESS for what no person did. */
  operator: Type.String(),
};

/**
 * What every record has, of any version and kind. A reader keeps a record whose kind or version it does not
 * know.
 */
export const Envelope = open({
  ...envelope,
  kind: Type.String(),
  body: Type.Unsafe<Record<string, unknown>>(Type.Union([open({}), Type.Array(Type.Unknown())])),
});
export type Envelope = Static<typeof Envelope>;

/** Shape of a record of version 1 and one kind. */
export const recordShape = (kind: RecordKind) =>
  open({ ...envelope, v: Type.Literal(1), kind: Type.Literal(kind), body: BODIES[kind] });

interface RecordWith<Kind extends string, Body> extends Omit<Envelope, 'kind' | 'body'> {
  kind: Kind;
  body: Body;
}
export type RecordOf<Kind extends RecordKind> = RecordWith<Kind, BodyOf<Kind>>;

/** The payload of a record. Ask for its kind with the guards below: a kind of a later release is any text. */
export type LedgerRecord =
  | { [Kind in RecordKind]: RecordOf<Kind> }[RecordKind]
  | RecordWith<string & {}, Record<string, unknown>>;

type Maybe = LedgerRecord | null | undefined;

const isOf = (record: Maybe, kind: RecordKind) => record?.v === 1 && record.kind === kind;

export const isConfiguration = (record: Maybe): record is RecordOf<'configuration'> =>
  isOf(record, 'configuration');
export const isSettlement = (record: Maybe): record is RecordOf<'settlement'> => isOf(record, 'settlement');
export const isReversal = (record: Maybe): record is RecordOf<'reversal'> => isOf(record, 'reversal');
export const isDayClose = (record: Maybe): record is RecordOf<'day-close'> => isOf(record, 'day-close');
export const isIncident = (record: Maybe): record is RecordOf<'incident'> => isOf(record, 'incident');
export const isHandedIn = (record: Maybe): record is RecordOf<'handed-in'> => isOf(record, 'handed-in');
