/** Interfaces of what sync gets from outside. Only the composition (gateway) and tests construct them. */
export type { Clock } from '../drivers/contract.ts';
export type { Random } from './record/seal.ts';

/** The part of a pino logger that sync uses. Names and identity numbers are never logged. */
export interface Log {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}
