import { parseArgs } from 'node:util';
import { adjudicateCommand } from './adjudicate.ts';
import { type Command, UsageError } from './command.ts';
import { demoCommand } from './demo.ts';
import { errorsCommand } from './errors.ts';
import { gatewayCommand } from './gateway.ts';
import { ledgerCommands } from './ledger.ts';
import { townshipCommands } from './township.ts';

const COMMANDS: Record<string, Command> = {
  demo: demoCommand,
  gateway: gatewayCommand,
  ...townshipCommands,
  ...ledgerCommands,
  adjudicate: adjudicateCommand,
  errors: errorsCommand,
};

function usage(): string {
  const width = Math.max(
    ...Object.entries(COMMANDS).map(([name, { takes }]) => name.length + takes.length + 1),
  );
  const rows = Object.entries(COMMANDS).map(
    ([name, { takes, does }]) => `  ${`${name} ${takes}`.padEnd(width)}  ${does}`,
  );
  return `usage: cunyitong COMMAND\n\n${rows.join('\n')}\n`;
}

/** `ledger verify --state DIR` is the command `ledger verify` with its options. */
function find(words: string[]): { command: Command; rest: string[] } {
  for (const length of [2, 1]) {
    const command = COMMANDS[words.slice(0, length).join(' ')];
    if (command) return { command, rest: words.slice(length) };
  }
  throw new UsageError(words.length === 0 ? '' : `no command ${words.slice(0, 2).join(' ')}`);
}

async function main(words: string[]): Promise<number> {
  if (words[0] === '--help' || words[0] === '-h' || words[0] === 'help') {
    process.stdout.write(usage());
    return 0;
  }
  const { command, rest } = find(words);
  const { values, positionals } = parseArgs({ args: rest, options: command.options, allowPositionals: true });
  return command.run(values, positionals);
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const told = error instanceof Error ? error.message : String(error);
    if (error instanceof UsageError) process.stderr.write(`${told ? `cunyitong: ${told}\n` : ''}${usage()}`);
    else process.stderr.write(`cunyitong: ${told}\n`);
    process.exit(2);
  },
);
