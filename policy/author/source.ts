/**
 * A bundle as a policy officer writes it, YAML or JSON (which is YAML too), with the line of every place in it.
 * Limits: 1 MiB, 100 aliases (the parser's own).
 */
import { type Document, isCollection, isMap, isScalar, LineCounter, parseDocument } from 'yaml';

export const MAX_TEXT = 1_048_576;

export interface Source {
  /** The value as parsed JSON would give it; undefined when the text is no YAML. */
  json: unknown;
  /** What the parser objected to. */
  faults: { line: number; message: string }[];
  /** The line (from 1) of a problem's path such as `pool[0].rate`, or of the nearest place around it. */
  lineOf(path: string): number;
}

export function readSource(text: string): Source {
  if (text.length > MAX_TEXT) return faulty(1, `more than ${MAX_TEXT} characters`);
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
    // One fault in the indentation makes many more that cure themselves: only the first is told.
    const faults = document.errors.slice(0, 1).map(({ pos, message }) => ({
      line: lines.linePos(pos[0]).line,
      message: message.replace(/ at line [\s\S]*$/, ''),
    }));
    const json: unknown = faults.length === 0 ? document.toJS() : undefined;
    return { json, faults, lineOf: (path) => lineOf(document, lines, path) };
  } catch (error) {
    return faulty(1, error instanceof Error ? error.message : 'unreadable');
  }
}

function faulty(line: number, message: string): Source {
  return { json: undefined, faults: [{ line, message }], lineOf: () => line };
}

/** `pool[0].items.item.tags` → its parts, longest key first where a key itself holds a dot. */
function lineOf(document: Document, lines: LineCounter, path: string): number {
  let node: unknown = document.contents;
  let offset = startOf(node);
  let rest = path;
  while (rest !== '' && isCollection(node)) {
    const step = nextStep(node, rest);
    if (step === null) break;
    node = step.value;
    offset = step.offset ?? offset;
    rest = step.rest;
  }
  return lines.linePos(offset).line;
}

interface Step {
  value: unknown;
  offset: number | null;
  rest: string;
}

function nextStep(node: unknown, path: string): Step | null {
  const index = /^\[(\d+)\]\.?/.exec(path);
  if (index !== null && isCollection(node)) {
    const value: unknown = node.get(Number(index[1]), true);
    return { value, offset: startOf(value), rest: path.slice(index[0].length) };
  }
  if (!isMap(node)) return null;
  const pairs = node.items.filter(({ key }) => isScalar(key) && startsWith(path, String(key.value)));
  pairs.sort((a, b) => String(b.key).length - String(a.key).length);
  const [pair] = pairs;
  if (pair === undefined || !isScalar(pair.key)) return null;
  const rest = path.slice(String(pair.key.value).length).replace(/^\./, '');
  return { value: pair.value, offset: startOf(pair.key), rest };
}

function startsWith(path: string, key: string): boolean {
  const after = path[key.length];
  return path.startsWith(key) && (after === undefined || after === '.' || after === '[');
}

function startOf(node: unknown): number {
  const range = (node as { range?: [number, number, number] } | null)?.range;
  return range?.[0] ?? 0;
}
