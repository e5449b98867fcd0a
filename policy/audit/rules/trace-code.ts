/**
 * Trace codes (追溯码): scanned where the item needs one, one for each whole pack, each pack sold once; what is
 * sold out of an opened pack (拆零) shares its code and comes to one pack at most. Source: NHSA, questions and
 * answers, 2024-12-06 (one pack, one code; an opened pack's code goes up with every sale of it).
 */
import { ONE, readDecimal } from '../../fen.ts';
import { readTraceCode, TRACE_CODE_MAX } from '../trace-code.ts';
import {
  type CatalogueEntry,
  type Facts,
  found,
  type PackSale,
  type RuleKind,
  unknown,
  type Violation,
} from '../types.ts';

export const traceCode: RuleKind = {
  name: '药品追溯码',
  vola_bhvr_type: '回流药',
  compile: () => (facts) => facts.lines.flatMap((line) => checkLine(facts, line)),
};

/** A line with its codes, each as the pack that it names. */
interface Scanned {
  line: number;
  codes: string[];
  opened: boolean;
  /** Quantity in 10^-4 of a pack's unit, and what one pack holds of it. */
  amount: number;
  pack: number;
  required: boolean;
}

function checkLine(facts: Facts, line: number): Violation[] {
  const entry = entryOf(facts, line);
  const required = entry?.trac_required;
  if (required === undefined) return [unknown([line], '是否须扫追溯码', 'trac_required')];
  const texts = textsOf(facts, line);
  if (texts.length === 0)
    return required ? [found([line], '这一项须扫追溯码，还没有扫。', 'drug_trac_codg: 无')] : [];
  const form = checkForm(line, texts);
  const flag = facts.context.lines?.[facts.claim.feedetl_sn[line] as string]?.trdn_flag;
  if (flag === undefined) return [...form, unknown([line], '是否拆零', 'trdn_flag')];
  const scanned = scannedOf(facts, line);
  return [...form, ...(scanned.opened ? checkOpened(facts, scanned) : checkWhole(facts, scanned))];
}

const entryOf = ({ claim, context }: Facts, line: number): CatalogueEntry | undefined =>
  context.catalogue?.[claim.med_list_codg[line] as string];

const textsOf = ({ claim, context }: Facts, line: number): string[] =>
  context.lines?.[claim.feedetl_sn[line] as string]?.drug_trac_codg ?? [];

/** What cannot be read is compared as it stands. */
const packOf = (text: string) => readTraceCode(text)?.id ?? text;

function scannedOf(facts: Facts, line: number): Scanned {
  const { claim, context } = facts;
  const entry = entryOf(facts, line);
  return {
    line,
    codes: [...new Set(textsOf(facts, line).map(packOf))],
    opened: context.lines?.[claim.feedetl_sn[line] as string]?.trdn_flag === '1',
    amount: claim.cnt[line] as number,
    pack: (entry?.pack_units ?? 1) * ONE,
    required: entry?.trac_required ?? false,
  };
}

function checkForm(line: number, texts: string[]): Violation[] {
  return texts.flatMap((text, i) => {
    const evid = `drug_trac_codg: ${text.slice(0, TRACE_CODE_MAX)}`;
    const code = readTraceCode(text);
    if (code === null) return [found([line], '这不是追溯码，请扫药盒上的追溯码。', evid)];
    if (texts.slice(0, i).map(packOf).includes(code.id))
      return [found([line], '同一个追溯码扫了两次，请核对药盒。', evid)];
    // Makers number their packs as they like: nobody is turned away for that.
    if (code.system === 'maker')
      return [
        { ...found([line], '追溯码不是常见的 20 位数字，请核对扫的是不是它。', evid), atMost: 'remind' },
      ];
    return [];
  });
}

/** The code of a whole pack: on one line only, one for each pack, never sold before. */
function checkWhole(facts: Facts, { line, codes, amount, pack, required }: Scanned): Violation[] {
  const { sold_codes } = facts.context;
  const above = linesAbove(facts, line).flatMap((scanned) => scanned.codes);
  const twice = codes
    .filter((code) => above.includes(code))
    .map((code) => found([line], '这个追溯码上面已经扫过，请核对药盒。', `drug_trac_codg: ${code}`));
  if (sold_codes === undefined)
    return [...twice, ...checkCount(), unknown([line], '追溯码的销售记录', 'sold_codes')];
  const before = new Set(sold_codes.map(packOf));
  const sold = codes
    .filter((code) => before.has(code))
    .map((code) => found([line], '这个追溯码已经卖过一次，请核对药盒。', `drug_trac_codg: ${code}`));
  return [...twice, ...checkCount(), ...sold];

  function checkCount(): Violation[] {
    const packs = amount / pack;
    const evid = `cnt: ${packs}, drug_trac_codg: ${codes.length}`;
    if (!Number.isInteger(packs)) return [found([line], '数量不是整盒，请勾“拆零”，或者改数量。', evid)];
    if (codes.length > packs)
      return [found([line], `扫了 ${codes.length} 个追溯码，只开了 ${packs} 盒，请核对。`, evid)];
    if (codes.length < packs && required)
      return [found([line], `开了 ${packs} 盒，只扫了 ${codes.length} 个追溯码，每盒都要扫。`, evid)];
    return [];
  }
}

const linesAbove = (facts: Facts, line: number): Scanned[] =>
  facts.claim.feedetl_sn.slice(0, line).map((_sn, i) => scannedOf(facts, i));

/** What was sold of the opened packs, and is sold here, fits into them. */
function checkOpened(facts: Facts, scanned: Scanned): Violation[] {
  const { pack_sales, sold_codes } = facts.context;
  const { line, codes, pack } = scanned;
  const neverSold = sold_codes !== undefined && !sold_codes.some((code) => codes.includes(packOf(code)));
  const before = pack_sales ?? (neverSold ? [] : null);
  if (before === null) return [unknown([line], '这盒药已经卖出多少', 'pack_sales')];
  const left = new Map<string, number>();
  for (const sale of [...before.map(soldBefore), ...linesAbove(facts, line)]) take(left, { ...sale, pack });
  const over = take(left, scanned);
  if (over <= 0) return [];
  const cont = '拆零的这盒药，连前面卖的加起来超过一整盒了。请核对，新开的那盒也要扫码。';
  return [found([line], cont, `drug_trac_codg: ${codes.join(' ')}, 多出: ${over / pack} 盒`)];
}

const soldBefore = ({ drug_trac_codg, cnt, trdn_flag }: PackSale) => ({
  codes: drug_trac_codg.map(packOf),
  opened: trdn_flag === '1',
  amount: readDecimal(cnt, 4),
});

/** Takes a sale out of its packs, the one with least in it first; gives what did not fit. */
function take(
  left: Map<string, number>,
  { codes, opened, amount, pack }: Pick<Scanned, 'codes' | 'opened' | 'amount' | 'pack'>,
): number {
  const leftIn = (code: string) => left.get(code) ?? pack;
  let rest = amount;
  for (const code of [...codes].sort((a, b) => leftIn(a) - leftIn(b))) {
    const part = opened ? Math.min(rest, leftIn(code)) : leftIn(code);
    left.set(code, leftIn(code) - part);
    rest -= part;
  }
  return rest;
}
