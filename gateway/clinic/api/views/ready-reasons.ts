/**
 * The reasons that a touch gives, by what a rule is against (`vola_bhvr_type`): one that does not fit makes a
 * false reason in a signed record.
 */
const READY: Readonly<Record<string, readonly string[]>> = {
  回流药: ['码磨花了，扫不出', '老包装，没有码', '已核对药盒'],
  冒名就医: ['已核对是本人', '名册上写错了', '家里人代取，已核对'],
  超量开药: ['外出，多带几天', '慢病，路远', '病情需要'],
  重复开药: ['药丢了或坏了', '外出，多带几天', '调整用药'],
  超量用药: ['病情需要', '上级医院医嘱'],
  重复收费: ['分次使用', '病情需要'],
  重复就诊: ['病情变化', '上次没开全'],
  分解收费: ['病情变化', '上次没开全'],
  超频次: ['病情需要', '上级医院医嘱'],
  空刷: ['集中来看病，都在场'],
  非定点就医: ['急病', '定点在外村，人在这里'],
  信用评价: ['已核对是本人'],
  参保资格: ['已问过乡镇'],
};
const OTHER: readonly string[] = ['病情需要', '已问过乡镇'];

export const readyReasons = (vola_bhvr_type: string): string[] => [...(READY[vola_bhvr_type] ?? OTHER)];
