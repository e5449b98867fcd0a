/** `policy explain FILE`: a bundle as a leaflet a villager can read. Works on a valid bundle's JSON. */

import { perCent, yuan } from '../explain/words.ts';
import { formatRate, readDecimal } from '../fen.ts';
import { isObject, type Json, objects } from '../json.ts';
import { conditionWords, ofPerson, ofVisit } from './condition-words.ts';

const PERIOD: Record<string, string> = {
  visit: '每次看病',
  day: '每天',
  month: '每月',
  quarter: '每季度',
  year: '每年',
};
/** When a spent limit counts again. */
const AGAIN: Record<string, string> = {
  visit: '下次看病另算',
  day: '第二天重新算',
  month: '下个月 1 日起重新算',
  quarter: '下个季度重新算',
  year: '第二年 1 月 1 日起重新算',
};
const PART: Record<string, string> = {
  inscp: '能报的钱里没报完的',
  pre: '乙类药先付的',
  over: '超出限价的',
  own: '全自费的',
};

/** Markdown in Chinese: who, when, each stage and layer with its lines, the clinic's budget, the sources. */
export function leaflet(json: Json): string {
  const pool = objects(json.pool);
  const layers = objects(json.layers);
  const lines = [
    `# ${title(json, String(json.bundle))}`,
    '',
    `- 什么时候看病适用：${dayWords(json.begndate)}到 ${dayWords(json.enddate)}${grace(json)}`,
    `- 谁适用：${conditionWords({ insutype: json.insutype })}的人（参保地代码 ${texts(json.admdvs).join('、')}）`,
    '',
    ...['## 第一步：看哪些钱能报', '', ...FIRST, ''],
    ...['## 第二步：能报的钱，医保怎么报', ''],
    ...pool.flatMap((stage, i) => stageLines(json, stage, i + 1, pool[i + 1] !== undefined)),
  ];
  if (layers.length > 0) lines.push('## 第三步：自己付的部分，还能再报', '');
  lines.push(...layers.flatMap((layer, i) => layerLines(json, layer, i + 1)));
  if (isObject(json.budget))
    lines.push('## 卫生室一共有多少钱可报', '', ...budgetLines(json, json.budget), '');
  lines.push('## 这些数从哪里来', '', ...texts(json.sources).map((source) => `- ${source}`), '');
  return lines.join('\n');
}

const FIRST = [
  '1. 医保目录里没有的药和项目：全部自己付。',
  '2. 比医保限价贵的部分：自己付。',
  '3. 乙类药：自己先付一小部分。',
  '4. 剩下的就是“能报的钱”，按下面的办法报。',
];

/** '2024-01-01' → ' 2024 年 1 月 1 日'. */
function dayWords(day: unknown): string {
  const [year, month, date] = String(day).split('-').map(Number);
  return `${year} 年 ${month} 月 ${date} 日`;
}

function grace({ grace_days }: Json): string {
  return typeof grace_days === 'number' && grace_days > 0
    ? `（到期后卫生室要是断了网，还能按它再报 ${grace_days} 天）`
    : '';
}

function stageLines(json: Json, stage: Json, n: number, followed: boolean): string[] {
  const lines = [`### ${n}. ${title(stage, String(stage.id))}`, '', ...whoLines(stage)];
  const what = conditionWords(stage.items);
  if (what !== '') lines.push(`- 报什么：${what}`);
  if (isObject(stage.deductible)) lines.push(deductibleLine(json, stage.deductible));
  if (stage.kind === 'fixed')
    lines.push(
      `- 报多少：一次固定报 ${amountWords(stage.per_unit)}${unitsWords(stage)}；费用没这么多的，有多少报多少`,
    );
  else lines.push(`- 报多少：${rateWords(stage.rate)}`);
  for (const plus of objects(stage.plus))
    lines.push(`- ${conditionWords(plus.when) || '所有人'}的：再多报 ${rateText(plus.plus)}`);
  lines.push(...limitLines(json, stage));
  if (stage.overflow === 'next' && followed && objects(stage.limits).length > 0)
    lines.push('- 报满以后：没报完的部分，往下接着报');
  return [...lines, ...sourceLine(stage), ''];
}

function whoLines(payer: Json): string[] {
  const who = conditionWords(payer.when, ofPerson);
  const when = conditionWords(payer.when, ofVisit);
  return [...(who === '' ? [] : [`- 谁能报：${who}的人`]), ...(when === '' ? [] : [`- 什么时候：${when}`])];
}

function unitsWords({ max_units }: Json): string {
  return typeof max_units === 'string' ? `，一回看病最多算 ${max_units} 次` : '';
}

