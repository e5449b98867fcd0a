/** `policy explain FILE`: a bundle as a leaflet a villager can read. Works on a valid bundle's JSON. */
import { isObject, type Json } from '../compile/reader.ts';
import { formatRate, readDecimal } from '../fen.ts';
import { perCent, yuan } from '../reasons/words.ts';
import { conditionWords } from './condition-words.ts';

const PERIOD: Record<string, string> = {
  visit: '每次',
  day: '每天',
  month: '每月',
  quarter: '每季度',
  year: '每年',
};
const PART: Record<string, string> = { inscp: '政策范围内', pre: '先行自付', over: '超限价', own: '自费' };

/** Markdown in Chinese: who, when, each stage and layer with its lines, the clinic's budget, the sources. */
export function leaflet(json: Json): string {
  const lines = [
    `# ${title(json, String(json.bundle))}`,
    '',
    `- 从 ${json.begndate} 到 ${json.enddate}${grace(json)}`,
  ];
  lines.push(
    `- 参保地：${texts(json.admdvs).join('、')}；${conditionWords({ insutype: json.insutype })}`,
    '',
  );
  lines.push('## 看病先算什么', '', ...FIRST, '', '## 医保怎么报', '');
  lines.push(...objects(json.pool).flatMap((stage, i) => stageLines(json, stage, i + 1)));
  const layers = objects(json.layers);
  if (layers.length > 0) lines.push('## 报完以后，自己付的部分还能再报', '');
  lines.push(...layers.flatMap((layer, i) => layerLines(json, layer, i + 1)));
  if (isObject(json.budget)) lines.push('## 卫生室的额度', '', ...budgetLines(json, json.budget), '');
  lines.push('## 依据', '', ...texts(json.sources).map((source) => `- ${source}`), '');
  return lines.join('\n');
}

const FIRST = [
  '1. 目录外的（自费）全部自己付。',
  '2. 超过限价的部分自己付。',
  '3. 乙类先自己付一小部分。',
  '4. 剩下的是“政策范围内”，按下面的办法报。',
];

function grace({ grace_days }: Json): string {
  return typeof grace_days === 'number' && grace_days > 0
    ? `（到期后断网的卫生室可再用 ${grace_days} 天）`
    : '';
}

function stageLines(json: Json, stage: Json, n: number): string[] {
  const lines = [`### ${n}. ${title(stage, String(stage.id))}`, ''];
  const who = conditionWords(stage.when);
  const what = conditionWords(stage.items);
  if (who !== '') lines.push(`- 谁：${who}`);
  if (what !== '') lines.push(`- 报什么：${what}`);
  if (isObject(stage.deductible)) lines.push(`- 起付线：${boundWords(json, stage.deductible)}`);
  if (stage.kind === 'fixed')
    lines.push(`- 按定额：${amountWords(stage.per_unit, '元')}${unitsWords(stage)}`);
  else lines.push(`- 报销比例：${rateWords(stage.rate)}`);
  for (const plus of objects(stage.plus))
    lines.push(`- ${conditionWords(plus.when) || '所有人'}：再加 ${rateWords(plus.plus)}`);
  lines.push(...limitLines(json, stage));
  if (stage.overflow === 'next') lines.push('- 限额用完后，没报的部分转到下面的项目接着报。');
  return [...lines, ...sourceLine(stage), ''];
}

function unitsWords({ max_units }: Json): string {
  return typeof max_units === 'string' ? `，最多 ${max_units} 次` : '';
}

function layerLines(json: Json, layer: Json, n: number): string[] {
  const lines = [`### ${n}. ${title(layer, String(layer.id))}`, ''];
  const who = conditionWords(layer.when);
  if (who !== '') lines.push(`- 谁：${who}`);
  lines.push(
    `- 看哪些钱：${texts(layer.base)
      .map((part) => PART[part] ?? part)
      .join('、')}里自己付的部分`,
  );
  if (isObject(layer.deductible)) lines.push(`- 起付线：${boundWords(json, layer.deductible)}`);
  if (layer.kind === 'bands') lines.push(...bandLines(layer));
  else lines.push(`- 报销比例：${rateWords(layer.rate)}`);
  return [...lines, ...limitLines(json, layer), ...sourceLine(layer), ''];
}

function bandLines(layer: Json): string[] {
  const lines = [`- 起付线（全年累计）：${amountWords(layer.threshold, '元')}`];
  let from = '0';
  for (const { upto, rate } of objects(layer.bands)) {
    const to = typeof upto === 'string' ? `到 ${yuan(upto)} 元` : '以上';
    lines.push(`- 超过起付线 ${from} 元${to}的部分：${rateWords(rate)}`);
    from = typeof upto === 'string' ? yuan(upto) : from;
  }
  return lines;
}

function limitLines(json: Json, payer: Json): string[] {
  return objects(payer.limits).map((limit) => {
    const who = conditionWords(limit.when);
    return `- 限额${who === '' ? '' : `（${who}）`}：${boundWords(json, limit)}`;
  });
}

/** An amount or a count per period of its bucket. */
function boundWords(json: Json, bound: Json): string {
  const bucket = isObject(json.buckets) ? json.buckets[String(bound.bucket)] : undefined;
  const period = isObject(bucket) ? (PERIOD[String(bucket.period)] ?? '') : '';
  if (typeof bound.times === 'string') return `${period} ${bound.times} 次`;
  return `${period} ${amountWords(bound.amount, '元')}`;
}

function budgetLines(json: Json, budget: Json): string[] {
  const words = {
    warn: '超出后照常报销，只提醒卫生室',
    refuse: '超出后不能报销',
    provider_bears: '超出部分由卫生室承担，居民照常报销',
  };
  const amount = budget.amount === undefined ? '由医保部门另行下达' : boundWords(json, budget);
  return [`- ${amount}；${words[budget.on_exhausted as keyof typeof words]}。`, ...sourceLine(budget)];
}

function amountWords(value: unknown, unit: string): string {
  return valueWords(value, 'amount', (text) => `${yuan(text)} ${unit}`);
}

function rateWords(value: unknown): string {
  return valueWords(value, 'rate', (text) => perCent(formatRate(Math.max(0, readDecimal(text, 4)))));
}

function valueWords(value: unknown, key: string, format: (text: string) => string): string {
  if (!Array.isArray(value)) return format(String(value));
  return objects(value)
    .map((entry) => {
      const who = entry.when === undefined ? '其他人' : conditionWords(entry.when) || '所有人';
      return `${typeof entry.title === 'string' ? entry.title : who} ${format(String(entry[key]))}`;
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

function objects(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
