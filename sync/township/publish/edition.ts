import { isDeepStrictEqual } from 'node:util';
import { type CompiledBundle, compileBundle, type Day } from '../../../policy/index.ts';
import type { Dataset } from '../../contract/datasets/manifest.ts';
import type { ClinicCode } from '../../contract/ids.ts';
import type { TownshipStore } from '../store/port.ts';

/** What is in force where a dataset goes, and what a new one would do to it. */

/** Why a dataset must not take the place of what is in force, in two languages. */
export interface EditionDoubt {
  zh: string;
  en: string;
  /** The option by which an officer says that it is meant; absent: nothing does. */
  option?: '--replace' | '--shrink';
}

/** The newest content of a name, or of every name that begins so, where a dataset for `clinic` goes. */
export function inForce(
  { datasets, ledgers }: Pick<TownshipStore, 'datasets' | 'ledgers'>,
  prefix: string,
  clinic: ClinicCode | '*',
): unknown[] {
  const clinics = clinic === '*' ? ['*' as const, ...ledgers.all().map((row) => row.clinic)] : [clinic];
  const found = new Map<string, Dataset>();
  for (const one of clinics)
    for (const { name, version } of datasets.newestOf(one).filter(({ name }) => name.startsWith(prefix))) {
      const dataset = datasets.get(name, version, one);
      if (dataset) found.set(dataset.manifest, dataset);
    }
  return [...found.values()].map(({ content }) => JSON.parse(content));
}

/** What the boxes would do with a bundle beside or after those in force. The same once more is no doubt. */
export function bundleDoubts(written: unknown, held: unknown[], today: Day): EditionDoubt[] {
  const next = compiled(written);
  if (!next) return [];
  return held.flatMap((one) => {
    const present = compiled(one);
    if (!present || isDeepStrictEqual(one, written)) return [];
    return present.name === next.name ? successorDoubts(next, present, today) : overlap(next, present, today);
  });
}

const compiled = (json: unknown): CompiledBundle | null => {
  const result = compileBundle(json);
  return result.ok ? result.bundle : null;
};

/** A box prices by the newest edition of a name alone. */
function successorDoubts(next: CompiledBundle, present: CompiledBundle, today: Day): EditionDoubt[] {
  const { name, version } = present;
  const doubts: EditionDoubt[] = [];
  if (next.version <= version)
    doubts.push({
      zh: `“${name}”现在用的是第 ${version} 版（version），这个文件是第 ${next.version} 版，内容却不一样；确认没拿错旧文件，再把 version 改成 ${version + 1}`,
      en: `${name}: version ${version} is in force, the file is another version ${next.version}: see that it is not an old file, then make its version ${version + 1}`,
      option: '--replace',
    });
  // Days of grace (until lastday) count only once nothing else is in force.
  const end = present.enddate >= today ? 'enddate' : 'lastday';
  const covers = (one: CompiledBundle) => one.begndate <= today && today <= one[end];
  if (covers(present) && !covers(next))
    doubts.push({
      zh: `“${name}”现在管着今天（到 ${present.enddate}），这个文件只管 ${next.begndate} 到 ${next.enddate}，发了以后今天看病就没有政策、全部自费；换成管今天的文件，明年的政策另起一个名字（bundle）`,
      en: `${name} in force covers today (until ${present.enddate}), the file only ${next.begndate} to ${next.enddate}: everybody would pay all of it; take a file that covers today, give next year’s policy another name (bundle)`,
      option: '--replace',
    });
  return doubts;
}

/** Two names on one day: no box knows which of them to price by (POLICY_AMBIGUOUS). */
function overlap(next: CompiledBundle, present: CompiledBundle, today: Day): EditionDoubt[] {
  const shared = (a: readonly string[], b: readonly string[]) => a.some((one) => b.includes(one));
  const last = next.enddate < present.enddate ? next.enddate : present.enddate;
  const begins = next.begndate > present.begndate ? next.begndate : present.begndate;
  if (!shared(next.insutype, present.insutype) || !shared(next.admdvs, present.admdvs)) return [];
  if (begins > last || last < today) return [];
  const { name, begndate, enddate } = present;
  return [
    {
      zh: `和正在用的“${name}”（${begndate} 到 ${enddate}）同一个地方、同一种参保，日子重叠：机器不知道按哪一个算，只能全部自费；用“${name}”这个名字发新版，或者先发“${name}”的新版，把它的 enddate 改到重叠以前`,
      en: `${name} in force (${begndate} to ${enddate}) is for the same place and insurance on the same days: no box could tell which to price by; publish under the name ${name}, or first an edition of ${name} whose enddate is before these days`,
    },
  ];
}

/** Of the tables that decide who is insured and what is sold: the list, and what names a row. */
const TABLES: Record<string, { list: string; key: string; zh: string }> = {
  roster: { list: 'persons', key: 'psn_no', zh: '人' },
  catalogue: { list: 'items', key: 'med_list_codg', zh: '个项目' },
  diagnoses: { list: 'diagnoses', key: 'diag_code', zh: '个诊断' },
};

const LOST_SHARE_MAX = 0.2;

/**
 * Half an export is a good file by itself: it is told by the share of rows that would be gone, of those in
 * force, or of the file itself when rows that are wrong are left out (`skipped`).
 */
export function shrinkDoubts(name: string, value: unknown, held: unknown[], skipped: number): EditionDoubt[] {
  const table = TABLES[name];
  if (!table) return [];
  const keys = keysOf(table, value);
  const lost = held.flatMap((one) => {
    const before = keysOf(table, one);
    return [
      {
        of: before.size,
        gone: [...before].filter((one) => !keys.has(one)).length,
        zh: '正在用的',
        en: 'in force',
      },
    ];
  });
  lost.push({ of: keys.size + skipped, gone: skipped, zh: '文件里的', en: 'of the file' });
  return lost
    .filter(({ of, gone }) => gone > of * LOST_SHARE_MAX)
    .map(({ of, gone, zh, en }) => ({
      zh: `${zh} ${of} ${table.zh}里有 ${gone} ${table.zh}这次没有，发了以后村里就查不到；看看是不是只导出了一半、拿错了村、错行太多`,
      en: `${gone} of ${of} rows ${en} would be missing: is it half an export, another clinic’s, or are too many rows wrong`,
      option: '--shrink' as const,
    }));
}

function keysOf({ list, key }: { list: string; key: string }, value: unknown): Set<unknown> {
  const rows = (value as Record<string, Record<string, unknown>[] | undefined>)[list] ?? [];
  return new Set(rows.map((row) => row[key]));
}
