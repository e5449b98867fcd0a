/** `policy diff A B`: what changed between two bundles, and who gets more or less by given claims. */
import type { CompiledBundle } from '../bundle.ts';
import { type Fen, formatFen, parseYuan } from '../fen.ts';
import { isObject } from '../json.ts';
import { adjudicate } from '../price/adjudicate.ts';
import type { Answer } from '../types.ts';

/** `before` or `after` is undefined where the place does not exist. Stages and layers are matched by id. */
interface Change {
  path: string;
  before: unknown;
  after: unknown;
}

/** One claim under both bundles. `delta`: yuan that the funds pay more (with "-": less) under the second. */
interface Repriced {
  name: string;
  before: string;
  after: string;
  delta: string;
}

interface Effect {
  more: Repriced[];
  less: Repriced[];
  same: number;
}

/** Every place where two parsed bundles differ, in the first one's order. */
export function diffBundles(before: unknown, after: unknown, path = ''): Change[] {
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => diffBundles(before[key], after[key], path === '' ? key : `${path}.${key}`));
  }
  if (Array.isArray(before) && Array.isArray(after)) return diffLists(before, after, path);
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path, before, after }];
}

/** Lists of entries with ids are compared by id, and their order is a change of its own; others by index. */
function diffLists(before: unknown[], after: unknown[], path: string): Change[] {
  const [was, is] = [idsOf(before), idsOf(after)];
  if (was === null || is === null) {
    const length = Math.max(before.length, after.length);
    return Array.from({ length }, (_, i) => diffBundles(before[i], after[i], `${path}[${i}]`)).flat();
  }
  const ids = [...new Set([...was, ...is])];
  const changes = ids.flatMap((id) =>
    diffBundles(before[was.indexOf(id)], after[is.indexOf(id)], `${path}[${id}]`),
  );
  const kept = is.filter((id) => was.includes(id));
  const order = was.filter((id) => is.includes(id));
  if (kept.join('\n') === order.join('\n')) return changes;
  return [{ path: `${path} (order)`, before: was, after: is }, ...changes];
}

function idsOf(list: unknown[]): string[] | null {
  const ids = list.map((entry) => (isObject(entry) ? (entry.id ?? entry.rule_id) : undefined));
  return ids.every((id) => typeof id === 'string') ? ids : null;
}

/** Prices the claims under both bundles. */
export function repriceClaims(
  before: CompiledBundle,
  after: CompiledBundle,
  claims: { name: string; claim: unknown }[],
): Effect {
  const effect: Effect = { more: [], less: [], same: 0 };
  for (const { name, claim } of claims) {
    const [was, is] = [adjudicate(before, claim), adjudicate(after, claim)];
    const delta = fundsPay(is) - fundsPay(was);
    const row = { name, before: describe(was), after: describe(is), delta: formatFen(delta) };
    if (delta > 0) effect.more.push(row);
    else if (delta < 0) effect.less.push(row);
    else effect.same += 1;
  }
  return effect;
}

function fundsPay(answer: Answer): Fen {
  return answer.outcome === 'payable' ? parseYuan(answer.setlinfo.fund_pay_sumamt) : 0;
}

function describe(answer: Answer): string {
  return answer.outcome === 'payable' ? answer.setlinfo.fund_pay_sumamt : answer.code;
}
