import { ERRORS, type ErrorRow } from '../errors.ts';
import { type Command, UsageError } from './command.ts';

/** By number, the order in which somebody at a telephone looks for one. */
const ROWS: readonly [code: string, row: ErrorRow][] = Object.entries(ERRORS).sort(
  ([, a], [, b]) => a.number - b.number,
);

function section([code, row]: (typeof ROWS)[number]): string {
  const { number, cause, money, doctor, engineer, acts, withdrawn } = row;
  const objection = acts ? `- **Who acts**: ${acts}\n- **Withdrawn**: ${withdrawn}\n` : '';
  return `## ${number} ${code}\n\n- **Cause**: ${cause}\n- **Money**: ${money}\n- **医生怎么办**: ${doctor}\n- **Engineer**: ${engineer}\n${objection}`;
}

const HEADING = `# Errors

Every code the product can show: its cause, what it does to the money, what the doctor reads and does, what the engineer does.
The page shows the number (代号 301), which a doctor can read out over the telephone; logs and answers of the API carry the English name.
1xx policy, 2xx devices, 3xx records and the township, 4xx ledger and disk, 5xx settings, 6xx visit, 7xx page's server, 8xx start, 9xx page.
A number never changes its meaning. \`cunyitong errors 301\` shows one row. Made by \`bin/cunyitong errors > docs/errors.md\`.
`;

/** docs/errors.md is made by this; a test holds the two together. */
export function errorsMarkdown(): string {
  const index = ROWS.map(([code, { number }]) => `| ${number} | ${code} |`).join('\n');
  return `${HEADING}\n| 代号 | code |\n|---|---|\n${index}\n\n${ROWS.map(section).join('\n')}`;
}

const errors: Command = {
  takes: '[NUMBER | CODE]',
  does: 'prints the table of error codes (docs/errors.md), or one row of it',
  options: {},
  async run(_values, [asked]) {
    const found = ROWS.filter(([code, { number }]) => code === asked || String(number) === asked);
    if (asked !== undefined && found.length === 0) throw new UsageError(`no error ${asked}`);
    process.stdout.write(asked === undefined ? errorsMarkdown() : found.map(section).join('\n'));
    return 0;
  },
};

export const commands = { errors };
