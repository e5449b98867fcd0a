import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readNamed, text, UsageError, type Values } from './command.ts';

/** Name of the systemd credential; with `LoadCredential=` it is read from /etc/credstore. */
const CREDENTIAL = 'enrolment-code';

/** Options of a command that enrols. */
export const codeOptions = { 'code-file': text, code: text };

interface EnrolmentCode {
  /** null: none was given. */
  code: string | null;
  /** It was named now; a credential may lie there for good. */
  named: boolean;
}

/**
 * The one-time code, from the file that is named or from systemd's credential. Never from the arguments:
 * every user of a machine reads those of every process.
 */
export function enrolmentCode(values: Values): EnrolmentCode {
  if (values.code !== undefined)
    throw new UsageError(
      'a code in the arguments can be read by all users: put it into a file, --code-file FILE',
    );
  if (values['code-file'] !== undefined) return { code: readNamed(values, 'code-file').trim(), named: true };
  const file = join(process.env.CREDENTIALS_DIRECTORY ?? '', CREDENTIAL);
  const there = process.env.CREDENTIALS_DIRECTORY !== undefined && existsSync(file);
  return { code: there ? readFileSync(file, 'utf8').trim() : null, named: false };
}
