import { CodedError } from './coded-error.ts';
import { OBJECTION_CODES } from './objection-codes.ts';

/**
 * What can go wrong with records, keys and the wire. `gateway/errors.ts` joins all tables into the documented
 * one.
 */
export const SYNC_ERRORS = {
  ...OBJECTION_CODES,
  SIGNATURE_ENCODING: {
    number: 301,
    cause: 'A signed thing is not written the one canonical way (base64url, JSON, three parts, length).',
    money: 'None: it is refused before it is read.',
    doctor: '收到一条看不懂的消息，已丢开，不影响看病。',
    engineer: 'Find who wrote it; compare with docs/record.md §1.',
  },
  SIGNATURE_TYPE: {
    number: 302,
    cause: 'The header of a signed thing is not exactly the one its kind has.',
    money: 'None: refused.',
    doctor: '收到一条看不懂的消息，已丢开，不影响看病。',
    engineer: 'A signature made for one kind of thing was offered as another, or a header member was added.',
  },
  SIGNATURE_KEY: {
    number: 303,
    cause: 'Signed by a key this side does not know, or no longer trusts.',
    money: 'None: refused.',
    doctor: '收到一条不认识的消息，已丢开。常出现请打电话给乡镇。',
    engineer: 'Enrolment is missing, the key was revoked, or somebody tries.',
  },
  SIGNATURE_BAD: {
    number: 304,
    cause: 'The signature does not hold for these bytes.',
    money: 'None: refused.',
    doctor: '收到一条被改动过的消息，已丢开。请打电话给乡镇。',
    engineer: 'Damage on the way would have been caught by TCP: treat it as tampering.',
  },
  KEY_UNFIT: {
    number: 305,
    cause: 'A public key is not canonical, or of small order: it would let anybody sign.',
    money: 'None: the key is not taken in.',
    doctor: '乡镇发来的钥匙不对，没有采用。请打电话给乡镇。',
    engineer: 'Never accept it; ask the other side for a key made by a sound generator.',
  },
  KEY_MISSING: {
    number: 351,
    cause: 'A key file of an enrolled box, or of a township, is not there.',
    money: 'None: nothing is written or sent, and no new keys are made in place of the old ones.',
    doctor:
      '这台机器的钥匙文件不见了，先停着，账没有动。钥匙放在U盘上的，请插好U盘；不是的，请打电话给乡镇。',
    engineer:
      '`keys.json` or `tls.key`, or what a link of that name points to. Put it back: the start is tried again by itself. Lost for good: docs/restore.md, *The page shows a code instead of the desk*.',
  },
  KEY_FILE_BROKEN: {
    number: 352,
    cause: 'A key file is there, but it is damaged or holds other keys than those that belong there.',
    money: 'None: nothing is written or sent.',
    doctor: '这台机器的钥匙文件坏了，先停着，账没有动。请打电话给乡镇。',
    engineer:
      'The log names the file and what is missing in it, never what it holds. Put a copy back: docs/restore.md, *The page shows a code instead of the desk*.',
  },
  SEAL_BROKEN: {
    number: 306,
    cause: 'Sealed bytes do not open under the key this side has.',
    money:
      'None by itself. If it is the ledger, settling stops: a record that cannot be read cannot be trusted.',
    doctor: '这台机器读不出自己的账，请停止结算并打电话给乡镇。',
    engineer: 'Wrong key file, or bytes changed on disk. `cunyitong ledger verify` says where.',
  },
  RECORD_TOO_LARGE: {
    number: 307,
    cause: 'A record would be longer than a record may be (262 144 bytes).',
    money: 'Nothing is settled.',
    doctor: '这一次开得太多了，请分两次结算。',
    engineer: 'Too many items or too long texts; the limit is docs/record.md §1.',
  },
  RECORD_SHAPE: {
    number: 308,
    cause: 'The envelope of a record is not that of a record.',
    money: 'None: refused.',
    doctor: '收到一条看不懂的记录，已丢开。',
    engineer: 'Validly signed but wrong: a fault in the software that signed it.',
  },
  RECORD_GAP: {
    number: 309,
    cause: 'A record came whose predecessor is not here yet.',
    money: 'None: the sender goes on from what is held.',
    doctor: '正在和乡镇对账，不影响看病。',
    engineer: 'Normal after a lost message; look further only if it repeats for one ledger.',
  },
  ENROL_CODE_UNKNOWN: {
    number: 311,
    cause: 'The enrolment code is mistyped, expired, or was used by another box.',
    money: 'None.',
    doctor: '登记码不对或已经用过，请向乡镇要一个新的。',
    engineer:
      '`cunyitong township invite` makes a new one. A code used by another key is reported on the township’s log. The broker may not have read its list of codes yet (reload Mosquitto): the gateway goes on asking.',
  },
  NOT_ENROLLED: {
    number: 353,
    cause: 'The box is in no township yet, and no enrolment code was given.',
    money: 'None: there is no ledger yet. Nothing is written or sent.',
    doctor: '这台机器还没有在乡镇登记，不能用。请打电话给乡镇要登记码。',
    engineer:
      'Start it once with a code from `cunyitong township invite`. A box that was enrolled before and says this has another state folder than it had: is the partition mounted?',
  },
  ENROLMENT_MISSING: {
    number: 354,
    cause: 'The state folder has a ledger but no `enrolment.json`.',
    money: 'None: nothing is written or sent. A code is not used up.',
    doctor: '这台机器的登记文件不见了，先停着，账没有动。请打电话给乡镇。',
    engineer:
      'Put the file back. Lost for good: docs/restore.md, *The page shows a code instead of the desk*. Enrolling in this folder would be refused: its ledger belongs to the old enrolment.',
  },
  ENROLMENT_BROKEN: {
    number: 355,
    cause: '`enrolment.json` is there, but it is damaged.',
    money: 'None: nothing is written or sent. A code is not used up.',
    doctor: '这台机器的登记文件坏了，先停着，账没有动。请打电话给乡镇。',
    engineer: 'Put a copy back. Lost for good: docs/restore.md, *The page shows a code instead of the desk*.',
  },
  ENROL_NO_ANSWER: {
    number: 312,
    cause: 'The township did not answer an enrolment in time.',
    money: 'None.',
    doctor: '没连上乡镇，请检查网络后再试。',
    engineer: 'Broker address, firewall, or the code belongs to another township.',
  },
  DATASET_REFUSED: {
    number: 313,
    cause: 'A dataset is not newer, not for this clinic, damaged, invalid, or signed by a role that may not.',
    money: 'None: the one in force stays.',
    doctor: '乡镇发来的新资料有问题，没有采用，先按原来的算。',
    engineer: 'The log names the dataset and the check that failed.',
  },
  MESSAGE_REFUSED: {
    number: 314,
    cause: 'A message on the bus is not ours, too big, not sealed for us, or malformed.',
    money: 'None: refused and counted.',
    doctor: '收到一条看不懂的消息，已丢开，不影响看病。',
    engineer: 'See the counter by reason; many of them mean somebody else publishes on our topics.',
  },
  LINK_DOWN: {
    number: 315,
    cause: 'No connection to the township’s broker.',
    money: 'None: records wait in the ledger and go up later, all of them.',
    doctor: '没连上乡镇，照常看病，连上后自动上传。',
    engineer: 'Look at the network; docs/township.md, *When a box does not come in*.',
  },
  BROKER_UNTRUSTED: {
    number: 316,
    cause: 'What answers at the broker’s address cannot prove that it is the township’s broker.',
    money: 'None: nothing is said to it. Records wait in the ledger and go up later, all of them.',
    doctor: '对面不像是我们乡镇的服务器，没有连。照常看病，请打电话给乡镇。',
    engineer:
      'Its certificate is of another authority, or not for the host in the settings: `cunyitong township mosquitto --host …` writes one. Or somebody is in between.',
  },
  BROKER_REFUSED: {
    number: 317,
    cause:
      'The township’s broker does not let this box in (its certificate, its code or its password), or refuses what it subscribes to.',
    money: 'None: records wait in the ledger and go up later, all of them.',
    doctor: '乡镇的服务器不认这台机器。照常看病，请打电话给乡镇。',
    engineer:
      'The broker’s log says why. Was the box revoked, has its certificate ended, has Mosquitto read its files again? A broker of another make must allow what docs/wire.md §7 lists. docs/township.md.',
  },
  CERTIFICATE_UNFIT: {
    number: 318,
    cause:
      'The certificate that this box has is not its own: another box’s, for another key, or of another authority.',
    money: 'None: records wait in the ledger and go up later, all of them.',
    doctor: '这台机器的联网证件不是它自己的。照常看病，请打电话给乡镇。',
    engineer:
      'Files of two boxes were mixed (`enrolment.json`, `tls.key`). A new code, given with --code-file, brings a new one.',
  },
  CERTIFICATE_ENDING: {
    number: 319,
    cause: 'The box’s certificate ends within 30 days, or has ended, and no new one came over the link.',
    money: 'None: records wait in the ledger and go up later, all of them.',
    doctor: '这台机器的联网证件快到期了。照常看病，请打电话给乡镇要一个新的登记码。',
    engineer:
      'A box renews by itself when a year is over; this one was cut off for four. `cunyitong township invite`, then start the gateway with --code-file.',
  },
  TOWNSHIP_SILENT: {
    number: 322,
    cause: 'The broker lets this box in, but the township answers none of its hellos.',
    money: 'None: records wait in the ledger and go up later, all of them.',
    doctor: '连上了服务器，但是乡镇没有回音。照常看病，账都在本机。一直这样请打电话给乡镇。',
    engineer:
      'The receiver is down, the broker drops what this box publishes (its ACL: revoked?), or the township has lost its enrolment. docs/township.md, *When a box does not come in*.',
  },
  TOWNSHIP_MISSING: {
    number: 356,
    cause: 'The township has its keys, but its database is gone or empty.',
    money: 'None: nothing is opened, written or receipted. The boxes keep their records and send them again.',
    doctor: '乡镇的服务器出了故障，照常看病，账都在本机，修好后自动上传。',
    engineer:
      'Is the right partition mounted? Put the newest backup back (docs/township.md). Without any, `township run --empty-database`: boxes show by whom they were admitted and send everything from the first record; codes, datasets and revocations have to be made again.',
  },
  TOWNSHIP_DISK_FULL: {
    number: 320,
    cause: 'The disk of the township’s server is full.',
    money:
      'None: what could not be stored is not receipted, waits in the boxes’ ledgers and comes again by itself.',
    doctor: '乡镇那边存不下了，照常看病，账都在本机，乡镇清理后自动上传。',
    engineer: 'Free space on the file system of the township’s state folder; no restart is needed.',
  },
  TOWNSHIP_DISK_FAILED: {
    number: 321,
    cause: 'The disk of the township’s server gave an I/O error, or an fsync failed.',
    money:
      'None: nothing more is receipted. What was is held; what came since waits in the boxes’ ledgers and comes again.',
    doctor: '乡镇的服务器出了故障，照常看病，账都在本机，修好后自动上传。',
    engineer:
      'The process ends at once and never tries again: after a failed fsync the kernel may have dropped the pages. `cunyitong township verify` before the next start; replace the medium.',
  },
  TOWNSHIP_CLOCK_WRONG: {
    number: 331,
    cause:
      'The clock of the township’s server is more than a day behind the last message of a box, or more than three days beyond it and no box says the same.',
    money:
      'None: nothing is signed or stored. Records wait in the boxes’ ledgers and come again by themselves.',
    doctor: '乡镇的服务器时间不对，照常看病，账都在本机，乡镇改好后自动上传。',
    engineer:
      'Set the clock of the server (NTP): it goes on by itself, without a restart. When it is right and nobody has worked for days: `--today 2026-12-06` with `township run` or `publish`. docs/township.md, *The clock*.',
  },
} as const;

export type SyncErrorCode = keyof typeof SYNC_ERRORS;

export class SyncError extends CodedError<SyncErrorCode> {}
