/** How far a budget is used, and when it ends at this pace (按现在的用法，10 月 14 日用完). */
import { addDays, type Day, dayNumber, nextPeriodStart, type Period, periodStart } from '../../calendar.ts';
import { remainingOf } from '../../explain/remaining.ts';
import { dayWords } from '../../explain/words.ts';
import { BAD, type Fen, formatFen, ONE, type Rate, readMoney } from '../../fen.ts';
import { type Facts, found, type RuleKind, unknown, type Violation } from '../types.ts';

/**
 * `at`: shares such as ["0.80", "0.95", "1"]; the highest one reached is reported, this claim not counted.
 */
export const budgetPace: RuleKind = {
  name: '额度使用进度',
  vola_bhvr_type: '总额控制',
  keys: ['whose', 'at'],
  compile(reader, path, object) {
    const whose = reader.oneOf(`${path}.whose`, object.whose, ['person', 'clinic'] as const);
    const at = reader
      .list(`${path}.at`, object.at)
      .map((entry, i) => reader.rate(`${path}.at[${i}]`, entry))
      .sort((a, b) => b - a);
    return (facts) => (whose === 'person' ? personBudgets(facts, at) : clinicBudget(facts, at));
  },
};

function personBudgets({ bundle, claim }: Facts, at: Rate[]): Violation[] {
  const day = claim.encounter.setl_date;
  return remainingOf(bundle, claim).flatMap(({ title, period, bound, used }) =>
    checkPace({ title, period, amount: readMoney(bound), used: readMoney(used), day }, at),
  );
}

function clinicBudget({ bundle, claim }: Facts, at: Rate[]): Violation[] {
  const { budget } = bundle;
  if (budget === undefined) return [];
  const own = claim.ownBudget === BAD ? budget.amount?.(claim, -1) : claim.ownBudget;
  if (own === undefined) return [unknown([], '本卫生室的额度', 'facility.budget')];
  const { title, name, period, index } = budget.bucket;
  const used = claim.used[index] as number;
  return checkPace({ title: title ?? name, period, amount: own, used, day: claim.encounter.setl_date }, at);
}

interface Pace {
  title: string;
  period: Period;
  amount: Fen;
  used: Fen;
  day: Day;
}

function checkPace(pace: Pace, at: Rate[]): Violation[] {
  const { title, amount, used } = pace;
  const reached = at.find((share) => used * ONE >= amount * share);
  if (reached === undefined) return [];
  const said = used >= amount ? '已用完' : `已用 ${Math.floor((used * 100) / amount)}%${endWords(pace)}`;
  return [found([], `${title}${said}。`, `used: ${formatFen(used)}, amount: ${formatFen(amount)}`)];
}

function endWords(pace: Pace): string {
  const ends = endDay(pace);
  return ends === null ? '' : `，按现在的用法，${dayWords(ends, pace.day)}用完`;
}

/** The day on which the rest is used up at the pace of the period so far; null when it lasts the period. */
function endDay({ period, amount, used, day }: Pace): Day | null {
  if (period === 'visit' || used === 0) return null;
  const days = dayNumber(day) - dayNumber(periodStart(period, day)) + 1;
  const left = Math.floor(((amount - used) * days) / used);
  const ends = addDays(day, left);
  return ends < nextPeriodStart(period, day) ? ends : null;
}
