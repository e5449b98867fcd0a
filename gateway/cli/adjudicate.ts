import { readFileSync } from 'node:fs';
import { type Answer, adjudicate, compileBundle } from '../../policy/index.ts';
import { type Command, need, text } from './command.ts';
import { linesOf } from './lines.ts';

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** JSON of a bundle file, or what makes every bundle invalid. */
function bundleOf(file: string): (claim: unknown) => Answer {
  const compiled = compileBundle(parsed(readFileSync(file, 'utf8')));
  if (compiled.ok) return (claim) => adjudicate(compiled.bundle, claim);
  for (const { path, code } of compiled.problems) process.stderr.write(`${file}: ${path}: ${code}\n`);
  return () => ({ outcome: 'error', code: 'POLICY_INVALID' });
}

const adjudicateCommand: Command = {
  takes: '--bundle FILE',
  does: 'prices claims: one JSON claim per line in, one answer per line out',
  options: { bundle: text },
  async run(values) {
    const price = bundleOf(need(values, 'bundle'));
    for await (const line of linesOf(process.stdin.setEncoding('utf8'))) {
      const answer = `${JSON.stringify(price(parsed(line)))}\n`;
      if (!process.stdout.write(answer))
        await new Promise((resolve) => process.stdout.once('drain', resolve));
    }
    return 0;
  },
};

export const commands = { adjudicate: adjudicateCommand };
