/** Rules about the person: insured, alive, identified, registered with this clinic, on a list. */
import { isDay } from '../../calendar.ts';
import { has } from '../../json.ts';
import { type Facts, found, type Listed, type RuleKind, unknown, type Violation } from '../types.ts';

export const insured: RuleKind = {
  name: '就诊日参保状态',
  vola_bhvr_type: '参保资格',
  compile: () => checkInsured,
};

function checkInsured({ context, claim }: Facts): Violation[] {
  const { psn_insu_stas, paus_insu_date } = context.person ?? {};
  const day = claim.encounter.setl_date;
  if (psn_insu_stas === undefined) return [unknown([], '参保状态', 'psn_insu_stas')];
  if (psn_insu_stas !== '1')
    return [found([], '这位居民当天没有正常参保。', `psn_insu_stas: ${psn_insu_stas}`)];
  if (paus_insu_date === null) return [];
  if (!isDay(paus_insu_date)) return [unknown([], '停保日期', 'paus_insu_date')];
  if (day < paus_insu_date) return [];
  return [found([], `这位居民从 ${paus_insu_date} 起停保。`, `paus_insu_date: ${paus_insu_date}`)];
}

export const alive: RuleKind = {
  name: '生存状态',
  vola_bhvr_type: '参保资格',
  compile: () => checkAlive,
};

function checkAlive({ context }: Facts): Violation[] {
  const surv_stas = context.person?.surv_stas;
  if (surv_stas === undefined) return [unknown([], '生存状态', 'surv_stas')];
  if (surv_stas === '1') return [];
  const what = surv_stas === '2' ? '登记为已去世' : '生存状态不正常';
  return [found([], `这位居民${what}，请核对是不是本人。`, `surv_stas: ${surv_stas}`)];
}

export const identity: RuleKind = {
  name: '身份核验',
  vola_bhvr_type: '冒名就医',
  keys: ['methods'],
  compile(reader, path, object) {
    const methods = reader.texts(`${path}.methods`, object.methods);
    return ({ context }) => checkIdentity(context.identity, methods);
  },
};

function checkIdentity(seen: Facts['context']['identity'], methods: string[]): Violation[] {
  if (seen === undefined) return [unknown([], '身份核验方式', 'identity')];
  if (!methods.includes(seen.method))
    return [found([], '这种身份核验方式不能用来报销。', `method: ${seen.method}`)];
  return seen.checked ? [] : [found([], '还没有核验是不是本人。', `method: ${seen.method}, checked: false`)];
}

export const designated: RuleKind = {
  name: '定点或签约',
  vola_bhvr_type: '非定点就医',
  compile: () => checkDesignated,
};

function checkDesignated({ claim }: Facts): Violation[] {
  const { designated_here, signed_here } = claim.person;
  if (designated_here || signed_here) return [];
  return [
    found([], '这位居民没有定点在本卫生室，也没有签约。', 'designated_here: false, signed_here: false'),
  ];
}

export const lists: RuleKind = {
  name: '信用名单',
  vola_bhvr_type: '信用评价',
  keys: ['whose'],
  optional: ['listed'],
  compile(reader, path, object) {
    const whose = reader.oneOf(`${path}.whose`, object.whose, ['person', 'doctor', 'clinic'] as const);
    const listed = has(object, 'listed')
      ? reader.oneOf<Listed>(`${path}.listed`, object.listed, ['black', 'grey', 'white'])
      : 'black';
    return ({ context }) => checkLists(context.lists?.[whose], whose, listed);
  },
};

const LISTS: Record<Listed, string> = { black: '黑名单', grey: '灰名单', white: '白名单', none: '名单' };
const WHO = { person: '这位居民', doctor: '这位医生', clinic: '本卫生室' };

function checkLists(on: Listed | undefined, whose: keyof typeof WHO, listed: Listed): Violation[] {
  if (on === undefined) return [unknown([], `${WHO[whose]}的信用名单`, `lists.${whose}`)];
  if (on !== listed) return [];
  return [found([], `${WHO[whose]}在${LISTS[on]}上。`, `lists.${whose}: ${on}`)];
}
