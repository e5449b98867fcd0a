/** Conditions in a villager's words: "在村卫生室看", "登记了高血压或糖尿病". Works on a valid bundle's JSON. */
import { isObject, type Json } from '../json.ts';

const FLAGS: Record<string, [yes: string, no: string]> = {
  designated_here: ['定点选在这里', '定点没有选在这里'],
  signed_here: ['和这里签了家庭医生', '没有和这里签家庭医生'],
  home_visit: ['医生上门', '不是医生上门'],
  return_visit: ['复诊', '不是复诊'],
  'item.for_chronic': ['治您登记的慢病的药', '不是治登记的慢病的药'],
};

/** The words before and after a value. */
const SAID: Record<string, [before: string, after: string]> = {
  insutype: ['参加', ''],
  psn_type: ['', ''],
  gend: ['', ''],
  psn_idet_type: ['有救助身份（代码 ', '）'],
  chronic: ['登记了', ''],
  level: ['在', '看'],
  mode: ['在', '的卫生室看'],
  med_type: ['看', ''],
  dise_codg: ['诊断是 ', ''],
  'item.list_type': ['', ''],
  'item.chrgitm_lv': ['', ''],
  'item.med_list_codg': ['目录编码 ', ''],
  'item.tags': ['', ''],
};

/** The words around a value of `none`, where "不是" before it does not read well. */
const NONE: Record<string, [before: string, after: string]> = {
  psn_idet_type: ['没有救助身份（代码 ', '）'],
  chronic: ['没有登记', ''],
  dise_codg: ['诊断不是 ', ''],
};

/** Words for values that mean the same in every region; all others are shown as they are. */
const WORDS: Record<string, Record<string, string>> = {
  gend: { '1': '男', '2': '女' },
  psn_type: { '11': '在职职工', '12': '退休职工', '14': '未成年人', '15': '成年人', '16': '老年人' },
  level: { village: '村卫生室', township: '乡镇卫生院' },
  mode: { integrated: '镇村一体管理', temporary: '由卫生院临时管理', independent: '自己单独定点' },
  med_type: { '11': '普通门诊', '13': '急诊', '14': '门诊慢特病' },
  insutype: { '390': '城乡居民医保', '310': '职工医保' },
  chronic: { hypertension: '高血压', diabetes: '糖尿病' },
  'item.chrgitm_lv': { '01': '甲类', '02': '乙类', '03': '自费' },
  'item.list_type': { '101': '西药', '102': '中成药', '103': '中药饮片', '201': '服务', '301': '材料' },
  'item.tags': { tcm: '中医药', consultation: '一般诊疗', essential: '基本药物' },
};
/** Words before a code that only one region uses. */
const CODED: Record<string, string> = { med_type: '就诊类别 ', psn_type: '人员类别 ', insutype: '险种 ' };

const COMPARED: Record<string, (age: unknown) => string> = {
  gte: (age) => `${age} 岁及以上`,
  gt: (age) => `${age} 岁以上（不含）`,
  lte: (age) => `${age} 岁及以下`,
  lt: (age) => `不满 ${age} 岁`,
};

/** Facts of the person, not of the visit: "谁能报" and "什么时候能报" are two lines of a leaflet. */
const OF_PERSON = [
  'insutype',
  'psn_type',
  'gend',
  'age',
  'psn_idet_type',
  'chronic',
  'designated_here',
  'signed_here',
];
export const ofPerson = (fact: string): boolean => OF_PERSON.includes(fact);
export const ofVisit = (fact: string): boolean => !OF_PERSON.includes(fact);

/** Empty when the condition always holds. `of` chooses the facts to name. */
export function conditionWords(condition: unknown, of = (_fact: string): boolean => true): string {
  if (!isObject(condition)) return '';
  return Object.keys(condition)
    .filter(of)
    .map((fact) => testWords(fact, condition[fact]))
    .join('，');
}

function testWords(fact: string, test: unknown): string {
  const flag = FLAGS[fact];
  if (flag !== undefined && typeof test === 'boolean') return flag[test ? 0 : 1];
  if (flag !== undefined) return Array.isArray(test) && test.length === 1 ? testWords(fact, test[0]) : '';
  if (fact === 'age') return ageWords(test);
  if (!isObject(test)) return said(fact, test, '或');
  const parts: string[] = [];
  if (test.all !== undefined) parts.push(`${fact === 'chronic' ? '同时' : ''}${said(fact, test.all, '和')}`);
  if (test.none !== undefined) parts.push(said(fact, test.none, '、', NONE[fact] ?? ['不是', '']));
  return parts.join('，');
}

function said(fact: string, value: unknown, joint: string, around = SAID[fact]): string {
  const [before, after] = around ?? [`${fact} `, ''];
  const values: unknown[] = Array.isArray(value) ? value : [value];
  if (values.length === 0) return '（没有人）';
  const words = values.map((one) => WORDS[fact]?.[String(one)] ?? `${CODED[fact] ?? ''}${String(one)}`);
  const last = words.pop() ?? '';
  const first = words.length === 0 ? '' : `${words.join('、')}${joint}`;
  return `${before}${first}${last}${after}`;
}

function ageWords(test: unknown): string {
  if (Array.isArray(test)) return `${test.join('、')} 岁`;
  if (!isObject(test)) return `${String(test)} 岁`;
  return Object.keys(test as Json)
    .map((key) => COMPARED[key]?.(test[key]) ?? '')
    .join('、');
}
