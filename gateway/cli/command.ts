import { readFileSync } from 'node:fs';
import type { ParseArgsConfig } from 'node:util';
import { outsideText } from '../outside-text.ts';

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
  return readFileText(need(values, name), `--${name} `);
}

/**
 * The text of a file that a person made; that it had to be converted is said on standard error.
 * `named`: what a UsageError says before the file's name. Refusal TEXT_UNREADABLE.
 */
export function readFileText(file: string, named = ''): string {
  const { text: content, converted } = outsideText(file, bytesOf(file, named));
  if (converted)
    process.stderr.write(`${file}: 不是 UTF-8，已按 GB18030（记事本的 ANSI）读入；最好另存为 UTF-8\n`);
  return content;
}

function bytesOf(file: string, named: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(`${named}${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

export const text = { type: 'string' } as const;
export const flag = { type: 'boolean' } as const;
