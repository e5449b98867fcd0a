/** Rules about how often: an item over a period, one visit split, a person twice, a doctor's hour. */
import { PERIODS, periodKey, periodStart } from '../../calendar.ts';
import { QUANTITY_WORD } from '../../compile/problems.ts';
import { BAD, type Fen, formatFen, readDecimal, readMoney } from '../../fen.ts';
import { type Dispense, type Facts, found, type RuleKind, unknown, type Violation } from '../types.ts';

/** At most `most` units (cnt) of an item in a day, month, quarter or year, this claim included. */
export const frequency: RuleKind = {
  name: '使用频次',
  vola_bhvr_type: '超频次',
  keys: ['period', 'most'],
  compile(reader, path, object) {
    const period = reader.oneOf(`${path}.period`, object.period, PERIODS);
    const most = reader.decimal(`${path}.most`, object.most, 4, QUANTITY_WORD);
    return (facts) => {
      const { setl_date } = facts.claim.encounter;
      const before = facts.context.dispenses?.filter(
        (one) =>
          one.setl_date <= setl_date && period !== 'visit' && one.setl_date >= periodStart(period, setl_date),
      );
      return checkFrequency(facts, before, most, periodKey(period, setl_date));
    };
  },
};

function checkFrequency(
  facts: Facts,
  before: Dispense[] | undefined,
  most: number,
  key: string,
): Violation[] {
  const { claim, lines } = facts;
  if (before === undefined) return lines.map((line) => unknown([line], '以前的取药记录', 'dispenses'));
  const codes = [...new Set(lines.map((line) => claim.med_list_codg[line] as string))];
  return codes.flatMap((code) => {
    const same = lines.filter((line) => claim.med_list_codg[line] === code);
    let units = 0;
    for (const line of same) units += claim.cnt[line] as number;
    const taken = before.filter((one) => one.med_list_codg === code).map((one) => readDecimal(one.cnt, 4));
    if (taken.includes(BAD)) return [unknown(same, '以前取药的数量', 'dispenses.cnt')];
    for (const cnt of taken) units += cnt;
    if (units <= most) return [];
    return [
      found(
        same,
        `这个时段最多 ${most / 10_000}，加上这次已是 ${units / 10_000}。`,
        `${key} ${code}: ${units / 10_000}`,
      ),
    ];
  });
}

/** A further visit on one day that brings the day's sum above `amount`: one visit split to avoid a cap. */
export const splitVisit: RuleKind = {
  name: '分解就诊',
  vola_bhvr_type: '分解收费',
  keys: ['amount'],
  compile(reader, path, object) {
    const amount = reader.money(`${path}.amount`, object.amount);
    return (facts) => checkSplit(facts, amount);
  },
};

function checkSplit({ claim, context }: Facts, cap: Fen): Violation[] {
  if (context.visits === undefined) return [unknown([], '当天的就诊记录', 'visits')];
  const today = context.visits.filter((one) => one.setl_date === claim.encounter.setl_date);
  const fees = today.map((one) => readMoney(one.medfee_sumamt));
  if (fees.includes(BAD)) return [unknown([], '当天就诊的金额', 'medfee_sumamt')];
  let own = 0;
  for (const fen of claim.total) own += fen;
  const all = fees.reduce((sum, fen) => sum + fen, own);
  if (today.length === 0 || all <= cap) return [];
  const evid = `当天 ${today.length + 1} 次, 合计 ${formatFen(all)}, 单次上限 ${formatFen(cap)}`;
  return [found([], `同一天第 ${today.length + 1} 次就诊，合计超过单次限额，像是拆成几次。`, evid)];
}

export const twiceWithinMinutes: RuleKind = {
  name: '短时间重复就诊',
  vola_bhvr_type: '重复就诊',
  keys: ['minutes'],
  compile(reader, path, object) {
    const minutes = reader.whole(`${path}.minutes`, object.minutes, 1);
    return ({ context }) => {
      if (context.visits === undefined) return [unknown([], '最近的就诊记录', 'visits')];
      const ago = Math.min(...context.visits.map((one) => one.minutes_ago));
      if (Number.isNaN(ago)) return [unknown([], '最近就诊的时间', 'minutes_ago')];
      if (ago >= minutes) return [];
      return [found([], `${ago} 分钟前刚看过病，请核对是不是同一个人。`, `minutes_ago: ${ago}`)];
    };
  },
};

/** The doctor's or the clinic's visits in an hour, this one included. */
export const hourlyPace: RuleKind = {
  name: '每小时人次',
  vola_bhvr_type: '空刷',
  keys: ['whose', 'most'],
  compile(reader, path, object) {
    const whose = reader.oneOf(`${path}.whose`, object.whose, ['doctor', 'clinic'] as const);
    const most = reader.whole(`${path}.most`, object.most, 1);
    const who = whose === 'doctor' ? '这位医生' : '本卫生室';
    return ({ context }) => {
      const before = context.pace?.[`${whose}_hour`];
      if (before === undefined || !Number.isFinite(before))
        return [unknown([], `${who}一小时内的人次`, `pace.${whose}_hour`)];
      if (before + 1 <= most) return [];
      return [
        found([], `${who}一小时内已看 ${before + 1} 人，多于 ${most} 人。`, `${whose}_hour: ${before + 1}`),
      ];
    };
  },
};
