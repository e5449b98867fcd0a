/**
 * A bundle as a policy officer writes it, YAML or JSON (which is YAML too), with the line of every place in
 * it. Limits: 65 536 characters (five times the longest that is shipped), 100 aliases (the parser's own
 * limit), 200 anchors (the parser's time grows with their square), 200 faults.
 */
import {
  type Document,
  isCollection,
  isMap,
  isScalar,
  LineCounter,
  parseDocument,
  type YAMLError,
} from 'yaml';

const MAX_TEXT = 65_536;
const MAX_ANCHORS = 200;
const MAX_FAULTS = 200;

interface Source {
  /** The value as parsed JSON would give it; undefined when the text is no YAML. */
  json: unknown;
  /** What the parser objected to. Where that is only a duplicate key, there is a value all the same. */
  faults: Fault[];
  /** The line (from 1) of a problem's path such as `pool[0].rate`, or of the nearest place around it. */
  lineOf(path: string): number;
}

export interface Fault {
  line: number;
  message: string;
  message_zh: string;
}

/** Texts for the faults that are usual with a Chinese keyboard; any other has the parser's own text. */
const FAULTS: Record<string, [en: string, zh: string]> = {
  BAD_ALIAS: ['no such *name', '引用的 *名称 不存在'],
  BAD_INDENT: ['the indentation does not fit', '缩进没有对齐'],
  BLOCK_AS_IMPLICIT_KEY: ['a colon is missing or out of place', '缺少英文冒号，或冒号的位置不对'],
  DUPLICATE_KEY: ['a key stands twice', '同一项写了两次'],
  MISSING_CHAR: ['a quote, bracket, comma, colon or dash is missing', '缺少引号、括号、逗号、冒号或短横'],
  MULTILINE_IMPLICIT_KEY: ['a colon is missing (a Chinese ： is none)', '缺少英文冒号（中文冒号“：”不行）'],
  MULTIPLE_DOCS: ['more than one bundle in the file', '一个文件里写了不止一份'],
  NON_STRING_KEY: ['a key must be a text', '项的名称必须是文字'],
  RESOURCE_EXHAUSTION: ['too many *names', '引用的 *名称 太多'],
  TAB_AS_INDENT: ['a tab is no indentation: use blanks', '缩进不能用 Tab 键，要用空格'],
  TAG_RESOLVE_FAILED: ['an unknown !tag', '不认识的 !标记'],
};

export function readSource(text: string): Source {
  if (text.length > MAX_TEXT) return faulty(1, `more than ${MAX_TEXT} characters`, `超过 ${MAX_TEXT} 个字符`);
  if ((text.match(/(?<=[\s,[{])&/g) ?? []).length > MAX_ANCHORS)
    return faulty(1, `more than ${MAX_ANCHORS} &names`, `&名称 超过 ${MAX_ANCHORS} 个`);
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, { lineCounter: lines, stringKeys: true });
    if (document.directives?.yaml.version !== '1.2') return faulty(1, 'must be YAML 1.2', '应为 YAML 1.2');
    const faults = faultsOf([...document.errors, ...document.warnings], lines);
    const readable = document.errors.every(({ code }) => code === 'DUPLICATE_KEY');
    const json: unknown = readable ? JSON.parse(JSON.stringify(document.toJS())) : undefined;
    return { json, faults, lineOf: (path) => lineOf(document, lines, path) };
  } catch {
    // More aliases than the parser follows, or one that contains itself.
    return faulty(1, 'too many *names, or one that holds itself', '*名称 太多，或自己引用自己');
  }
}

/** One fault of the syntax causes others that vanish with it: only the first of those is reported. */
function faultsOf(errors: YAMLError[], lines: LineCounter): Fault[] {
  const broken = errors.find(({ code }) => code !== 'DUPLICATE_KEY');
  return errors
    .filter((error) => error === broken || error.code === 'DUPLICATE_KEY')
    .slice(0, MAX_FAULTS)
    .map(({ code, pos, message }) => {
      const own = message.replace(/ at line [\s\S]*$/, '');
      const [en, zh] = FAULTS[code] ?? [own, `无法读懂（${own}）`];
      return { line: lines.linePos(pos[0]).line, message: en, message_zh: zh };
    });
}

function faulty(line: number, message: string, message_zh: string): Source {
  return { json: undefined, faults: [{ line, message, message_zh }], lineOf: () => line };
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
