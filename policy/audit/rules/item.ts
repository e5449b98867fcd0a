/** Rules about a line: whom, for what and where it may be used, its price, the same twice. */
import { SATURATED } from '../../fen.ts';
import { type CatalogueEntry, type Facts, found, type RuleKind, unknown, type Violation } from '../types.ts';

/** 男, 女; 0 and 9 of the national table mean unknown. */
const SEXES = ['1', '2'];

type LineCheck = (facts: Facts, line: number, entry: CatalogueEntry) => Violation[];

/** A rule that looks up every line in the catalogue. */
function byLine(name: string, vola_bhvr_type: string, check: LineCheck): RuleKind {
  const compile: RuleKind['compile'] = () => (facts) =>
    facts.lines.flatMap((line) => {
      const entry = facts.context.catalogue?.[facts.claim.med_list_codg[line] as string];
      return entry === undefined ? [unknown([line], '目录信息', 'catalogue')] : check(facts, line, entry);
    });
  return { name, vola_bhvr_type, compile };
}

export const sex = byLine('限定性别', '限性别用药', ({ claim }, line, { gend }) => {
  if (gend === undefined) return [unknown([line], '限定性别', 'gend')];
  if (gend === null || gend === claim.person.gend) return [];
  if (!SEXES.includes(claim.person.gend)) return [unknown([line], '居民的性别', 'person.gend')];
  const who = gend === '1' ? '男' : '女';
  return [found([line], `这一项只用于${who}性。`, `gend: ${claim.person.gend}, 限: ${gend}`)];
});

export const age = byLine('限定年龄', '限年龄用药', ({ claim }, line, { age_from, age_to }) => {
  if (!isAge(age_from) || !isAge(age_to)) return [unknown([line], '限定年龄', 'age_from, age_to')];
  const tooYoung = age_from !== null && claim.age < age_from;
  const tooOld = age_to !== null && claim.age > age_to;
  if (!tooYoung && !tooOld) return [];
  const limit = ageWords(age_from, age_to);
  return [found([line], `这一项限 ${limit}，这位居民 ${claim.age} 岁。`, `age: ${claim.age}, 限: ${limit}`)];
});

function isAge(age: number | null | undefined): age is number | null {
  return age === null || Number.isSafeInteger(age);
}

function ageWords(from: number | null, to: number | null): string {
  if (from === null) return `${to} 岁及以下`;
  return to === null ? `${from} 岁及以上` : `${from}～${to} 岁`;
}

export const diagnosis = byLine('限定病种', '超适应症', ({ claim }, line, { dise_codg }) => {
  if (dise_codg === undefined) return [unknown([line], '限定病种', 'dise_codg')];
  const has = claim.encounter.dise_codg;
  if (dise_codg === null || dise_codg.some((code) => has.includes(code))) return [];
  const evid = `dise_codg: ${has.join('、') || '无'}, 限: ${dise_codg.join('、')}`;
  return [found([line], '诊断不在这一项的限定病种里。', evid)];
});

export const facilityLevel = byLine('限定机构级别', '超级别用药', ({ claim }, line, { level }) => {
  if (level === undefined) return [unknown([line], '限定机构级别', 'level')];
  if (level === null || level.includes(claim.facility.level)) return [];
  const evid = `level: ${claim.facility.level}, 限: ${level.join('、')}`;
  return [found([line], '这一项不能在本级机构报销。', evid)];
});

export const limitedUse = byLine('限制使用范围', '限支付范围', (_facts, line, { lmt_used_flag, memo }) => {
  if (lmt_used_flag === undefined) return [unknown([line], '限制使用标志', 'lmt_used_flag')];
  if (lmt_used_flag !== '1') return [];
  return [found([line], `这一项限制支付：${memo ?? '见目录'}。`, 'lmt_used_flag: 1')];
});

export const priceCeiling: RuleKind = {
  name: '超限价',
  vola_bhvr_type: '超标准收费',
  compile: () => checkCeiling,
};

/** The ceiling is the claim's own. A line without one has none, if the catalogue lists the item. */
function checkCeiling({ claim, context, lines }: Facts): Violation[] {
  return lines.flatMap((line) => {
    const ceiling = claim.uplmt[line] as number;
    const asked = context.catalogue?.[claim.med_list_codg[line] as string] !== undefined;
    if (ceiling === SATURATED) return asked ? [] : [unknown([line], '限价', 'pric_uplmt_amt')];
    if ((claim.pric[line] as number) <= ceiling) return [];
    return [found([line], '单价超过限价，超出部分居民自己付。', 'pric > pric_uplmt_amt')];
  });
}

export const sameItem: RuleKind = {
  name: '同一项目重复',
  vola_bhvr_type: '重复收费',
  compile: () => checkSame,
};

function checkSame({ claim, lines }: Facts): Violation[] {
  const seen = new Map<string, number[]>();
  for (const line of lines) {
    const code = claim.med_list_codg[line] as string;
    seen.set(code, [...(seen.get(code) ?? []), line]);
  }
  return [...seen]
    .filter(([, same]) => same.length > 1)
    .map(([code, same]) => found(same, `同一项目开了 ${same.length} 次。`, `med_list_codg: ${code}`));
}
