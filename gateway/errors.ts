import { DRIVER_ERRORS } from '../drivers/errors.ts';
import { POLICY_ERRORS } from '../policy/index.ts';
import { CodedError } from '../sync/coded-error.ts';
import { SYNC_ERRORS } from '../sync/errors.ts';
import { PAGE_ERRORS } from './clinic/page/errors.ts';
import { VISIT_ERRORS } from './clinic/visit/errors.ts';
import { LEDGER_ERRORS } from './ledger/errors.ts';
import { SETTINGS_ERRORS } from './settings/errors.ts';
import { HTTP_ERRORS } from './web/errors.ts';

/**
 * One row of the documented table (docs/errors.md): cause, money and engineer in English, doctor in Chinese.
 */
export interface ErrorRow {
  /**
   * What is read out over the telephone: three digits, the first by module. It never changes, and that of a
   * code that is gone is never given again (test/tidy/error-numbers.txt).
   */
  number: number;
  cause: string;
  money: string;
  doctor: string;
  engineer: string;
  /** Of an objection: who has to do something, and when the township takes it back. */
  acts?: string;
  withdrawn?: string;
}

/** Every code the product can show, from every module. */
export const ERRORS = {
  ...POLICY_ERRORS,
  ...DRIVER_ERRORS,
  ...SYNC_ERRORS,
  ...LEDGER_ERRORS,
  ...SETTINGS_ERRORS,
  ...VISIT_ERRORS,
  ...HTTP_ERRORS,
  ...PAGE_ERRORS,
} satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERRORS;

const isCode = (code: unknown): code is ErrorCode => typeof code === 'string' && Object.hasOwn(ERRORS, code);

/** What the doctor reads for a code. */
export const doctorText = (code: ErrorCode): string => ERRORS[code].doctor;

/** A code as an answer or an event carries it: its name for programs, its number and text for people. */
interface ErrorWords {
  code: ErrorCode;
  number: number;
  /** What the doctor reads: what, why, what then. */
  text: string;
}

export const errorWords = (code: ErrorCode): ErrorWords => {
  const { number, doctor: text } = ERRORS[code];
  return { code, number, text };
};

/** A refusal with a code: nothing has changed. */
export class Refusal extends CodedError<ErrorCode> {}

/** The code an error carries, or INTERNAL. */
export function codeOf(error: unknown): ErrorCode {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return isCode(code) ? code : 'INTERNAL';
}
