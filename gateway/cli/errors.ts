import { ERRORS } from '../errors.ts';
import type { Command } from './command.ts';

/** docs/errors.md is made by this; a test holds the two together. */
export function errorsMarkdown(): string {
  const rows = Object.entries(ERRORS)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, row]) => {
      const { cause, money, doctor, engineer } = row;
      return `## ${code}\n\n- **Cause**: ${cause}\n- **Money**: ${money}\n- **医生怎么办**: ${doctor}\n- **Engineer**: ${engineer}\n`;
    });
  return `# Errors\n\nEvery code the product can show: its cause, what it does to the money, what the doctor reads and does, what the engineer does.\nMade by \`bin/cunyitong errors > docs/errors.md\`.\n\n${rows.join('\n')}`;
}

const errors: Command = {
  takes: '',
  does: 'prints the table of error codes (docs/errors.md)',
  options: {},
  async run() {
    process.stdout.write(errorsMarkdown());
    return 0;
  },
};

export const commands = { errors };
