import { readFileSync } from 'node:fs';
import type { ParseArgsConfig } from 'node:util';

type Options = NonNullable<ParseArgsConfig['options']>;
export type Values = Record<string, string | boolean | (string | boolean)[] | undefined>;

/** One command of the command line. */
export interface Command {
  /** What stands after the name, for the usage text. */
  takes: string;
  does: string;
  options: Options;
  /** Resolves with the exit code. */
  run(values: Values, words: string[]): Promise<number>;
}

/** The words on the command line are not what the command takes. Exit code 2. */
export class UsageError extends Error {}

/** A text option that must be there. */
export function need(values: Values, name: string): string {
  const value = values[name];
  if (typeof value !== 'string' || value === '') throw new UsageError(`--${name} is missing`);
  return value;
}

/** The text of a file that an option names. */
export function readNamed(values: Values, name: string): string {
  const file = need(values, name);
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`--${name} ${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

export const text = { type: 'string' } as const;
export const flag = { type: 'boolean' } as const;
