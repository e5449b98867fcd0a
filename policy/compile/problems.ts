/**
 * What can be wrong with a bundle: one table of codes with what each means and its cure, in English and
 * Chinese. `{}` in a message stands for the word found or expected. Source: docs/adjudication.md, "A bundle
 * is invalid when".
 */

export interface ProblemText {
  en: string;
  zh: string;
  cure_en: string;
  cure_zh: string;
}

const text = (en: string, zh: string, cure_en: string, cure_zh: string): ProblemText => ({
  en,
  zh,
  cure_en,
  cure_zh,
});

const PROBLEMS = {
  WRONG_TYPE: text('must be {}', '类型不对，应为{}', 'write the value in that form', '按要求的形式填写'),
  MISSING_KEY: text('"{}" is missing', '缺少“{}”', 'add it', '补上这一项'),
  UNKNOWN_KEY: text(
    'unknown key "{}"',
    '不认识的项“{}”',
    'correct its spelling or remove it',
    '改正拼写或删除',
  ),
  UNKNOWN_WORD: text('is none of: {}', '只能是以下之一：{}', 'choose one of them', '从中选一个'),
  NOT_DECIMAL: text(
    'is no {}',
    '不是{}',
    'write it in quotes: money "12.00", a rate "0.6"; no sign, exponent, per cent or leading zero',
    '加引号书写：金额 "12.00"，比例 "0.6"；不带正负号、指数、百分号和多余的零',
  ),
  OUT_OF_RANGE: text('must be {}', '超出范围，应为{}', 'give a value within the range', '改为范围内的值'),
  BAD_DATE: text(
    'is no day that exists',
    '不是存在的日期',
    'write it as "2024-12-31"',
    '写成 "2024-12-31" 的形式',
  ),
  DATES_ORDER: text(
    'enddate is before begndate',
    '截止日期早于开始日期',
    'exchange or correct the dates',
    '调换或改正日期',
  ),
  EMPTY_LIST: text('must not be empty', '不能为空', 'name at least one', '至少写一个'),
  DUPLICATE: text('"{}" stands twice', '“{}”重复出现', 'keep one of them', '只保留一个'),
  UNKNOWN_FACT: text(
    'unknown fact "{}"',
    '不认识的条件“{}”',
    'use a fact of the list in the spec',
    '使用规范列出的条件',
  ),
  ITEM_FACT: text(
    '"{}" may only stand in a pool stage\'s items, rate and plus',
    '“{}”只能用在统筹环节的 items、rate、plus 里',
    'move the condition there',
    '把条件移到那里',
  ),
  UNKNOWN_TEST: text(
    'unknown test "{}"',
    '不认识的判断“{}”',
    'use gte, gt, lte, lt, all or none',
    '使用 gte、gt、lte、lt、all、none',
  ),
  WRONG_TEST: text(
    'this fact cannot be tested so: {}',
    '这个条件不能这样判断：{}',
    "give a value of the fact's type",
    '写与条件同类型的值',
  ),
  NO_LAST_VALUE: text(
    'the last entry must have no "when"',
    '最后一项不能带 when',
    'add a last entry for everybody else',
    '补上适用其余所有人的最后一项',
  ),
  VALUE_WITHOUT_WHEN: text(
    'only the last entry may have no "when"',
    '只有最后一项可以没有 when',
    'give it a "when" or move it to the end',
    '加上 when，或移到最后',
  ),
  BANDS_ORDER: text(
    '"upto" must rise from above 0',
    '分段上限 upto 必须从大于 0 起逐段升高',
    'order the bands',
    '按从低到高排列',
  ),
  BANDS_LAST: text(
    'the last band, and only it, has no "upto"',
    '最后一段（且只有它）没有 upto',
    'leave the last band open',
    '最后一段不写上限',
  ),
  BUCKET_UNDECLARED: text(
    'bucket "{}" is not declared',
    '累计项“{}”没有声明',
    'declare it in "buckets"',
    '在 buckets 中声明',
  ),
  BUCKET_UNUSED: text(
    'bucket "{}" is used by nothing',
    '累计项“{}”没有被用到',
    'use it or remove it',
    '使用它，或删除',
  ),
  BUCKET_TWO_USES: text(
    'bucket "{}" has two uses',
    '累计项“{}”有两种用途',
    'declare one bucket for each use: deductible, bands, money, times, budget',
    '起付线、分段、金额、次数、预算各用各的累计项',
  ),
  BUCKET_SCOPE: text(
    'bucket "{}" has the wrong scope: "clinic" is for the budget\'s, and only for it',
    '累计项“{}”的 scope 不对：预算的必须是 clinic，其他的不能是',
    'set or remove "scope"',
    '设置或删除 scope',
  ),
  LAYER_FUND: text(
    'a layer may not pay from hifp_pay',
    '统筹之后的环节不能由 hifp_pay 支付',
    "name the layer's own fund",
    '写这一层自己的基金',
  ),
  BEARS_FUNDS: text(
    'provider_bears needs funds ["hifp_pay"]',
    'provider_bears 只能用于 ["hifp_pay"]',
    'leave "funds" out',
    '不写 funds',
  ),
  NEXT_DEDUCTIBLE: text(
    'overflow "next" with a deductible would eat the line twice',
    'overflow 为 next 时不能有起付线，否则起付线会扣两次',
    'remove one of the two',
    '二者去掉一个',
  ),
  LIMIT_KIND: text(
    'needs either "amount" or "times"',
    'amount 和 times 必须且只能有一个',
    'split it in two limits',
    '拆成两个限额',
  ),
  FIXED_KEY: text(
    'a fixed stage has no "{}"',
    'fixed 环节不能有“{}”',
    'remove it or make the stage kind "rate"',
    '删除，或改为 rate 环节',
  ),
  TOO_MANY: text('more problems follow', '还有更多问题', 'cure these first', '先改正以上问题'),
  UNREADABLE: text('cannot be read', '无法读取', 'give plain JSON', '使用普通 JSON'),
} as const satisfies Record<string, ProblemText>;

export type ProblemCode = keyof typeof PROBLEMS;

/**
 * One thing wrong in a bundle. `path` like `pool[0].rate[1].when`; `message` English, `message_zh` Chinese.
 */
export interface Problem {
  path: string;
  code: ProblemCode;
  message: string;
  message_zh: string;
  cure: string;
  cure_zh: string;
}

/** A name found in the bundle, the same in both languages; or what was expected, in both. */
export type Word = string | readonly [en: string, zh: string];

export const MONEY_WORD: Word = [
  'amount in yuan with two places, such as "12.00"',
  '金额（元，两位小数，如 "12.00"）',
];
export const RATE_WORD: Word = [
  'rate with at most four places, such as "0.6"',
  '比例（最多四位小数，如 "0.6"）',
];
export const COUNT_WORD: Word = ['whole number such as "2"', '整数（如 "2"）'];
export const QUANTITY_WORD: Word = ['quantity such as "1"', '数量（如 "1"）'];

export function problem(path: string, code: ProblemCode, word: Word): Problem {
  const { en, zh, cure_en, cure_zh } = PROBLEMS[code];
  const [word_en, word_zh] = typeof word === 'string' ? [word, word] : word;
  const message = en.replace('{}', () => word_en);
  return { path, code, message, message_zh: zh.replace('{}', () => word_zh), cure: cure_en, cure_zh };
}
