/** `policy check FILE`: everything wrong or doubtful in one bundle file, with line, path and cure. */
import { type CompiledBundle, compileBundle } from '../bundle.ts';
import type { Problem } from '../compile/problems.ts';
import { isObject } from '../json.ts';
import type { LintCode } from './lint-texts.ts';
import { lintBundle, lintDates } from './lints.ts';
import { type Fault, readSource } from './source.ts';

/** `error`: the bundle is refused; `lint`: it is valid and doubtful. */
interface CheckLine extends Omit<Problem, 'code'> {
  level: 'error' | 'lint';
  code: Problem['code'] | LintCode | 'NOT_YAML';
  line: number;
}

interface CheckReport {
  /** In the order of the file. */
  lines: CheckLine[];
  /** The parsed text, for publishing as JSON; null when there is an error. */
  json: unknown;
  bundle: CompiledBundle | null;
  /** The line (from 1) of a place such as `pool[0].rate`. */
  lineOf(path: string): number;
}

/** Checks the text of a bundle, YAML or JSON. Never throws. */
export function checkBundle(text: string): CheckReport {
  const source = readSource(text);
  const { lineOf } = source;
  const faults = source.faults.map(notYaml);
  if (source.json === undefined && faults.length > 0)
    return { lines: faults, json: null, bundle: null, lineOf };
  const compiled = compileBundle(source.json);
  const problems = compiled.ok ? compiled.bundle.audit.problems : compiled.problems;
  const wrong = problems.map((one): CheckLine => ({ ...one, level: 'error', line: lineOf(one.path) }));
  const errors = [...faults, ...wrong];
  const good = compiled.ok && errors.length === 0;
  // A broken bundle is corrected first; lints would only distract.
  const lints = good && isObject(source.json) ? lintBundle(source.json) : [];
  const doubts = lints.map((one): CheckLine => ({ ...one, level: 'lint', line: lineOf(one.path) }));
  return {
    lines: [...errors, ...doubts].sort((x, y) => x.line - y.line),
    json: good ? source.json : null,
    bundle: good ? compiled.bundle : null,
    lineOf,
  };
}

function notYaml({ line, message, message_zh }: Fault): CheckLine {
  return {
    level: 'error',
    code: 'NOT_YAML',
    line,
    path: '',
    message: `no good YAML or JSON: ${message}`,
    message_zh: `不是正确的 YAML 或 JSON：${message_zh}`,
    cure: 'correct the text there: indentation, quotes, commas, a key twice',
    cure_zh: '检查这一行的缩进、引号、逗号和重复的项',
  };
}

/** Checks several bundles, each by itself, and the dates of those that may be used beside each other. */
export function checkBundles(texts: string[]): CheckReport[] {
  const reports = texts.map(checkBundle);
  const usable = reports.flatMap(({ bundle }) => bundle ?? []);
  for (const { bundle, ...one } of lintDates(usable)) {
    const report = reports.find((other) => other.bundle === bundle);
    report?.lines.push({ ...one, level: 'lint', line: report.lineOf(one.path) });
  }
  return reports;
}

/**
 * One line as the shell prints it: `file:12 error BUCKET_UNUSED buckets.x: … (cure)`, English then Chinese.
 */
export function formatCheckLine(file: string, line: CheckLine): string {
  const where = `${file}:${line.line} ${line.level} ${line.code} ${line.path}`;
  return `${where}\n  ${line.message}; ${line.cure}\n  ${line.message_zh}；${line.cure_zh}`;
}
