/**
 * What may be doubtful in a valid bundle: a fixed list, described in docs/policy.md, in English and Chinese.
 */
import type { ProblemText } from '../compile/problems.ts';

export const LINTS = {
  SOURCE_MISSING: {
    en: 'names no source',
    zh: '没有写明依据',
    cure_en: 'add "source" (document and article), or "sources" for the bundle',
    cure_zh: '补上 source（文件和条款），整个文件用 sources',
  },
  TITLE_MISSING: {
    en: 'has no title; doctor and slip would show its id',
    zh: '没有名称，医生和小票上只能显示编号',
    cure_en: 'add "title"',
    cure_zh: '补上 title',
  },
  GRACE_MISSING: {
    en: 'has no grace_days; a clinic that is cut off stops on the day after enddate',
    zh: '没有宽限期，断网的卫生室在到期次日就不能报销',
    cure_en: 'add "grace_days", for example 31',
    cure_zh: '补上 grace_days，例如 31',
  },
  STAGE_UNREACHABLE: {
    en: 'no claim reaches it: stage "{}" takes the same lines first and leaves nothing',
    zh: '永远轮不到：“{}”先取走同样的项目，且不留余额',
    cure_en: 'put it first, narrow the other one, or give that one overflow "next" with a limit',
    cure_zh: '调到前面、缩小前一环节范围，或给前一环节加限额和 overflow next',
  },
  NEVER_HOLDS: {
    en: 'an empty list never holds',
    zh: '空列表永远不成立',
    cure_en: 'name the values or remove the condition',
    cure_zh: '写明取值或删除条件',
  },
  VALUE_UNREACHABLE: {
    en: 'an entry before it always holds',
    zh: '前面的一项总是成立，这一项用不到',
    cure_en: 'give the entry before a condition, or remove this one',
    cure_zh: '给前一项加条件，或删除这一项',
  },
  CAP_BELOW_FIXED: {
    en: 'the cap {} is below one payment of the stage',
    zh: '限额 {} 元低于一次定额',
    cure_en: 'raise the cap or lower per_unit',
    cure_zh: '提高限额或降低定额',
  },
  RATE_ZERO: {
    en: 'pays nothing: the rate is 0',
    zh: '比例为 0，什么也不报',
    cure_en: 'correct the rate or remove the stage',
    cure_zh: '改正比例或删除该环节',
  },
  DATES_GAP: {
    en: 'no bundle is in force from {}',
    zh: '从 {} 起没有生效的待遇文件',
    cure_en: 'move begndate or enddate, or lengthen grace_days of the one before',
    cure_zh: '调整起止日期，或延长上一份的宽限期',
  },
  DATES_OVERLAP: {
    en: 'overlaps bundle "{}" for the same place and insurance',
    zh: '与“{}”在同一地区、险种上日期重叠',
    cure_en: 'end one before the other begins, or give both one name and rising versions',
    cure_zh: '错开日期，或用同一名称、递增版本',
  },
} as const satisfies Record<string, ProblemText>;

export type LintCode = keyof typeof LINTS;
