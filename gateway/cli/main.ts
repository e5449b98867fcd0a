import { parseArgs } from 'node:util';
import { type Command, UsageError } from './command.ts';
import { untilStopped } from './process.ts';

type Loads = () => Promise<{ commands: Record<string, Command> }>;

/** By the first word; loaded only when called, so that a gateway carries no broker and a price no gateway. */
const MODULES: Record<string, Loads> = {
  demo: () => import('./demo.ts'),
  gateway: () => import('./gateway.ts'),
  device: () => import('./device.ts'),
  township: () => import('./township.ts'),
  ledger: () => import('./ledger.ts'),
  adjudicate: () => import('./adjudicate.ts'),
  policy: () => import('./policy.ts'),
  settings: () => import('./settings.ts'),
  errors: () => import('./errors.ts'),
};

async function usage(): Promise<string> {
  const loaded = await Promise.all(Object.values(MODULES).map((load) => load()));
  const all = loaded.flatMap(({ commands }) => Object.entries(commands));
  const rows = all.map(([name, { takes, does }]) => `  ${`${name} ${takes}`.trim()}\n      ${does}`);
  return `usage: cunyitong COMMAND\n\n${rows.join('\n')}\n`;
}

/** `ledger verify --state DIR` is the command `ledger verify` with its options. */
async function find(words: string[]): Promise<{ command: Command; rest: string[] }> {
  const [first = ''] = words;
  const load = Object.hasOwn(MODULES, first) ? MODULES[first] : undefined;
  const commands = load ? (await load()).commands : {};
  for (const length of [2, 1]) {
    const command = commands[words.slice(0, length).join(' ')];
    if (command) return { command, rest: words.slice(length) };
  }
  throw new UsageError(first === '' ? 'a command is missing' : `no command ${words.slice(0, 2).join(' ')}`);
}

/** What runs until it is stopped, and may be stopped before its modules are loaded. */
const SERVES = ['gateway', 'township run'];

async function main(words: string[]): Promise<number> {
  if (SERVES.some((name) => words.join(' ').startsWith(name))) void untilStopped();
  if (words.length === 0 || words[0] === '--help' || words[0] === '-h' || words[0] === 'help') {
    process.stdout.write(await usage());
    return words.length === 0 ? 2 : 0;
  }
  const { command, rest } = await find(words);
  const { values, positionals } = parseArgs({ args: rest, options: command.options, allowPositionals: true });
  return command.run(values, positionals);
}

// Whoever reads our output may stop reading (`| head`).
process.stdout.on('error', () => process.exit(0));

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const told = error instanceof Error ? error.message : String(error);
    process.stderr.write(`cunyitong: ${told}\n`);
    if (error instanceof UsageError) process.stderr.write('cunyitong help tells the commands.\n');
    process.exit(2);
  },
);
