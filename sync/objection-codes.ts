/**
 * What the township can object to (docs/wire.md §5), one row each: errors.ts joins them into the documented
 * table. 370 to 399. `acts`: who has to do something. `withdrawn`: when the township takes it back by itself;
 * an officer may withdraw any of them (`township withdraw`).
 */
interface ObjectionRow {
  readonly number: number;
  readonly cause: string;
  readonly money: string;
  readonly doctor: string;
  readonly engineer: string;
  readonly acts: 'doctor' | 'township' | 'vendor' | 'nobody';
  readonly withdrawn: string;
}

export const OBJECTION_CODES = {
  OBJECTION_UNKNOWN: {
    number: 370,
    cause: 'The township objects with a code that this release does not know.',
    money: 'Unknown here: the township’s own words are shown under it.',
    doctor: '乡镇对账有话要说，这台机器的软件还不认识。请打电话给乡镇。',
    engineer: 'Update the box. `cunyitong ledger objections` prints code and text as they were signed.',
    acts: 'township',
    withdrawn: 'By the township’s own rules.',
  },
  RECORD_FORK: {
    number: 310,
    cause: 'Two different records claim the same place in one ledger.',
    money:
      'Both are kept and the ledger takes no more. What the township does not hold of this box’s branch is handed in by the new ledger and booked once.',
    doctor:
      '这台机器的账和乡镇的对不上，已停止结算。已经收的钱、打的小票都算数，一笔不会丢，请收好小票，马上打电话给乡镇换新账本。',
    engineer:
      'A copied disk or an old image is running beside the original. Do not delete either folder; restore each into a new ledger: docs/restore.md, case 4.',
    acts: 'township',
    withdrawn: 'When a new ledger has followed this one.',
  },
  AMOUNTS_DIFFER: {
    number: 371,
    cause: 'The amounts of a settlement do not add up: by scope, by payer, by purse or by way of payment.',
    money: 'Booked as it was signed. The township looks at it before it declares the cost.',
    doctor:
      '这笔账的几个数加不起来，乡镇要核对。钱先不动，小票留好，等乡镇打电话；真算错了就撤销，重新结算。',
    engineer: 'The text names the identity that fails; `cunyitong ledger replay` prices the visit again.',
    acts: 'township',
    withdrawn: 'When the settlement is reversed.',
  },
  BUNDLE_UNKNOWN: {
    number: 372,
    cause: 'A settlement was priced under a version of a bundle that the township does not hold.',
    money: 'Booked as it was signed. Said once for each bundle and version.',
    doctor: '结算用的医保待遇文件乡镇那边还没有，乡镇会去查。钱和小票都不变，您不用做什么。',
    engineer: 'Publish that version at the township, or find out who signed it.',
    acts: 'township',
    withdrawn: 'When the township holds that version.',
  },
  BODY_UNREADABLE: {
    number: 373,
    cause: 'The body of a settlement or reversal is not of the shape that the township’s release knows.',
    money: 'Held, not booked.',
    doctor: '这笔账乡镇收到了，但是看不懂，还没有入账。小票留好，请打电话给乡镇。',
    engineer: 'The text names the member. A box of a newer release, or a fault in it: update the township.',
    acts: 'vendor',
    withdrawn: 'When a later release of the township reads and books it.',
  },
  REVERSAL_UNKNOWN: {
    number: 374,
    cause: 'A reversal takes back a settlement that the township does not hold, or could not book.',
    money: 'Held, not booked: the settlement counts as it did.',
    doctor: '乡镇找不到您撤销的那一笔，撤销还没有入账。退的钱请记下来，打电话给乡镇。',
    engineer: 'Compare with `ledger reconcile`; the settlement may stand in a ledger that was not handed in.',
    acts: 'township',
    withdrawn: 'When a later release of the township reads the settlement, and books both.',
  },
  REVERSAL_DIFFERS: {
    number: 375,
    cause: 'A reversal takes back something else than its settlement had put.',
    money: 'Held, not booked: the settlement counts as it did.',
    doctor: '撤销的数和原来那一笔对不上，撤销还没有入账。退的钱请记下来，打电话给乡镇。',
    engineer: 'A fault in the software that signed it: compare `put` of both records.',
    acts: 'vendor',
    withdrawn: 'Only by an officer.',
  },
  REVERSED_TWICE: {
    number: 376,
    cause: 'A reversal takes back a settlement that was reversed before.',
    money: 'The first one is booked, this one is not.',
    doctor: '这一笔撤销了两次，乡镇只算一次。如果钱退了两次，请打电话给乡镇。',
    engineer: 'Two boxes of one clinic, or both branches of a fork, have reversed it.',
    acts: 'doctor',
    withdrawn: 'Only by an officer.',
  },
  REQUEST_TWICE: {
    number: 377,
    cause: 'Both branches of a forked ledger have settled the same request.',
    money: 'The one that was held first is booked, this one is not.',
    doctor: '同一次看病结算了两回，乡镇只算一回。如果钱收了两次，请退一次，再打电话给乡镇。',
    engineer: 'docs/decisions/0008; the patient has paid once or twice, only the clinic knows.',
    acts: 'doctor',
    withdrawn: 'Only by an officer.',
  },
  BOX_CLONED: {
    number: 378,
    cause: 'Two processes speak for one ledger: the disk was copied and both run.',
    money: 'None yet; as soon as both settle, the ledger forks (310).',
    doctor: '有另一台机器在用这台的账本，账会对不上。请马上打电话给乡镇，把另一台停下来。',
    engineer: 'Find the copy and take it out of use; docs/restore.md, case 4.',
    acts: 'township',
    withdrawn: 'When a new ledger has followed this one.',
  },
  LEDGER_SHORT: {
    number: 379,
    cause: 'The box has fewer records than the township holds: an old copy of its disk was put back.',
    money: 'None: the township holds what the box has lost. Settling stops here.',
    doctor: '这台机器少了几笔账，可能换回了旧的存储。乡镇都有，一笔不会丢。请马上打电话给乡镇。',
    engineer: 'Put the right disk back, or open a new ledger: docs/restore.md.',
    acts: 'township',
    withdrawn: 'When the box speaks with its whole ledger again, or a new ledger has followed.',
  },
  LEDGER_CLOSED: {
    number: 380,
    cause: 'A ledger that has been followed by a new one is still spoken for.',
    money: 'Nothing more is taken from it. What is not held is handed in by the new ledger.',
    doctor: '乡镇已经给您换了新账本，这个旧账本不能再结算了。请用新的那台，不清楚就打电话给乡镇。',
    engineer: 'The old box is still running. Hand in what is not held: docs/restore.md.',
    acts: 'township',
    withdrawn: 'Never: it is the old ledger’s end. The new ledger does not have it.',
  },
  BOX_REVOKED: {
    number: 381,
    cause: 'The township has revoked this box: lost, stolen, replaced, or by mistake.',
    money:
      'Records sent before stay valid. No fund pays from now on: visits are self-paid, kept here, and not taken by the township.',
    doctor: '乡镇已经停用这台机器，医保报不了，只能自费。以前收下的账都算数。请马上打电话给乡镇。',
    engineer:
      'A revocation is not taken back: enrol anew (`township invite`) and hand in with `ledger restore`. docs/decisions/0015.',
    acts: 'township',
    withdrawn: 'Never. The new enrolment does not have it.',
  },
  RECORD_REFUSED: {
    number: 382,
    cause: 'The township refuses a record of this box; it stays where it is, and those after it wait.',
    money: 'None by itself: records wait in the ledger. Nothing after it is booked until it is solved.',
    doctor: '有一笔账乡镇不收，后面的账也传不上去。照常看病，账都在本机，请打电话给乡镇。',
    engineer: 'The text has the township’s code and reason: a fault in the software, or somebody tries.',
    acts: 'vendor',
    withdrawn: 'When the record is taken.',
  },
  OBJECTIONS_LOST: {
    number: 383,
    cause: 'The township lost the objections that this box holds: it was restored from a backup.',
    money: 'None: what comes again is judged again.',
    doctor: '乡镇的服务器恢复过，以前的意见会重新核对，您不用做什么。',
    engineer: 'Sent withdrawn, so it is never shown: its number replaces those that are no longer known.',
    acts: 'nobody',
    withdrawn: 'At once.',
  },
  OPERATOR_NOT_LISTED: {
    number: 384,
    cause: 'A record is signed in the name of somebody whom no operators dataset of this clinic names.',
    money: 'Held and booked. The township looks into it before it declares the cost.',
    doctor: '有一笔账写的经办人，乡镇的名单里没有。账先记下了，请打电话给乡镇，说明是谁办的。',
    engineer: 'Somebody signs with this box’s key who is no operator, or the list was never published.',
    acts: 'township',
    withdrawn: 'When an operators dataset that names them is published.',
  },
  RECORD_TIME_WRONG: {
    number: 385,
    cause: 'A record is of an instant that does not exist, or dated more than a day ahead of the township.',
    money: 'It is held and, when its body can be read, booked under the day that it names.',
    doctor: '有一笔的日期在今天以后。请先看这台机器的日期对不对，再把这一笔撤销，重新结算。',
    engineer: 'The box’s clock was wrong: its incidents CLOCK_… say since when. docs/decisions/0012.',
    acts: 'doctor',
    withdrawn: 'When the settlement is reversed.',
  },
} as const satisfies Record<string, ObjectionRow>;

export type ObjectionCode = keyof typeof OBJECTION_CODES;

export const isObjectionCode = (code: string): code is ObjectionCode => Object.hasOwn(OBJECTION_CODES, code);
