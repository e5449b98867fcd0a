import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type ESTree, parseSync } from 'vite';
import { chanceOf } from '../simulation/chance.ts';
import { type Edit, editsOf } from './operators.ts';

/** One way to break one place of the product. */
export interface Mutant extends Edit {
  /** From the root of the clone. */
  file: string;
  line: number;
  /** What the table shows: the code before and after, on one line. */
  original: string;
  mutated: string;
}

const FOLDERS = ['policy', 'drivers', 'sync', 'firmware-bridge', 'gateway'];
const NO_PRODUCT = /\.test\.tsx?$|\.d\.ts$|\/testing\/|\/demo\/data\//;

/** Every source file of the product under `root`, sorted. */
export function productFiles(root: string): string[] {
  return readdirSync(root)
    .filter((name) => FOLDERS.includes(name))
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !NO_PRODUCT.test(path))
    .sort();
}

const isNode = (value: unknown): value is ESTree.Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

/** Types do nothing when the program runs; of an `as` or `!` only the expression does. */
const isType = ({ type }: ESTree.Node) =>
  type.startsWith('TS') && !/^TS(As|Satisfies|NonNull)Expression$/.test(type);

/** Texts that name something for the compiler or the style sheet, and say nothing: never mutated. */
function isName(node: ESTree.Node, parent: ESTree.Node | null): boolean {
  if (!parent) return false;
  if (/^(Import|Export)/.test(parent.type)) return node.type === 'Literal';
  if (parent.type === 'Property') return parent.key === node && !parent.computed;
  return (
    parent.type === 'JSXAttribute' && parent.name.type === 'JSXIdentifier' && parent.name.name === 'class'
  );
}

/** Every mutant of a file, in the order of its text. */
export function mutantsOf(file: string, text: string): Mutant[] {
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
  const found: Mutant[] = [];
  const visit = (node: ESTree.Node, parent: ESTree.Node | null): void => {
    if (isType(node)) return;
    if (!isName(node, parent)) for (const edit of editsOf(node, parent, text)) found.push(shown(edit, node));
    for (const value of Object.values(node).flat()) if (isNode(value)) visit(value, node);
  };
  function shown(edit: Edit, node: ESTree.Node): Mutant {
    const { start, end } = edit.operator.startsWith('condition') ? edit : node;
    // Of a function that returns early its first line is worth showing, not its body.
    const early = edit.operator === 'return early';
    const [from, until] = early ? [text.lastIndexOf('\n', start) + 1, edit.end] : [start, end];
    const short = (code: string) => code.replace(/\s+/g, ' ').trim();
    const mutated = text.slice(from, edit.start) + edit.to + text.slice(edit.end, until);
    const line = text.slice(0, edit.start).split('\n').length;
    return { ...edit, file, line, original: short(text.slice(from, until)), mutated: short(mutated) };
  }
  visit(program, null);
  return found;
}

/** Every mutant of the product under `root`. */
export function productMutants(root: string): Mutant[] {
  return productFiles(root).flatMap((file) => mutantsOf(file, readFileSync(join(root, file), 'utf8')));
}

/** The order in which a seed draws: each mutant is as likely as any other to come next. */
export function drawn(mutants: Mutant[], seed: number): Mutant[] {
  const order = [...mutants];
  const chance = chanceOf(seed, 'mutation');
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = chance.upTo(last);
    [order[last], order[other]] = [order[other] as Mutant, order[last] as Mutant];
  }
  return order;
}

/** The text of a file with the mutant in it. */
export function mutate(text: string, { start, end, to }: Edit): string {
  return text.slice(0, start) + to + text.slice(end);
}
