import { type Answer, adjudicate, compileBundle } from '../../policy/index.ts';
import { Refusal } from '../errors.ts';
import { outsideText } from '../outside-text.ts';
import { type Command, need, readFileText, text } from './command.ts';
import { linesOf } from './lines.ts';

const say = (line: string) => process.stderr.write(`${line}\n`);

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** What `read` gives, or undefined when the text cannot be read, which is said. */
function readable(read: () => string): unknown {
  try {
    return parsed(read());
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    say(error.message);
    return undefined;
  }
}

/** JSON of a bundle file, or what makes every bundle invalid. */
function bundleOf(file: string): (claim: unknown) => Answer {
  const compiled = compileBundle(readable(() => readFileText(file)));
  if (compiled.ok) return (claim) => adjudicate(compiled.bundle, claim);
  for (const { path, code } of compiled.problems) say(`${file}: ${path}: ${code}`);
  return () => ({ outcome: 'error', code: 'POLICY_INVALID' });
}

/** A line from outside; what is no JSON is said with its number, and stays without a claim. */
function claimOf(bytes: Uint8Array, line: number): unknown {
  const name = `line ${line}`;
  const claim = readable(() => {
    const { text: json, converted } = outsideText(name, bytes);
    if (converted) say(`${name}: 不是 UTF-8，已按 GB18030 读入`);
    return json;
  });
  if (claim === undefined) say(`${name}: is no claim in JSON`);
  return claim;
}

const adjudicateCommand: Command = {
  takes: '--bundle FILE',
  does: 'prices claims: one JSON claim per line in, one answer per line out',
  options: { bundle: text },
  async run(values) {
    const price = bundleOf(need(values, 'bundle'));
    let line = 0;
    for await (const bytes of linesOf(process.stdin)) {
      line += 1;
      const answer = `${JSON.stringify(price(claimOf(bytes, line)))}\n`;
      if (!process.stdout.write(answer))
        await new Promise((resolve) => process.stdout.once('drain', resolve));
    }
    return 0;
  },
};

export const commands = { adjudicate: adjudicateCommand };
