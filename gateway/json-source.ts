/** JSON that a person wrote: where in the file something stands, and which key stands twice. Pure. */

/** From 1; a column counts characters. */
interface Position {
  line: number;
  column: number;
}

type JsonSource =
  | { ok: true; value: unknown; doubled: string[] }
  | { ok: false; position: Position; chinesePunctuation: boolean };

/** Parses, and finds by JSON pointer the keys that stand twice: `JSON.parse` keeps the last silently. */
export function readJson(text: string): JsonSource {
  try {
    const value: unknown = JSON.parse(text);
    const doubled = [...membersOf(text)].filter(({ twice }) => twice).map(({ path }) => path);
    return { ok: true, value, doubled };
  } catch (error) {
    const offset = Number(/at position (\d+)/.exec(String(error))?.[1] ?? text.length);
    const chinesePunctuation = /[“”‘’，：；【】｛｝]/.test(text.charAt(offset));
    return {
      ok: false,
      position: positionsAt(text, [offset])[0] ?? { line: 1, column: 1 },
      chinesePunctuation,
    };
  }
}

/** Where the values at these JSON pointers stand; of what is absent, the nearest place around it. */
export function locate(text: string, pointers: Iterable<string>): Map<string, Position> {
  const wanted = new Set(pointers);
  const around = new Set([...wanted].flatMap(prefixesOf));
  const offsets = new Map<string, number>();
  for (const { path, offset } of membersOf(text)) if (around.has(path)) offsets.set(path, offset);
  const found = [...wanted].map((pointer) => {
    const nearest = prefixesOf(pointer).find((prefix) => offsets.has(prefix)) ?? '';
    return { pointer, offset: offsets.get(nearest) ?? 0 };
  });
  found.sort((a, b) => a.offset - b.offset);
  const positions = positionsAt(
    text,
    found.map(({ offset }) => offset),
  );
  return new Map(found.map(({ pointer }, i) => [pointer, positions[i] ?? { line: 1, column: 1 }]));
}

/** `/a/0/b` → itself, `/a/0`, `/a`, ''. */
function prefixesOf(pointer: string): string[] {
  const steps = pointer.split('/');
  return steps.map((_, i) => steps.slice(0, steps.length - i).join('/'));
}

/** Of rising offsets. A line ends with LF, CR or both. */
function positionsAt(text: string, offsets: readonly number[]): Position[] {
  const ends = /\r\n|\r|\n/g;
  let [line, start] = [1, 0];
  let next = ends.exec(text);
  return offsets.map((offset) => {
    while (next && ends.lastIndex <= offset) {
      line += 1;
      start = ends.lastIndex;
      next = ends.exec(text);
    }
    return { line, column: [...text.slice(start, offset)].length + 1 };
  });
}

interface Member {
  path: string;
  offset: number;
  /** Its key stood in the same object before. */
  twice: boolean;
}

interface Frame {
  path: string;
  /** Absent in a list. */
  keys?: Set<string>;
  key: string;
  index: number;
  keyNext: boolean;
  twice: boolean;
}

const TOKEN = /\s*("[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+)/gy;

/** Every value of a text that `JSON.parse` accepts, in the order of the file. */
function* membersOf(text: string): Generator<Member> {
  const frames: Frame[] = [];
  for (const { index, 0: whole, 1: token = '' } of text.matchAll(TOKEN)) {
    if (isPunctuation(frames, token)) continue;
    const frame = frames.at(-1);
    const path = frame ? pathIn(frame) : '';
    yield { path, offset: index + whole.length - token.length, twice: frame?.twice ?? false };
    if (token === '{' || token === '[') frames.push(frameOf(path, token));
  }
}

/** Takes what is no value: the end of an object or list, a comma, a colon, a key. */
function isPunctuation(frames: Frame[], token: string): boolean {
  const frame = frames.at(-1);
  if (token === '}' || token === ']') frames.pop();
  else if (token === ',') nextIn(frame);
  else if (frame?.keyNext) takeKey(frame, token);
  else return token === ':';
  return true;
}

function frameOf(path: string, token: string): Frame {
  const list = token === '[';
  return { path, ...(list ? {} : { keys: new Set() }), key: '', index: 0, keyNext: !list, twice: false };
}

function nextIn(frame: Frame | undefined): void {
  if (!frame) return;
  frame.index += 1;
  frame.keyNext = frame.keys !== undefined;
}

function takeKey(frame: Frame, token: string): void {
  frame.key = String(JSON.parse(token));
  frame.twice = frame.keys?.has(frame.key) ?? false;
  frame.keys?.add(frame.key);
  frame.keyNext = false;
}

const pathIn = ({ path, keys, key, index }: Frame): string =>
  `${path}/${keys ? key.replaceAll('~', '~0').replaceAll('/', '~1') : index}`;
