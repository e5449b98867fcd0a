/** What can go wrong at the desk. `gateway/errors.ts` joins all tables into the documented one. */
export const VISIT_ERRORS = {
  PERSON_UNKNOWN: {
    number: 601,
    cause: 'The credential belongs to nobody in the roster in force.',
    money: 'A self-pay visit is offered; no fund pays.',
    doctor: '名册里没有这个人，这次只能自费。参保了的话，请乡镇把他加进名册后再来。',
    engineer: 'Compare the roster’s version with the township’s.',
  },
  PERSON_SAME_NAME: {
    number: 683,
    cause:
      'Nobody in the roster has this number, or none was given; somebody in it has the name (and birth date).',
    money: 'A self-pay visit is offered; no fund pays unless the person is opened from the roster.',
    doctor:
      '名册里有同名的人。是同一个人的话，点“不看了”，按名字找到他再看，证件号不对的请乡镇改名册；不是的话，这次只能自费。',
    engineer:
      'Picked by name alone, or a card with a number the roster has not: `former_certno` joins two numbers.',
  },
  PERSON_NOT_INSURED: {
    number: 602,
    cause: 'The person is in the roster but has no insurance this year.',
    money: 'A self-pay visit is offered; no fund pays.',
    doctor: '今年没有参保，这次只能自费。',
    engineer: 'psn_insu_stas 0 in the roster.',
  },
  PERSON_PAUSED: {
    number: 603,
    cause: 'The person’s insurance is paused or ended.',
    money: 'A self-pay visit is offered; no fund pays.',
    doctor: '他的医保现在停着，报不了，这次只能自费。请他去乡镇医保窗口问一下。',
    engineer: 'psn_insu_stas is neither 0 nor 1 in the roster.',
  },
  PERSON_DECEASED: {
    number: 604,
    cause: 'The roster says this person has died.',
    money: 'No fund pays.',
    doctor: '名册上登记这个人已经去世，医保报不了。如果登记错了，请打电话给乡镇。',
    engineer: 'surv_stas 2 in the roster. A settlement under such a credential is worth a finding.',
  },
  PERSON_NUMBER_SHARED: {
    number: 618,
    cause: 'The roster gives this identity number to two persons, and the name on the card is neither’s.',
    money: 'A self-pay visit is offered; no fund pays until it is known who it is.',
    doctor:
      '名册里有两个人用着这个证件号，认不出是哪一个，这次只能自费。可以按姓名查到他再看；请告诉乡镇改名册。',
    engineer: '`cunyitong township publish` refuses such a roster and names both rows.',
  },
  PERSON_BIRTH_INVALID: {
    number: 619,
    cause:
      'The roster’s birth date is no day that exists, or lies ahead: no age, so no policy can price the visit.',
    money: 'A self-pay visit is offered; no fund pays until the roster is mended.',
    doctor: '名册里这个人的出生日期写错了，报不了，这次只能自费。请打电话给乡镇改名册。',
    engineer: '`cunyitong township publish` refuses such a row; this roster was signed by something else.',
  },
  PERSON_NAME_DIFFERS: {
    number: 641,
    cause: 'The card bears another name than the roster has under the same number.',
    money:
      'None by itself: the doctor confirms who it is, and card, roster and reason are kept in the record.',
    doctor: '证件号一样，名字不一样，请核对是不是本人。',
    engineer: 'sameName in gateway/clinic/visit/name.ts says what counts as another name; mend the roster.',
  },
  PERSON_CHANGED: {
    number: 682,
    cause:
      'The roster has another name, number, sex or birth date for the person than when the visit was opened.',
    money: 'Nothing is settled by a confirm of the person as they were: the price is confirmed anew.',
    doctor: '名册里这个人的登记刚改过，请核对是不是本人。不是的话，点“不看了”，重新找人。',
    engineer:
      'A finding of severity `remind` (gateway/clinic/visit/identity.ts); the digest of a quote covers the person as recorded.',
  },
  CREDENTIAL_EXPIRED: {
    number: 605,
    cause: 'The card’s validity had ended on the day of the visit, as far as the day is known.',
    money: 'None: the person is found by number, and the settlement records the evidence.',
    doctor: '身份证已经过期，请提醒他去派出所换证。这次照常看病。',
    engineer:
      'A finding of severity `remind` (gateway/clinic/visit/identity.ts); nothing is said while the day is not known.',
  },
  ITEM_UNKNOWN: {
    number: 606,
    cause: 'An item is not in the catalogue in force.',
    money: 'Nothing is settled until the line is taken out.',
    doctor: '目录里没有这一项，请去掉它，另选一个。',
    engineer: 'The page holds an older catalogue, or the code was typed by another program.',
  },
  ITEM_QUANTITY: {
    number: 607,
    cause: 'A quantity is not above 0, not below 1 000, or has more than four decimals.',
    money: 'Nothing is settled until it is mended.',
    doctor: '数量不对，要大于 0，最多 999。',
    engineer: 'Limit CNT_BELOW in gateway/clinic/visit/limits.ts.',
  },
  NAME_EMPTY: {
    number: 681,
    cause: 'A name without a letter: blanks, dots, or characters that nobody sees.',
    money: 'None: no visit was opened.',
    doctor: '还没有写姓名，请写上姓名再点。',
    engineer:
      'A slip and a record need a name; `nameForm` in sync/contract/text-form.ts says what is left of it.',
  },
  ITEM_FEE_ZERO: {
    number: 680,
    cause: 'So little of something with a price that its fee is rounded to 0.00.',
    money: 'Nothing is settled until it is mended: in such pieces anything could leave without a bill.',
    doctor: '这一行数量太少，算下来是 0.00 元，请改数量。',
    engineer: 'cnt × pric is below half a fen; an item that is free has the price 0 in the catalogue.',
  },
  ITEM_DAYS: {
    number: 608,
    cause: 'Days of supply are not a whole number from 1 to 90.',
    money: 'Nothing is settled until it is mended.',
    doctor: '天数不对，请填 1 到 90 之间的整数。',
    engineer: 'Limit PRD_DAYS_MAX in gateway/clinic/visit/limits.ts.',
  },
  TRACE_CODE_INVALID: {
    number: 640,
    cause:
      'What was scanned or typed as a trace code is none: a word, an article number, an identity number, no serial number in it; a digit is missing, or two codes stand in one.',
    money: 'Nothing is settled until it is taken out.',
    doctor:
      '这不是追溯码。请扫药盒上的追溯码（多半是 20 位数字，少一位、两个连在一起都不行）；商品条码不算。',
    engineer: 'readTraceCode in policy/audit/trace-code.ts says what is one. A GS1 code needs (01) and (21).',
  },
  NO_ITEMS: {
    number: 609,
    cause: 'Nothing has been prescribed yet.',
    money: 'Nothing to settle.',
    doctor: '还没有开药，先在中间选药。',
    engineer: 'A confirm came with an empty draft.',
  },
  TOO_MANY_ITEMS: {
    number: 610,
    cause: 'More lines than one settlement may hold (50).',
    money: 'Nothing is settled.',
    doctor: '一次最多 50 项，请分两次结算。',
    engineer: 'Limit ITEMS_MAX in gateway/clinic/visit/draft.ts.',
  },
  DIAGNOSIS_MISSING: {
    number: 611,
    cause: 'An insured visit without a diagnosis cannot go to the insurer.',
    money: 'Nothing is settled until one is picked.',
    doctor: '还没有选诊断，请先选看的是什么病。',
    engineer: 'National 2203A needs diseinfo.',
  },
  DIAGNOSIS_UNKNOWN: {
    number: 612,
    cause: 'A diagnosis is not in the list in force.',
    money: 'Nothing is settled until it is taken out.',
    doctor: '诊断目录里没有这一条，请另选一个。',
    engineer: 'The page holds an older list.',
  },
  REASON_MISSING: {
    number: 613,
    cause: 'The audit found something that the doctor has to give a reason for, and there is none yet.',
    money: 'Nothing is settled until it is given; the reason is kept in the record.',
    doctor: '有一条审核提醒要写理由。请点一个理由，或者写一句，再结算。',
    engineer: 'A finding of severity `confirm` (policy/audit); the draft’s `reasons` name its key.',
  },
  AUDIT_DENIED: {
    number: 614,
    cause:
      'The audit found that the insurer does not pay for this visit (severity `deny`, about the visit as a whole).',
    money: 'A self-pay visit is offered; no fund pays. The finding is kept in the record.',
    doctor: '审核没有通过，医保报不了，这次只能自费。原因写在中间。',
    engineer: 'The record’s `findings` name the rule, the facts used and the source.',
  },
  REFUND_OWED: {
    number: 660,
    cause: 'A settlement that was paid is to be reversed as if the money had been owed.',
    money: 'Nothing is taken back: it would leave the person without the money.',
    doctor: '这笔钱已经收了，要退现金或者扫码退回。',
    engineer:
      'A `refund_way` of `owed` for a part that was paid in cash or by code; the page does not offer it.',
  },
  DRAFT_LOST: {
    number: 642,
    cause: 'What had been typed for an open visit could not be read again after a restart.',
    money: 'None: only what was not settled has to be typed again.',
    doctor: '有没写完的单子读不出来了，要重写一遍。已经结算的都在。',
    engineer:
      'The file `drafts` in the state folder does not open under the data key, or was damaged. It is written anew.',
  },
  NOT_READY: {
    number: 615,
    cause: 'The datasets a visit needs (catalogue, roster, operators, clinic, a bundle) have not come yet.',
    money: 'Nothing can be settled.',
    doctor: '资料还没有从乡镇传下来，请等一会儿；等了很久请打电话给乡镇。',
    engineer: 'Look at the link; the log names the dataset that is missing.',
  },
  VISIT_UNKNOWN: {
    number: 616,
    cause: 'No such visit at the desk: it was closed, settled, or never opened.',
    money: 'Nothing is settled.',
    doctor: '这次看病已经结束了，请重新放卡。',
    engineer: 'A page that was left open, or a made-up id.',
  },
  QUOTE_CHANGED: {
    number: 617,
    cause:
      'What the doctor confirmed is no longer true: the person, an amount, a reason, what has been used, or the day.',
    money: 'Nothing is settled; the new price is shown.',
    doctor: '刚刚有变化，还没有结算。请看一眼，再按一次“结算”。',
    engineer: 'The digest in the confirm differs from that of the quote made now: docs/record.md §5.',
  },
} as const;

export type VisitErrorCode = keyof typeof VISIT_ERRORS;
