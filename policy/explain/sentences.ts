/** The trace in short plain Chinese that a doctor can read aloud. */
import { POLICY_ERRORS, type PolicyErrorCode } from '../errors.ts';
import type { Trace, TraceBudget, TraceItem, TraceLimit, TraceLine, TraceStage } from '../price/trace.ts';
import { againWords, dayWords, isZero, itemWords, perCent, thisPeriod, yuan } from './words.ts';

interface Sentences {
  /** `sources`: the documents of the stages that took the line. */
  items: { feedetl_sn: string; text: string; sources: string[] }[];
  /** The whole visit: what is paid, what stopped paying and when it starts again, warnings. */
  total: string[];
}

export function sentences(trace: Trace): Sentences {
  if (trace.setlinfo === null) return { items: [], total: refusal(trace) };
  return {
    items: trace.items.map((item) => itemSentence(trace, item)),
    total: [
      ...totals(trace.setlinfo),
      ...trace.stages.flatMap((stage) => stageSentences(trace, stage)),
      ...warningSentences(trace),
    ],
  };
}

function refusal(trace: Trace): string[] {
  const code = trace.code as PolicyErrorCode;
  const { budget } = trace;
  const first = code === 'BUDGET_EXHAUSTED' && budget !== null ? [budgetSentence(trace, budget)] : [];
  return [...first, ...notCovered(trace), POLICY_ERRORS[code].doctor];
}

function notCovered({ why, bundle, setl_date }: Trace): string[] {
  if (why === null || bundle === null) return [];
  const name = `《${bundle.title || bundle.name}》`;
  if (why === 'insutype') return [`${name}不管这位居民参加的险种。`];
  if (why === 'place') return [`${name}不管这位居民的参保地。`];
  return [`${name}从 ${bundle.begndate} 到 ${bundle.enddate}，看病这天（${setl_date}）不在其中。`];
}

function totals(setlinfo: NonNullable<Trace['setlinfo']>): string[] {
  const { medfee_sumamt, fund_pay_sumamt, psn_part_amt, hosp_part_amt, acct_pay, psn_cash_pay } = setlinfo;
  const borne = isZero(hosp_part_amt) ? '' : `，卫生室承担 ${hosp_part_amt} 元`;
  const first = `总费用 ${medfee_sumamt} 元，医保报 ${fund_pay_sumamt} 元${borne}，自己付 ${psn_part_amt} 元。`;
  if (isZero(acct_pay)) return [first];
  return [first, `自己付的部分里，个人账户付 ${acct_pay} 元，现金付 ${psn_cash_pay} 元。`];
}

function itemSentence(trace: Trace, item: TraceItem): Sentences['items'][number] {
  const taken = trace.stages.flatMap((stage) => {
    const line = stage.lines.find((entry) => entry.feedetl_sn === item.feedetl_sn);
    return line === undefined ? [] : [{ stage, line }];
  });
  const sources = taken.map(({ stage }) => stage.source).filter((source) => source !== '');
  return {
    feedetl_sn: item.feedetl_sn,
    text: `${itemText(trace, item, taken)}${laterWords(trace, item)}。`,
    sources: [...new Set(sources)],
  };
}

interface TakenLine {
  stage: TraceStage;
  line: TraceLine;
}

function itemText(trace: Trace, item: TraceItem, taken: TakenLine[]): string {
  const what = `${itemWords(item.list_type)} ${item.total} 元`;
  if (item.chrgitm_lv === '03') return `${what}是自费项目，医保统筹不报，自己付`;
  const parts = [what];
  if (!isZero(item.over)) parts.push(`超出限价 ${item.over} 元自己付`);
  if (!isZero(item.pre)) parts.push(`${item.chrgitm_lv === '02' ? '乙类' : ''}先自付 ${item.pre} 元`);
  if (isZero(item.inscp)) return `${parts.join('，')}，没有可报的部分`;
  const rest = parts.length > 1 ? `剩下 ${item.inscp} 元` : '';
  if (taken.length === 0) parts.push(`${rest}${noStage(trace)}，自己付`);
  taken.forEach(({ stage, line }, i) => {
    const named = taken.length > 1 ? `由${stage.title}` : '';
    const amount = i === 0 ? rest : `余下 ${line.base} 元`;
    parts.push(`${amount}${named}${lineWords(stage, line)}`);
  });
  return parts.join('，');
}

