/** Conditions in a villager's words: "村卫生室、签约居民、60 岁及以上". Works on a valid bundle's JSON. */
import { isObject, type Json } from '../compile/reader.ts';

const FLAGS: Record<string, [yes: string, no: string]> = {
  designated_here: ['定点在这里的居民', '定点不在这里的居民'],
  signed_here: ['签约居民', '没有签约的居民'],
  home_visit: ['上门服务', '不是上门服务'],
  return_visit: ['复诊', '不是复诊'],
  'item.for_chronic': ['治登记慢病的药', '不是治登记慢病的药'],
};

const FACTS: Record<string, string> = {
  insutype: '险种',
  psn_type: '人员类别',
  gend: '性别',
  psn_idet_type: '救助身份',
  chronic: '登记慢病',
  level: '机构',
  mode: '结算方式',
  med_type: '就诊类别',
  dise_codg: '诊断',
  'item.list_type': '目录类别',
  'item.chrgitm_lv': '甲乙类',
  'item.med_list_codg': '目录编码',
  'item.tags': '项目标签',
};

/** Words for values that mean the same everywhere; all others are shown as they are. */
const WORDS: Record<string, Record<string, string>> = {
  gend: { '1': '男', '2': '女' },
  level: { village: '村卫生室', township: '乡镇卫生院' },
  mode: { integrated: '镇村一体', temporary: '临时管理', independent: '单独定点' },
  med_type: { '11': '普通门诊', '13': '急诊', '14': '门诊慢特病' },
  insutype: { '390': '城乡居民医保', '310': '职工医保' },
  chronic: { hypertension: '高血压', diabetes: '糖尿病' },
  'item.chrgitm_lv': { '01': '甲类', '02': '乙类', '03': '自费' },
  'item.list_type': { '101': '西药', '102': '中成药', '103': '饮片', '201': '服务', '301': '材料' },
  'item.tags': { tcm: '中医药', consultation: '一般诊疗', essential: '基本药物' },
};

const COMPARED: Record<string, (age: unknown) => string> = {
  gte: (age) => `${age} 岁及以上`,
  gt: (age) => `大于 ${age} 岁`,
  lte: (age) => `${age} 岁及以下`,
  lt: (age) => `不满 ${age} 岁`,
};

/** Empty when the condition always holds. */
export function conditionWords(condition: unknown): string {
  if (!isObject(condition)) return '';
  return Object.keys(condition)
    .map((fact) => testWords(fact, condition[fact]))
    .join('、');
}

function testWords(fact: string, test: unknown): string {
  const flag = FLAGS[fact];
  if (flag !== undefined && typeof test === 'boolean') return flag[test ? 0 : 1];
  if (fact === 'age') return ageWords(test);
  const name = FACTS[fact] ?? fact;
  if (!isObject(test)) return named(name, fact, valueWords(fact, test, '或'));
  const parts: string[] = [];
  if (test.all !== undefined) parts.push(named(`${name}同时有`, fact, valueWords(fact, test.all, '和')));
  if (test.none !== undefined) parts.push(`${name}没有 ${valueWords(fact, test.none, '、')}`);
  return parts.join('，');
}

/** A value that speaks for itself ("村卫生室") needs no name before it. */
function named(name: string, fact: string, words: string): string {
  return WORDS[fact] !== undefined && !name.includes('同时') ? words : `${name} ${words}`;
}

function valueWords(fact: string, value: unknown, joint: string): string {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  if (values.length === 0) return '（无）';
  return values.map((one) => WORDS[fact]?.[String(one)] ?? String(one)).join(joint);
}

function ageWords(test: unknown): string {
  if (Array.isArray(test)) return `${test.join('、')} 岁`;
  if (!isObject(test)) return `${String(test)} 岁`;
  return Object.keys(test as Json)
    .map((key) => COMPARED[key]?.(test[key]) ?? '')
    .join('、');
}
