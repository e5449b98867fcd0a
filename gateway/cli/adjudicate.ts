import { type Answer, adjudicate, compileBundle } from '../../policy/index.ts';
import { Refusal } from '../errors.ts';
import { readJson } from '../json-source.ts';
import { outsideText } from '../outside-text.ts';
import { claimFaults, untidyCodes } from './claim-faults.ts';
import { type Command, flag, need, readFileText, text } from './command.ts';
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

/**
 * A line from outside. What is no JSON, has a key twice or a code that only looks like one is said with its
 * number, and stays without a claim.
 */
function claimOf(bytes: Uint8Array, name: string): unknown {
  const { text: json, converted } = readableLine(name, bytes);
  if (converted) say(`${name}: 不是 UTF-8，已按 GB18030 读入`);
  const source = json === null ? null : readJson(json);
  if (!source?.ok) {
    say(`${name}: is no claim in JSON`);
    return undefined;
  }
  const twice = source.doubled.map((path) => `${path} twice`);
  const faults = [...twice, ...untidyCodes(source.value)];
  if (faults.length === 0) return source.value;
  say(`${name}: CLAIM_INVALID ${faults.join(', ')}`);
  return undefined;
}

function readableLine(name: string, bytes: Uint8Array): { text: string | null; converted: boolean } {
  try {
    return outsideText(name, bytes);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    say(error.message);
    return { text: null, converted: false };
  }
}

const adjudicateCommand: Command = {
  takes: '--bundle FILE [--strict]',
  does:
    'prices claims: one JSON claim per line in, one answer per line out; ' +
    '--strict ends with 1 when an answer is an error',
  options: { bundle: text, strict: flag },
  async run(values) {
    const price = bundleOf(need(values, 'bundle'));
    let [line, errors] = [0, 0];
    for await (const bytes of linesOf(process.stdin)) {
      line += 1;
      const claim = claimOf(bytes, `line ${line}`);
      const answer = price(claim);
      if (answer.outcome === 'error') errors += 1;
      if (claim !== undefined && answer.outcome === 'error' && answer.code === 'CLAIM_INVALID')
        say(`line ${line}: CLAIM_INVALID ${claimFaults(claim).join(', ')}`);
      if (!process.stdout.write(`${JSON.stringify(answer)}\n`))
        await new Promise((resolve) => process.stdout.once('drain', resolve));
    }
    return values.strict === true && errors > 0 ? 1 : 0;
  },
};

export const commands = { adjudicate: adjudicateCommand };
