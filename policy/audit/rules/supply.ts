/** Rules about how much is dispensed: days of supply, early refill, dose over the label. */
import { type Day, dayNumber } from '../../calendar.ts';
import { QUANTITY_WORD } from '../../compile/problems.ts';
import { BAD, readDecimal } from '../../fen.ts';
import { has } from '../../json.ts';
import { type Dispense, type Facts, found, type RuleKind, unknown, type Violation } from '../types.ts';

const EMERGENCY = '13';

/** `normal` 7, `emergency` 3, `long_term` 28 to 84 for registered chronic diseases (处方管理办法, 长期处方管理规范). */
export const supplyDays: RuleKind = {
  name: '处方天数',
  vola_bhvr_type: '超量开药',
  keys: ['normal', 'emergency', 'long_term'],
  compile(reader, path, object) {
    const normal = reader.whole(`${path}.normal`, object.normal, 1);
    const emergency = reader.whole(`${path}.emergency`, object.emergency, 1);
    const longTerm = reader.whole(`${path}.long_term`, object.long_term, 1);
    return (facts) =>
      facts.lines.flatMap((line) =>
        checkDays(facts, line, daysAllowed(facts, line, { normal, emergency, longTerm })),
      );
  },
};

function daysAllowed(
  { claim }: Facts,
  line: number,
  days: { normal: number; emergency: number; longTerm: number },
): number {
  const forChronic = (claim.tags[line] as string[]).some((tag) => claim.person.chronic.includes(tag));
  if (forChronic) return days.longTerm;
  return claim.encounter.med_type === EMERGENCY ? days.emergency : days.normal;
}

function checkDays({ claim, context }: Facts, line: number, allowed: number): Violation[] {
  const days = context.lines?.[claim.feedetl_sn[line] as string]?.prd_days;
  if (days === undefined || !(days > 0)) return [unknown([line], '用药天数', 'prd_days')];
  if (days <= allowed) return [];
  return [found([line], `开了 ${days} 天的量，最多 ${allowed} 天。`, `prd_days: ${days}, 上限: ${allowed}`)];
}

/** More than `days` days of the same medicine still at home. */
export const earlyRefill: RuleKind = {
  name: '提前续方',
  vola_bhvr_type: '重复开药',
  keys: ['days'],
  compile(reader, path, object) {
    const days = reader.whole(`${path}.days`, object.days, 0);
    return (facts) => facts.lines.flatMap((line) => checkRefill(facts, line, days));
  },
};

function checkRefill({ claim, context }: Facts, line: number, days: number): Violation[] {
  if (context.dispenses === undefined) return [unknown([line], '以前的取药记录', 'dispenses')];
  const code = claim.med_list_codg[line] as string;
  const left = daysAtHome(context.dispenses, code, claim.encounter.setl_date);
  if (Number.isNaN(left)) return [unknown([line], '以前取药的天数', 'dispenses.prd_days')];
  if (left <= days) return [];
  const when = days === 0 ? '吃完再开' : `剩 ${days} 天以内再开`;
  return [found([line], `上次开的药还够吃 ${left} 天，${when}。`, `剩余天数: ${left}`)];
}

/**
 * Days the medicine lasts from today on; packs dispensed while an earlier one lasted are used after it. NaN
 * when it is not known how long one of them lasts.
 */
function daysAtHome(dispenses: Dispense[], code: string, today: Day): number {
  const now = dayNumber(today);
  let lasts = 0;
  const taken = dispenses.filter((one) => one.med_list_codg === code && one.setl_date <= today);
  taken.sort((a, b) => (a.setl_date < b.setl_date ? -1 : 1));
  for (const { setl_date, prd_days = Number.NaN } of taken)
    lasts = Math.max(lasts, dayNumber(setl_date)) + prd_days;
  return Math.max(0, lasts - now);
}

export const dose: RuleKind = {
  name: '超说明书用量',
  vola_bhvr_type: '超量用药',
  optional: ['share'],
  compile(reader, path, object) {
    // Ten-thousandths of the label's dose that a line may reach; all of it unless the rule says otherwise.
    const share = has(object, 'share')
      ? reader.decimal(`${path}.share`, object.share, 4, QUANTITY_WORD)
      : 10_000;
    return (facts) => facts.lines.flatMap((line) => checkDose(facts, line, share));
  },
};

function checkDose({ claim, context }: Facts, line: number, share: number): Violation[] {
  const label = context.catalogue?.[claim.med_list_codg[line] as string]?.max_daily_dose;
  if (label === null) return [];
  const given = context.lines?.[claim.feedetl_sn[line] as string]?.daily_dose;
  const most = readDecimal(label, 4);
  const taken = readDecimal(given, 4);
  if (most === BAD) return [unknown([line], '说明书最大日剂量', 'max_daily_dose')];
  if (taken === BAD) return [unknown([line], '每日剂量', 'daily_dose')];
  if (taken * 10_000 <= most * share) return [];
  return [
    found([line], `每日 ${given}，说明书最多 ${label}。`, `daily_dose: ${given}, max_daily_dose: ${label}`),
  ];
}
