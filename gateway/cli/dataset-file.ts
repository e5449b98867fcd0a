import { Ajv } from 'ajv';
import { chinaDay } from '../../policy/index.ts';
import type { Clinic } from '../../sync/contract/datasets/clinic.ts';
import {
  type CheckedName,
  checkDataset,
  isChecked,
  rowOf,
  titleOf,
  withoutRows,
} from '../../sync/township/publish/check.ts';
import { type DatasetFault, fault } from '../../sync/township/publish/faults.ts';
import { type Lexicon, NO_BUNDLES, unknownWords } from '../../sync/township/publish/lexicon.ts';
import { inForm } from '../../sync/township/publish/text-members.ts';
import { faultOfDataset } from '../clinic/visit/reference.ts';
import { Refusal } from '../errors.ts';
import { locate, readJson } from '../json-source.ts';
import { realClock } from '../real.ts';
import { checkBundleFiles } from './bundle-file.ts';
import { readFileText } from './command.ts';

/** A file of an officer that becomes a dataset: every fault is said with line, column and cure. */

/** Faults that are printed; a whole column may be wrong. */
const FAULTS_PRINTED_MAX = 200;

const say = (line: string) => process.stderr.write(`${line}\n`);

/** The facts of a clinic, for its invitation. Refusal DATASET_INVALID, TEXT_UNREADABLE. */
export function clinicIn(file: string): Clinic {
  return rowsOf('clinic', file, readFileText(file), false).value as Clinic;
}

/** Operators with their PINs in clear. Refusal DATASET_INVALID, TEXT_UNREADABLE. */
export function operatorsIn(file: string): { pin: string }[] {
  const text = readFileText(file);
  const written = inForm(jsonOf(file, text)).value;
  if (isClear(written)) return written.operators;
  throw new Refusal(
    'DATASET_INVALID',
    `${file}: {"operators": [{…, "pin": "4 to 20 characters"}]} is wanted`,
  );
}

const isClear = new Ajv({ strict: true }).compile<{ operators: { pin: string }[] }>({
  type: 'object',
  required: ['operators'],
  properties: {
    operators: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['pin'],
        properties: { pin: { type: 'string', pattern: '^\\S{4,20}$' } },
      },
    },
  },
});

function jsonOf(file: string, text: string): unknown {
  const source = readJson(text);
  if (source.ok) {
    if (source.doubled.length > 0)
      refuse(
        file,
        text,
        source.doubled.map((path) => fault(path, 'MEMBER_TWICE')),
      );
    return source.value;
  }
  const { line, column } = source.position;
  const likely = source.chinesePunctuation
    ? '这里是中文标点；改成英文的引号、逗号、冒号'
    : '检查这里的引号、逗号、括号';
  say(`${file}:${line}:${column} 不是正确的 JSON；${likely}`);
  throw new Refusal('DATASET_INVALID', `${file} is no JSON at line ${line}, column ${column}`);
}

/**
 * The content of a dataset as it is signed. `skipBad`: rows that are wrong are left out, and named; how many
 * these are is `skipped`. Refusal DATASET_INVALID.
 */
export function datasetOf(
  name: string,
  file: string,
  skipBad: boolean,
  lexicon: Lexicon,
): { content: string; value: unknown; skipped: number } {
  const { value, skipped } = isChecked(name)
    ? rowsOf(name, file, readFileText(file), skipBad, lexicon)
    : { value: bundleOf(file), skipped: 0 };
  const content = JSON.stringify(value);
  // What a box would not take must never be signed.
  const refused = faultOfDataset(name, content);
  if (refused !== null) throw new Refusal('DATASET_INVALID', `${file}: a box refuses it: ${refused}`);
  return { content, value, skipped };
}

function rowsOf(name: CheckedName, file: string, text: string, skipBad: boolean, lexicon = NO_BUNDLES) {
  const written = jsonOf(file, text);
  const { value, mended, faults } = checkDataset(name, written, chinaDay(realClock.now()), lexicon);
  if (mended > 0) say(`${file}: 有 ${mended} 处空格、全角字或看不见的字符，已经改正`);
  if (faults.length === 0 && lexicon !== NO_BUNDLES)
    sayUnknownWords(file, text, unknownWords(value, lexicon));
  if (faults.length === 0) return { value, skipped: 0 };
  const rows = new Set(faults.map(({ path }) => rowOf(name, path)));
  const titled = (path: string) => {
    const row = rowOf(name, path);
    return row === null ? '' : `第 ${row + 1} 个“${titleOf(name, written, row)}”`;
  };
  if (!skipBad || rows.has(null)) refuse(file, text, faults, titled, rows.has(null) ? 0 : rows.size);
  print(file, text, faults, titled);
  const bad = new Set([...rows].filter((row) => row !== null));
  const rest = withoutRows(name, value, bad);
  if (rest.left === 0) throw new Refusal('DATASET_INVALID', `${file}: no row is good`);
  const missing = [...bad].sort((a, b) => a - b).map((row) => titleOf(name, written, row));
  say(`${file}: 下面 ${bad.size} 行没有发：${missing.join('、')}`);
  return { value: rest.value, skipped: bad.size };
}

/** A disease or tag that no bundle in force has changes no payment: seldom meant, not known to be wrong. */
function sayUnknownWords(file: string, text: string, words: ReturnType<typeof unknownWords>): void {
  const places = locate(
    text,
    words.map(({ path }) => path),
  );
  for (const { word, path } of words) {
    const at = places.get(path);
    say(`${file}:${at?.line}:${at?.column} “${word}”正在用的政策都不认得，只作记录，不影响报销`);
  }
}

/** YAML or JSON; it must be valid, and free of what no eye sees. */
function bundleOf(file: string): unknown {
  const [found] = checkBundleFiles([file]);
  for (const line of found?.lines ?? []) say(line);
  if (!found || found.bad)
    throw new Refusal('DATASET_INVALID', `${file} is no valid bundle: nothing was published`);
  return found.report.json;
}

function refuse(
  file: string,
  text: string,
  faults: DatasetFault[],
  titled: (path: string) => string = () => '',
  rows = 0,
): never {
  print(file, text, faults, titled);
  if (rows > 0) say(`${file}: 没有发布。改好再发；或者加 --skip-bad：这 ${rows} 行不发，其余照发`);
  throw new Refusal('DATASET_INVALID', `${file}: ${faults.length} faults, nothing was published`);
}

/** `roster.json:12:15 第 3 个“刘建国” CERTNO_CHECK …`, in the order given. */
function print(file: string, text: string, faults: DatasetFault[], titled: (path: string) => string): void {
  const shown = faults.slice(0, FAULTS_PRINTED_MAX);
  const places = locate(
    text,
    shown.flatMap(({ path, other }) => (other === undefined ? [path] : [path, other])),
  );
  for (const { path, code, what, cure, other } of shown) {
    const at = places.get(path);
    const and = other === undefined ? '' : `（另一处在第 ${places.get(other)?.line} 行）`;
    const member = path.slice(path.lastIndexOf('/') + 1);
    say(`${file}:${at?.line}:${at?.column} ${titled(path)} ${member} ${code} ${what}${and}；${cure}`);
  }
  if (faults.length > shown.length) say(`${file}: 还有 ${faults.length - shown.length} 处`);
}
