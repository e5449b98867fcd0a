import { diffBundles, leaflet, repriceClaims } from '../../policy/author/index.ts';
import type { CompiledBundle } from '../../policy/index.ts';
import { checkBundleFiles } from './bundle-file.ts';
import { type Command, readFileText, text, UsageError } from './command.ts';

type Json = Record<string, unknown>;

const print = (line: string) => process.stdout.write(`${line}\n`);

/** Tells everything wrong or doubtful in a bundle file; gives it when it may be used. */
function checked(file: string): { json: Json; bundle: CompiledBundle } | null {
  const [found] = checkBundleFiles([file]);
  for (const line of found?.lines ?? []) process.stderr.write(`${line}\n`);
  const { json, bundle } = found?.report ?? {};
  return bundle && !found?.bad ? { json: json as Json, bundle } : null;
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
    const reports = checkBundleFiles(files);
    reports.forEach(({ lines }, i) => {
      for (const line of lines) print(line);
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
  const lines = readFileText(file).split('\n');
  return lines.flatMap((line, index) => {
    const name = `${file}:${index + 1}`;
    return line.trim() === '' ? [] : [{ name, claim: claimIn(line, name) }];
  });
}

function claimIn(line: string, name: string): unknown {
  try {
    return JSON.parse(line.replace(/^\ufeff/, ''));
  } catch (error) {
    throw new UsageError(`${name} is no claim in JSON`, { cause: error });
  }
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
