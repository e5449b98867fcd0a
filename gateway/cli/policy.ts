import { readFileSync } from 'node:fs';
import {
  checkBundle,
  checkBundles,
  diffBundles,
  formatCheckLine,
  leaflet,
  repriceClaims,
} from '../../policy/author/index.ts';
import type { CompiledBundle } from '../../policy/index.ts';
import { type Command, text, UsageError } from './command.ts';

type Json = Record<string, unknown>;

const print = (line: string) => process.stdout.write(`${line}\n`);

/** Tells everything wrong or doubtful in a bundle file; gives it when it may be used. */
function checked(file: string): { json: Json; bundle: CompiledBundle } | null {
  const report = checkBundle(readFileSync(file, 'utf8'));
  for (const line of report.lines) process.stderr.write(`${formatCheckLine(file, line)}\n`);
  return report.bundle ? { json: report.json as Json, bundle: report.bundle } : null;
}

/** As `checked`, for commands that need a bundle that may be used. */
function usable(file: string | undefined) {
  if (file === undefined) throw new UsageError('a bundle file is missing');
  const found = checked(file);
  if (!found) throw new Error(`${file} is no valid bundle`);
  return found;
}

const check: Command = {
  takes: 'FILE…',
  does: 'says everything wrong or doubtful in policy bundles (YAML or JSON), and gaps and overlaps in their dates',
  options: {},
  async run(_values, files) {
    if (files.length === 0) throw new UsageError('a bundle file is missing');
    const reports = checkBundles(files.map((file) => readFileSync(file, 'utf8')));
    reports.forEach(({ lines }, i) => {
      for (const line of lines) print(formatCheckLine(files[i] ?? '', line));
      if (lines.length === 0) print(`${files[i]}: good`);
    });
    return reports.some(({ lines }) => lines.length > 0) ? 1 : 0;
  },
};

const explained: Command = {
  takes: 'FILE',
  does: 'prints a policy bundle as a villager’s leaflet, in Chinese',
  options: {},
  async run(_values, [file]) {
    print(leaflet(usable(file).json));
    return 0;
  },
};

function claimsOf(file: string): { name: string; claim: unknown }[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.flatMap((line, index) =>
    line.trim() === '' ? [] : [{ name: `${file}:${index + 1}`, claim: JSON.parse(line) }],
  );
}

const diff: Command = {
  takes: 'A B [--claims FILE]',
  does: 'says what differs between two bundles, and who gets more or less by claims (JSON Lines)',
  options: { claims: text },
  async run(values, [before, after]) {
    const [a, b] = [usable(before), usable(after)];
    const changes = diffBundles(a.json, b.json);
    const effect =
      typeof values.claims === 'string'
        ? repriceClaims(a.bundle, b.bundle, claimsOf(values.claims))
        : undefined;
    print(JSON.stringify({ changes, effect }, null, 2));
    return 0;
  },
};

export const commands: Record<string, Command> = {
  'policy check': check,
  'policy explain': explained,
  'policy diff': diff,
};