/** Layers are computed on the whole visit: the sentence of a line can only name them. */
function laterWords(trace: Trace, item: TraceItem): string {
  if (item.pool_pay === item.total) return '';
  const later = trace.stages.filter((stage) => stage.parts.length > 0 && !isZero(stage.paid));
  if (later.length === 0) return '';
  return `；自己付的部分合在一起，再由${later.map((stage) => stage.title).join('、')}报，见总计`;
}

function noStage(trace: Trace): string {
  const exhausted = trace.stages.find((stage) => stage.did === 'no_room');
  return exhausted === undefined ? '不在门诊报销范围内' : `本可由${exhausted.title}报，但额度已用完`;
}

/** What one stage did with one line: "报 60%，报 14.92 元". */
function lineWords(stage: TraceStage, line: TraceLine): string {
  const only = stage.limited_by === null ? '报' : '因额度不够，只报';
  if (stage.kind === 'fixed' && stage.limited_by === null && isZero(line.paid)) return '定额已算在别的项目上';
  if (stage.kind === 'fixed') return `按定额，${only} ${line.paid} 元`;
  const first = isZero(line.deductible) ? '' : `先扣起付线 ${line.deductible} 元，其余`;
  return `${first}报 ${perCent(line.rate)}，${only} ${line.paid} 元`;
}

function stageSentences(trace: Trace, stage: TraceStage): string[] {
  const found = deductibleSentence(stage);
  if (stage.parts.length > 0 && stage.did === 'paid' && !isZero(stage.paid)) found.push(layerSentence(stage));
  for (const limit of stage.limits) {
    if (stage.did === 'no_room' ? limit.spent !== null || limit.leased : limit.bucket === stage.limited_by)
      found.push(limitSentence(trace, stage, limit));
  }
  return found;
}

function deductibleSentence({ title, deductible }: TraceStage): string[] {
  if (deductible === null || isZero(deductible.taken)) return [];
  const { amount, period, used, taken } = deductible;
  const before = `${thisPeriod(period)}之前已扣 ${yuan(used)} 元`;
  return [`${title}起付线 ${yuan(amount)} 元，${before}，这次扣 ${taken} 元。`];
}

function layerSentence(stage: TraceStage): string {
  if (stage.bands !== null) {
    const { threshold, carried } = stage.bands;
    const before = `${stage.title}起付线 ${yuan(threshold)} 元，累计自付 ${carried} 元`;
    return `${before}，这次再报 ${stage.paid} 元。`;
  }
  const only = stage.limited_by === null ? '再报' : '因额度不够，只再报';
  return `剩下的 ${stage.base} 元由${stage.title}报 ${perCent(stage.rate ?? '0')}，${only} ${stage.paid} 元。`;
}

function limitSentence(trace: Trace, stage: TraceStage, limit: TraceLimit): string {
  const name = limit.title === limit.bucket ? stage.title : limit.title;
  if (limit.leased) return `${name}：没联网，本机可用的额度只剩 ${yuan(limit.room)} 元，连上后可以重新结算。`;
  const unit = limit.times ? '次' : '元';
  const when = thisPeriod(limit.period);
  const bound = `${yuan(limit.bound)} ${unit}`;
  const again = againWords(limit.period, limit.spent?.again ?? '', trace.setl_date);
  if (limit.room === '0.00' || limit.room === '0')
    return `${name}：${when} ${bound}已用完${sinceWords(limit)}，${again}。`;
  if (limit.used === '0.00') return `${name}：${when}最多 ${bound}，这次用完了，${again}。`;
  return `${name}：${when} ${bound}，这次之前只剩 ${yuan(limit.room)} ${unit}，现在用完了，${again}。`;
}

/** The first day of the period, unless that is today or this visit. */
function sinceWords(limit: TraceLimit): string {
  if (limit.spent === null || limit.period === 'visit' || limit.period === 'day') return '';
  return `（从 ${dayWords(limit.spent.since, limit.spent.since)}算起）`;
}

function warningSentences(trace: Trace): string[] {
  return trace.warnings.flatMap((warning) => {
    const { budget } = trace;
    const about = warning.startsWith('BUDGET') && budget !== null ? [budgetSentence(trace, budget)] : [];
    return [...about, POLICY_ERRORS[warning].doctor];
  });
}

function budgetSentence(trace: Trace, budget: TraceBudget): string {
  const { title, period, amount, used, counted } = budget;
  const again = againWords(period, budget.again, trace.setl_date);
  const bound = `${title}：${thisPeriod(period)} ${yuan(amount)} 元`;
  return `${bound}，之前已用 ${used} 元，这次要 ${counted} 元，${again}。`;
}