function layerLines(json: Json, layer: Json, n: number): string[] {
  const lines = [`### ${n}. ${title(layer, String(layer.id))}`, '', ...whoLines(layer)];
  const parts = texts(layer.base).map((part) => PART[part] ?? part);
  lines.push(`- 拿哪些钱来算：${parts.join('、')}`);
  if (isObject(layer.deductible)) lines.push(deductibleLine(json, layer.deductible));
  if (layer.kind === 'bands') lines.push(...bandLines(layer));
  else lines.push(`- 报多少：${rateWords(layer.rate)}`);
  return [...lines, ...limitLines(json, layer), ...sourceLine(layer), ''];
}

function deductibleLine(json: Json, deductible: Json): string {
  return `- 先自己付：${boundWords(json, deductible)}，超过的部分才报`;
}

function bandLines(layer: Json): string[] {
  const lines = [`- 先自己付：累计${colon(layer.threshold)}${amountWords(layer.threshold)}，超过的部分才报`];
  let from = '';
  for (const { upto, rate } of objects(layer.bands)) {
    const to = typeof upto === 'string' ? `${moneyWords(upto)}以内的` : '';
    const part = from === '' ? to || '全部' : `${from}以上${to === '' ? '的' : `、${to}`}`;
    lines.push(`- 超过的部分里，${part}：${rateWords(rate)}`);
    from = typeof upto === 'string' ? moneyWords(upto) : from;
  }
  return lines;
}

function limitLines(json: Json, payer: Json): string[] {
  return objects(payer.limits).map((limit) => {
    const who = title(limit, conditionWords(limit.when));
    const again = AGAIN[periodOf(json, limit)] ?? '';
    return `- 最多报${who === '' ? '' : `（${who}）`}：${boundWords(json, limit)}，报满后${again}`;
  });
}

function periodOf(json: Json, { bucket }: Json): string {
  const found = isObject(json.buckets) ? json.buckets[String(bucket)] : undefined;
  return isObject(found) ? String(found.period) : '';
}

/** An amount or a count per period of its bucket. */
function boundWords(json: Json, bound: Json): string {
  const period = PERIOD[periodOf(json, bound)] ?? '';
  if (typeof bound.times === 'string') return `${period} ${bound.times} 次`;
  return `${period}${colon(bound.amount)}${amountWords(bound.amount)}`;
}

function budgetLines(json: Json, budget: Json): string[] {
  const words = {
    warn: '用完以后您照样报，只提醒卫生室',
    refuse: '用完以后这里不能报，可以自费看，或者到卫生院去看',
    provider_bears: '用完以后您照样报，超出的钱由卫生室自己担',
  };
  const amount =
    budget.amount === undefined ? '数额由医保局或卫生院另外定' : `一共${boundWords(json, budget)}`;
  return [`- ${amount}；${words[budget.on_exhausted as keyof typeof words]}。`, ...sourceLine(budget)];
}

/** '30000.00' → '3 万元', '654000.00' → '65.4 万元', '400.00' → '400 元'. */
function moneyWords(amount: string): string {
  const whole = Number(yuan(amount));
  return Number.isInteger(whole) && whole >= 10_000 && whole % 100 === 0
    ? `${whole / 10_000} 万元`
    : `${yuan(amount)} 元`;
}

/** Before one amount, or before a list of them. */
function colon(value: unknown): string {
  return Array.isArray(value) ? '：' : ' ';
}

function amountWords(value: unknown): string {
  return valueWords(value, 'amount', (text) => moneyWords(text));
}

/** '0.6' → '60%（每 100 元报 60 元）' where one rate is for all. */
function rateWords(value: unknown): string {
  if (Array.isArray(value)) return valueWords(value, 'rate', rateText);
  const rate = rateText(value);
  return `${rate}（${rate === '100%' ? '全报' : `每 100 元报 ${rate.slice(0, -1)} 元`}）`;
}

function rateText(rate: unknown): string {
  return perCent(formatRate(Math.max(0, readDecimal(rate, 4))));
}

function valueWords(value: unknown, key: string, format: (text: string) => string): string {
  if (!Array.isArray(value)) return format(String(value));
  const entries = objects(value);
  const persons = entries.every(({ when }) => conditionWords(when, ofVisit) === '');
  return entries
    .map((entry) => {
      const who = entry.when === undefined ? (persons ? '其他人' : '其他情况') : conditionWords(entry.when);
      return `${title(entry, who)} ${format(String(entry[key]))}`.trim();
    })
    .join('；');
}

function sourceLine({ source }: Json): string[] {
  return typeof source === 'string' ? [`- 依据：${source}`] : [];
}

function title(object: Json, otherwise: string): string {
  return typeof object.title === 'string' && object.title !== '' ? object.title : otherwise;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}
