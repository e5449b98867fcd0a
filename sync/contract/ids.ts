import Type from 'typebox';
import type { Branded, Day as PolicyDay } from '../../policy/index.ts';

/**
 * What names and orders things in records and messages. Each has a brand, so that two of them are not mixed
 * up.
 */

/** Place of a record in its ledger, from 1; 0 stands for the empty ledger. */
export type Seq = Branded<number, 'Seq'>;
/** 32 hex digits, random, made with the store. */
export type LedgerId = Branded<string, 'LedgerId'>;
/** `fixmedins_code` of a clinic. */
export type ClinicCode = Branded<string, 'ClinicCode'>;
/** UTC with milliseconds: `2026-11-22T03:04:05.678Z`. */
export type Instant = Branded<string, 'Instant'>;

export const CLINIC_PATTERN = '^[A-Za-z0-9]{1,30}$';
export const HEX_32_PATTERN = '^[0-9a-f]{32}$';

export const Seq = Type.Unsafe<Seq>(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }));
export const LedgerId = Type.Unsafe<LedgerId>(Type.String({ pattern: HEX_32_PATTERN }));
export const ClinicCode = Type.Unsafe<ClinicCode>(Type.String({ pattern: CLINIC_PATTERN }));
export const Instant = Type.Unsafe<Instant>(
  Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$' }),
);
/** Names one start of a box's link. */
export const Boot = Type.String({ pattern: '^[A-Za-z0-9-]{1,80}$' });
/** SHA-256, lower-case hex. */
export const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });

/** A day in China Standard Time, `2026-11-22`. That it exists is not checked here. */
export type Day = PolicyDay;
export const Day = Type.Unsafe<Day>(Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\d$' }));
/** The same, or '' where nobody knows it: a birthday, say. */
export const DayIfKnown = Type.Unsafe<Day>(Type.String({ pattern: '^(\\d{4}-\\d\\d-\\d\\d)?$' }));
