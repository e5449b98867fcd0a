import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Verdict } from './judge.ts';
import { type Mutant, productFiles } from './sites.ts';

/** A line of the table: the mutant that was drawn as number `draw`, counted from 1. */
export interface Row {
  draw: number;
  mutant: Mutant;
  verdict: Verdict;
}

const [BEGIN, END] = ['<!-- the drawn mutants: begin -->', '<!-- the drawn mutants: end -->'];
const SHOWN_MAX = 60;

/** Eight digits that change with the product: the same seed draws other mutants from other code. */
export function codeMark(root: string): string {
  const hash = createHash('sha256');
  for (const file of productFiles(root)) hash.update(`${file}\0`).update(readFileSync(join(root, file)));
  return hash.digest('hex').slice(0, 8);
}

const cell = (text: string) => text.replaceAll('|', '\\|');

function code(text: string): string {
  const short = text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text;
  return text === '' ? 'nothing' : `\`\` ${cell(short)} \`\``;
}

export function rowText({ draw, mutant, verdict }: Row): string {
  const { file, line, operator, original, mutated } = mutant;
  const change = `${code(original)} → ${code(mutated)}`;
  const by = verdict.by === '' ? '' : `: ${cell(verdict.by)}`;
  return `| ${draw} | ${file}:${line} | ${operator} | ${change} | ${verdict.outcome}${by} |`;
}

const numberOf = (line: string) => Number(/^\| (\d+) \|/.exec(line)?.[1] ?? 0);

/** `docs` with these rows between its markers. Rows of an earlier run stay when it drew the same. */
export function withRows(docs: string, seed: number, mark: string, rows: Row[]): string {
  const [begin, end] = [docs.indexOf(BEGIN), docs.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`the document has no ${BEGIN} … ${END}`);
  const title = `Seed ${seed}, code ${mark}.`;
  const before = docs.slice(begin, end);
  const lines = new Map<number, string>();
  if (before.includes(title))
    for (const line of before.split('\n')) if (numberOf(line) > 0) lines.set(numberOf(line), line);
  for (const row of rows) lines.set(row.draw, rowText(row));
  const head = ['| draw | place | operator | change | outcome |', '| --- | --- | --- | --- | --- |'];
  const sorted = [...lines].sort(([a], [b]) => a - b).map(([, line]) => line);
  return [docs.slice(0, begin) + BEGIN, title, '', ...head, ...sorted, '', docs.slice(end)].join('\n');
}

export function writeRows(file: string, seed: number, mark: string, rows: Row[]): void {
  writeFileSync(file, withRows(readFileSync(file, 'utf8'), seed, mark, rows));
}
