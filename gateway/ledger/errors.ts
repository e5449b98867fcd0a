import { CodedError } from '../../sync/coded-error.ts';

/** What can go wrong with the ledger and its disk. `gateway/errors.ts` joins the tables of all modules. */
export const LEDGER_ERRORS = {
  LEDGER_NOT_DURABLE: {
    number: 401,
    cause: 'The store cannot be made to fsync each commit (WAL with synchronous=FULL).',
    money: 'None: the store is not opened, so nothing is acknowledged that a power cut could take back.',
    doctor: '这台机器的存储不能保证不丢账，暂时不能结算。请打电话给乡镇。',
    engineer:
      'A file system without working locks or shared memory (network share, some FUSE), or a wrong SQLite build.',
  },
  LEDGER_IN_USE: {
    number: 402,
    cause: 'Another process has this ledger open for writing.',
    money: 'None: the second writer is refused.',
    doctor: '村医通已经在运行，请不要再开一个。',
    engineer:
      'One gateway per ledger. The lock goes with the process; there is no stale lock file to remove.',
  },
  LEDGER_NEWER: {
    number: 403,
    cause: 'The store was written by a newer release than this one.',
    money: 'None: the file is not touched.',
    doctor: '软件版本太旧，打不开现在的账。请打电话给乡镇。',
    engineer: 'Install the release that wrote it, or a later one. `meta` names it.',
  },
  LEDGER_FOREIGN: {
    number: 404,
    cause: 'The file is not a ledger, or is that of another clinic.',
    money: 'None: the file is not touched.',
    doctor: '这个账本不是本机构的，没有打开。请打电话给乡镇。',
    engineer: 'Wrong path, wrong enrolment file, or a disk moved between boxes.',
  },
  LEDGER_MISSING: {
    number: 451,
    cause: 'The ledger’s file is gone or empty, although this box has written records.',
    money:
      'None: nothing is written or sent. What the township holds is safe; what it did not hold is where the file is.',
    doctor:
      '这台机器的账本文件不见了，已停止结算。乡镇收到的账都在，已经打的小票都算数，请收好。请马上打电话给乡镇。',
    engineer:
      'Is the right partition mounted? Keep whatever is left (`ledger.sqlite-wal` too). Put the file back, or restore: docs/restore.md, *The page shows a code instead of the desk*.',
  },
  LEDGER_BROKEN: {
    number: 405,
    cause: 'Records do not chain, do not open, or the totals are not those of the records.',
    money: 'Settling stops: what a person has used is not known for certain.',
    doctor: '这台机器的账对不上，请停止结算并打电话给乡镇。',
    engineer:
      '`cunyitong ledger verify` says which rows. Totals alone: `ledger rebuild`. Records: restore (a new ledger).',
  },
  RECORD_ROW_DIFFERS: {
    number: 406,
    cause: 'What stands beside a sealed record (hash, kind, day, print job) is not what the record says.',
    money: 'The record itself is whole; lists may be wrong until it is mended.',
    doctor: '这台机器的账被改动过，请打电话给乡镇。',
    engineer: 'Somebody wrote into the database file, or the medium failed. Back up, then restore.',
  },
  RECORDS_MISSING: {
    number: 407,
    cause: 'Records that this box once wrote, or that the township has receipted, are not here any more.',
    money: 'Settling stops. What the township holds is safe there; this box has lost it.',
    doctor: '这台机器少了几笔账，已停止结算。已经打的小票都算数，请收好，马上打电话给乡镇。',
    engineer:
      'The end of the ledger was cut off (a damaged WAL), or an old copy of the file put back. Put the right file back, or restore into a new ledger: docs/restore.md, *The page shows a code instead of the desk*.',
  },
  RECORD_DAMAGED: {
    number: 454,
    cause: 'A record that is not the last one, or something else that was sealed, cannot be read any more.',
    money:
      'Totals and what people have used are kept apart and stay as they are. That one settlement cannot be shown, reversed or printed again here; the township holds it once it was delivered.',
    doctor: '有一笔旧账读不出来了，别的照常看病、结算。这一笔请打电话给乡镇查。',
    engineer:
      'The medium has lost bytes: `ledger verify` says where. Nothing after a damaged record that is not delivered yet goes up. Back up, replace the medium, restore: docs/restore.md.',
  },
  DATASET_DAMAGED: {
    number: 455,
    cause: 'A dataset in force cannot be read any more.',
    money:
      'The version before it is used until the township has sent it again, which happens by itself at the next contact. Without an earlier version what needs it is refused until then, never priced without it: of the roster whoever is in it, of a bundle whom it insures, of the catalogue, the diagnoses or the clinic every visit, of the operators every login. What was settled is shown, printed and taken back as ever.',
    doctor:
      '这台机器有一份资料坏了：有上一份就先用上一份，没有的，用得到它的先做不了，别的照常；连上乡镇后自动补回来。一直出现请打电话给乡镇。',
    engineer: 'The log names it. Look at the link; the medium may be failing: `ledger verify`.',
  },
  LEDGER_UNCONFIRMED: {
    number: 452,
    cause:
      'What the box remembers outside its ledger (`head.json`) cannot be read: a part of it may be lost.',
    money:
      'Nothing is settled until the township has said how far it holds the ledger; if that is here, settling goes on by itself.',
    doctor: '这台机器要先和乡镇对一下账才能结算。请连上网，连上后自动恢复；不行请打电话给乡镇。',
    engineer:
      'The file is damaged. Without a link: compare `ledger verify` (head) with `township report clinics` (through); when the head is not behind, take `head.json` away.',
  },
  TOTALS_DIFFER: {
    number: 408,
    cause: 'A derived table is not what the records give.',
    money: 'What somebody has used may be wrong until it is rebuilt. The records are whole.',
    doctor: '这台机器的合计对不上，请停止结算并打电话给乡镇。',
    engineer: '`cunyitong ledger rebuild` makes the tables anew. Find out who wrote into the file.',
  },
  DATASET_DIFFERS: {
    number: 409,
    cause: 'A dataset kept for replay is gone or is not what its record says.',
    money: 'None now; an old settlement could not be priced again here.',
    doctor: '这台机器的旧资料不全，不影响看病，请告诉乡镇。',
    engineer: 'Fetch that version again from the township.',
  },
  LEDGER_FORKED: {
    number: 410,
    cause:
      'The township holds another record at a seq of this ledger: a copy of this disk has been settling too.',
    money:
      'Nothing is lost: what was settled here before it was noticed stays valid, is handed in by the new ledger and booked once by the township.',
    doctor:
      '这台机器的账和乡镇的对不上，已停止结算。已经收的钱、打的小票都算数，一笔不会丢，请收好小票，马上打电话给乡镇换新账本。',
    engineer:
      'A copy of this disk or an old image ran beside the original, or a new ledger has followed this one. Do not delete the folder. Find the copy and take it out of use, then `township invite` and `ledger restore --from` this ledger: docs/restore.md, case 4.',
  },
  LEDGER_READ_ONLY: {
    number: 411,
    cause: 'A write was tried through a reader.',
    money: 'None: nothing changed.',
    doctor: '这个窗口只能查看，不能结算。',
    engineer: 'A fault in the calling code: readers never write.',
  },
  ACT_INVALID: {
    number: 412,
    cause:
      'An act contradicts itself or the ledger (unknown record, other request id, amounts that are no money).',
    money: 'None: the transaction is gone.',
    doctor: '这一笔没有结算成，请重新来一次。再不行请打电话给乡镇。',
    engineer: 'A fault in the calling code; the log has the detail.',
  },
  REQUEST_REUSED: {
    number: 445,
    cause:
      'The request id of a settlement or reversal belongs to another one: of another visit, price, way of paying or kind.',
    money: 'None: what the id stands for is as it was, and nothing is booked under it a second time.',
    doctor: '这一次没有记上：编号和别的一笔重了。请看一眼“今天”，没有这一笔就再按一次。',
    engineer:
      'A page that made the same id twice, or a made-up request. The log names the record it belongs to.',
  },
  REVERSAL_REFUSED: {
    number: 413,
    cause: 'There is no such settlement, or it has been reversed before.',
    money: 'None: nothing is taken back twice.',
    doctor: '这一笔已经撤销过了，或者没有这一笔。',
    engineer: 'The answer names the reversal that did it.',
  },
  OPERATOR_UNKNOWN: {
    number: 440,
    cause:
      'An act in the name of somebody whom the operators dataset does not name: at the box the one in force, at the township any that it ever published to this clinic.',
    money:
      'At the box nothing is booked. At the township the record is held and booked, and stands as an objection until somebody has looked into it.',
    doctor: '没有认出是谁在操作，这一步没有做。请重新输密码登录；还不行请打电话给乡镇。',
    engineer:
      'At the box: the operator was removed while logged in, or something reached the ledger past the login. At the township: somebody signs with this box’s key who is no operator; find out who before the money is declared.',
  },
  PRINT_JOB_UNKNOWN: {
    number: 414,
    cause: 'There is no such print job, or it is not in the state the step needs.',
    money: 'None.',
    doctor: '没有这张小票的打印任务，请点“补打”。',
    engineer: 'A fault in the calling code, or a job that a restart has already replaced by a marked copy.',
  },
  PRINT_UNKNOWN: {
    number: 430,
    cause:
      'A slip and its marked copy were sent, and the printer confirmed neither; nothing is repeated by itself.',
    money:
      'None: the settlement is committed. The doctor says whether the paper is there, or asks for one more.',
    doctor: '打印机没有说打好了没有。请看一眼：纸出来了点“打出来了”，没出来点“再打一张”。',
    engineer:
      'The state `asked` of a print job, also after two power cuts in its printing. A printer that never answers GS r is not the profile’s: counters.unsure.',
  },
  DISK_LOW: {
    number: 415,
    cause: 'Less than 20 % of the disk is free.',
    money: 'None yet.',
    doctor: '存储快满了，照常看病，请告诉乡镇来清理。',
    engineer:
      'Look for logs, old updates, other people’s files; the ledger itself takes about 20 kB a visit.',
  },
  DISK_FULL: {
    number: 416,
    cause: 'The disk is full, or has less left than the reserve (64 MB).',
    money: 'Nothing is settled; nothing that was settled is lost. It goes on by itself when there is room.',
    doctor: '存储满了，这一笔没有结算。请打电话给乡镇清理，清理后自动恢复。',
    engineer:
      'Free space on the file system of the state folder; no restart is needed. Opening takes some 100 kB: without them a start ends with this code, and systemd tries every 2 s.',
  },
  DISK_FAILED: {
    number: 417,
    cause: 'The disk gave an I/O error, or an fsync failed.',
    money:
      'Settling stops until a restart. The act under way may or may not stand: the same request id tells.',
    doctor: '存储出了故障，已停止结算，查看不受影响。请马上打电话给乡镇换机器。',
    engineer:
      'Never retried: after a failed fsync the kernel may have dropped the pages. Back up, replace the medium, restore.',
  },
  DISK_NO_ACCESS: {
    number: 453,
    cause:
      'The state folder or a file in it cannot be opened: not allowed, or something else lies in its place.',
    money: 'None: nothing is written.',
    doctor: '这台机器的存储打不开，先停着。请打电话给乡镇。',
    engineer:
      'The log names the file. Owner and mode of the state folder (0700, user cunyitong), a mount that is missing, a folder where a file should be. It is tried again by itself.',
  },
  BACKUP_BROKEN: {
    number: 418,
    cause: 'A backup does not open or does not verify.',
    money: 'None: the ledger itself is untouched, and the bad copy is removed.',
    doctor: '备份没有做成，请换一个U盘再试。',
    engineer: 'Bad medium, or pulled out too early.',
  },
  BACKUP_PLACE: {
    number: 419,
    cause:
      'A backup cannot be written there: full, read-only, gone while writing, or something else lies there already.',
    money: 'None: the ledger is untouched, and so is what lay there.',
    doctor: '备份没有做成：U盘满了、写不进、被拔出，或者里面已有别的文件。请换一个U盘再试，账没有动。',
    engineer:
      'Only an earlier backup of the same ledger is replaced. A newer one, or one of the branch that was lost, is evidence: keep it and choose another name.',
  },
  BACKUP_LOCKED: {
    number: 420,
    cause: 'A backup is sealed under another key than the one given, or names no wrapped key.',
    money: 'None: nothing was opened.',
    doctor: '这个备份用的不是这把钥匙，打不开。请打电话给乡镇。',
    engineer:
      'Give keys.json of the box that made it, or what `township unwrap` makes of the backup and the recovery key of its township. docs/restore.md',
  },
  LEDGER_THERE: {
    number: 421,
    cause: 'A restore was asked for in a folder that has a ledger already.',
    money: 'None: nothing was written.',
    doctor: '这台机器上已经有账本，没有再恢复。',
    engineer: 'Give an empty --state folder; move the old one away, do not delete it.',
  },
  CLOCK_BACKWARD: {
    number: 422,
    cause: 'The system clock is earlier than something that has already happened.',
    money:
      'None: order is the ledger’s sequence. The day is that of the lower bound until the doctor confirms another.',
    doctor: '机器的时间不对，请确认今天的日期。',
    engineer:
      'No clock battery and no network, or a clock that ran ahead before and is right now. A receipt that says the same as the clock settles it, and so does the doctor. docs/decisions/0012.',
  },
  CLOCK_DAY_REFUSED: {
    number: 423,
    cause:
      'The date that was confirmed is before a day that two independent clocks have agreed on, or too far after the last one.',
    money: 'None: the date is asked for again.',
    doctor: '这个日期不对，请再看一下日历，重新确认。',
    engineer:
      'From the last day that clock and receipt, or doctor and receipt, agreed on, to 40 days after the last record (without an end where two have never agreed); and the day that the township or a synchronised clock says. docs/decisions/0012.',
  },
  CLOCK_FORWARD: {
    number: 424,
    cause: 'After a start the clock is 40 days or more after the last record, and nobody says the same.',
    money: 'None: the doctor confirms the date before the next settlement.',
    doctor: '机器的时间跳得太远，请确认今天的日期。',
    engineer: 'Set by hand, a bad NTP source, or a long time without power.',
  },
  CLOCK_YEAR: {
    number: 431,
    cause: 'A new year has begun, and only one clock says so: the machine’s or the township’s.',
    money: 'None: no cap of the new year is used before a second one, or the doctor, says the same.',
    doctor: '按机器的时间，新的一年到了，请确认今天的日期。',
    engineer: 'Asked once, and only of a box that was off, or cut off, over New Year. docs/decisions/0012.',
  },
  CLOCK_UNCONFIRMED: {
    number: 432,
    cause: 'After a start nobody who is believed alone, and no two who agree, have said what time it is.',
    money:
      'None: nothing is settled before the doctor has confirmed the date or a receipt says what the machine’s clock says.',
    doctor: '机器刚开机，还没有核对过时间，请确认今天的日期。',
    engineer:
      'A box without a battery starts with the time of its last shutdown. Time comes from NTP (`timedatectl show -p NTPSynchronized`), from receipts that say what the machine’s clock says, or, with `"clock": "battery"` in the settings, from the machine.',
  },
  CLOCK_DISPUTED: {
    number: 433,
    cause:
      'A receipt, a dataset or the machine’s own clock says another time than the clock that is running: more than 10 minutes ahead of it.',
    money:
      'None: the time is not changed, and nothing is settled before the doctor or the next right receipt has decided.',
    doctor: '乡镇说的日期和这台机器的不一样，请看一下日历，确认今天的日期。',
    engineer:
      'Look at the clock of the township’s server. A receipt that agrees with the box takes the question back; what the doctor says stands, and the same word does not ask again.',
  },
} as const;

export type LedgerErrorCode = keyof typeof LEDGER_ERRORS;

export class LedgerError extends CodedError<LedgerErrorCode> {}
