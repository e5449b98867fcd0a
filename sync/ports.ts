/** What is handed in. Constructed only by the composition (gateway/cli) and by tests. */
export type { Clock } from '../drivers/contract.ts';
export type { Random } from './record/seal.ts';

/** The part of a pino logger that sync uses. Never given names or identity numbers. */
export interface Log {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}
