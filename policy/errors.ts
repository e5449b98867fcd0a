/**
 * Every code that `policy/` answers with, warnings included: why it happens, what it does to the money, what
 * the doctor reads, what an engineer does. gateway/errors.ts joins it with the others into one documented
 * table.
 */

interface PolicyError {
  /** 101 to 199: what is read out over the telephone. */
  number: number;
  /** English. */
  cause: string;
  /** English: what it does to the money. */
  money: string;
  /** Chinese, to be read aloud to a villager. */
  doctor: string;
  /** English: what to do. */
  engineer: string;
}

export const POLICY_ERRORS = {
  POLICY_INVALID: {
    number: 101,
    cause: 'The benefit bundle breaks a rule of docs/adjudication.md "The bundle".',
    money: 'Nothing is priced or booked under it; every bucket stays as it was.',
    doctor: '医保待遇文件有错，暂时不能报销。可以先自费结算，并告诉乡镇卫生院。',
    engineer: 'Run `policy check` on the bundle; it lists every problem with its path and cure.',
  },
  CLAIM_INVALID: {
    number: 102,
    cause: 'The claim is malformed, or beyond 10 000 lines or 4 500 000 000.00 yuan.',
    money: 'Nothing is priced or booked; every bucket stays as it was.',
    doctor: '这张单子有一项填得不对（日期、数量、价格或重复的行），请检查后再结算。',
    engineer: 'A caller built the claim wrongly: compare it with docs/adjudication.md "Input: one claim".',
  },
  ITEM_AMOUNT_MISMATCH: {
    number: 103,
    cause: 'round2(cnt × pric) of a line is not its det_item_fee_sumamt.',
    money: 'Nothing is priced or booked: the amount is never guessed.',
    doctor: '有一项的数量乘单价不等于金额，请检查数量和单价。',
    engineer: 'Compute det_item_fee_sumamt from cnt and pric, half up to the fen.',
  },
  NO_POLICY: {
    number: 104,
    cause: 'No bundle is in force for the day, insurance and place of this person.',
    money: 'The fund pays nothing; the visit can be settled as all self-paid.',
    doctor: '这里没有适用于这位居民（参保地、险种、日期）的待遇政策，这次只能自费结算。',
    engineer: 'Check insutype, insuplc_admdvs and setl_date against the bundles in force.',
  },
  POLICY_AMBIGUOUS: {
    number: 105,
    cause: 'Bundles of two names claim the same day, insurance and place.',
    money: 'Nothing is priced until one of them is withdrawn.',
    doctor: '有两份待遇政策同时适用，系统不能替您选。请联系乡镇卫生院，可以先自费结算。',
    engineer: 'Withdraw one of the two datasets or correct its admdvs, insutype or dates.',
  },
  BUDGET_EXHAUSTED: {
    number: 106,
    cause: 'The clinic\'s budget does not cover this claim and the bundle says "refuse".',
    money: 'Nothing is booked; the visit can be settled as all self-paid.',
    doctor: '本卫生室的医保额度不够这次报销，这次只能自费结算，或到卫生院就诊。',
    engineer: 'The insurer may raise the budget or change on_exhausted to "warn".',
  },
  POLICY_IN_GRACE: {
    number: 107,
    cause: "The visit is after the bundle's enddate and within its grace_days.",
    money: 'Priced under the old bundle; a new one may have other figures.',
    doctor: '待遇政策已到期，正按宽限期结算。请尽快联网更新。',
    engineer: 'Deliver the next bundle to this box.',
  },
  ALLOTMENT_BOUND: {
    number: 108,
    cause: "What this box may spend offline, not the person's right, limited what was paid.",
    money: 'The person paid more than the policy asks; settling again with a link can pay the rest.',
    doctor: '没联网时本机可用的额度不够，这次少报了一部分。连上网后可以撤销重新结算。',
    engineer: 'Reserve from the township and settle again; raise the allotment if it happens often.',
  },
  BUDGET_EXCEEDED: {
    number: 109,
    cause: 'The clinic\'s budget is used up and the bundle says "warn".',
    money: 'The person is paid in full; the clinic is above its budget.',
    doctor: '本卫生室的医保额度已超，这位居民照常报销。',
    engineer: 'Tell the township; nothing to repair.',
  },
  BUDGET_BORNE: {
    number: 110,
    cause: 'The clinic\'s budget is used up and the bundle says "provider_bears".',
    money: "The person is paid in full; the part above the budget is the clinic's own (hosp_part_amt).",
    doctor: '本卫生室的医保额度已用完，超出部分由卫生室承担，居民照常报销。',
    engineer: 'Tell the township; nothing to repair.',
  },
  MONEY_INVALID: {
    number: 111,
    cause: 'A text is no amount in yuan with two places (parseYuan).',
    money: 'Nothing was added or booked.',
    doctor: '金额写法不对，请重新输入，例如 12.00。',
    engineer: 'Validate the input before parseYuan.',
  },
  MONEY_OVERFLOW: {
    number: 112,
    cause: 'An amount is beyond 2^53 fen.',
    money: 'Nothing was added or booked rather than a wrong fen.',
    doctor: '金额太大，系统不能计算，请检查输入。',
    engineer: 'Look for a wrong amount; no clinic reaches ninety trillion yuan.',
  },
} as const satisfies Record<string, PolicyError>;

export type PolicyErrorCode = keyof typeof POLICY_ERRORS;
