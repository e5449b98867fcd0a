/**
 * Every code this folder can give: what happened, what it does to the money, what the doctor does now,
 * what the engineer looks at. `doctor` is read by a sixty-year-old village doctor, so it names the hand
 * movement, not the fault. None of these ever carries an identity number or a name.
 */
interface DriverError {
  /** 201 to 299: what is read out over the telephone. */
  readonly number: number;
  readonly cause: string;
  /** Effect on settlements and money. */
  readonly money: string;
  readonly doctor: string;
  readonly engineer: string;
}

const NO_IDENTITY = 'None: no identity was emitted, so no visit started or changed.';
const SLIP_WAITS = 'None: the settlement is committed; the slip waits and prints later as an original.';
const SLIP_MARKED = 'None: the settlement is committed; the next slip of it is marked 补打.';

export const DRIVER_ERRORS = {
  DEVICE_ABSENT: {
    number: 201,
    cause: 'The device is not at its address: cable out, not powered, or another path or host.',
    money: 'None: visits go on with what is there; slips wait.',
    doctor: '设备没有连上，请检查电源，把线拔下来再插一次。',
    engineer: 'Look for the path or host of the device in the settings; ls -l /dev/serial/by-id; dmesg.',
  },
  DEVICE_IN_USE: {
    number: 202,
    cause: 'Another process holds the port, or the gateway may not open it.',
    money: 'None: visits go on with what is there; slips wait.',
    doctor: '设备被别的程序占用了，请重新启动盒子；还不行就打电话给维护人员。',
    engineer: 'fuser -v on the port; ModemManager and getty must leave it alone (udev rules); group dialout.',
  },
  DEVICE_LOST: {
    number: 203,
    cause: 'The line closed while the device was in use.',
    money: 'None by itself; a slip in the middle of printing is marked 补打 next time.',
    doctor: '设备的线松了或断电了，请插好，稍等几秒会自己恢复。',
    engineer: 'Cable, hub, power supply (weak power looks like this); counters.lost and dmesg.',
  },
  DEVICE_SETTINGS_INVALID: {
    number: 204,
    cause: 'The entry of a device in the settings file has a wrong shape.',
    money: 'None: the gateway does not start.',
    doctor: '设备的设置写错了，请打电话给维护人员。',
    engineer: 'The message names the entry and the member; docs/drivers.md has the form of the settings.',
  },
  DEVICE_DRIVER_UNKNOWN: {
    number: 205,
    cause: 'The settings name a driver that does not exist.',
    money: 'None: the gateway does not start.',
    doctor: '设备的设置写错了，请打电话给维护人员。',
    engineer: 'The message lists the drivers there are.',
  },
  DEVICE_PLACE_UNSUPPORTED: {
    number: 206,
    cause: 'The settings put a device where its driver cannot reach it.',
    money: 'None: the gateway does not start.',
    doctor: '设备的接法还不支持，请打电话给维护人员。',
    engineer: 'The message names the places of the driver: serial or tcp for those of today.',
  },
  DRIVER_FAULT: {
    number: 207,
    cause: 'An error in the code of the driver or of a listener; the line was closed and is opened again.',
    money: 'None: nothing was emitted; a slip in the middle of printing is marked 补打 next time.',
    doctor: '设备程序出了一点问题，正在自动恢复；如果一直这样，请打电话给维护人员。',
    engineer: 'A bug: the log line has the place in the code; send it to the makers.',
  },
  DEVICE_FLOOD: {
    number: 280,
    cause:
      'A device sends without end, more than any of its kind has to say; the line is dropped and opened again.',
    money: 'None: nothing is taken from it; a slip in the middle of printing is marked 补打 next time.',
    doctor: '设备在乱发数据，已经先断开，看病不受影响。请把它的插头拔下再插上；还不行请打电话给维护人员。',
    engineer: 'Wrong baud rate, a broken adapter, or something else than the device at that address.',
  },
  SDT_SILENT: {
    number: 208,
    cause: 'The identity-card reader is open but does not answer.',
    money: NO_IDENTITY,
    doctor: '读卡器没有反应，请把读卡器的线拔下来，等三秒再插上。',
    engineer: 'Baud rate of the profile, power of the reader; counters.silent.',
  },
  SDT_FRAME: {
    number: 209,
    cause: 'Part of a reply was missing or was no reply at all.',
    money: NO_IDENTITY,
    doctor: '读卡没有读完整，请把身份证拿起来，再放一次。',
    engineer: 'Long or bad cable, card lifted too early; counters.half_frames and counters.garbage_bytes.',
  },
  SDT_CHECKSUM: {
    number: 210,
    cause: 'A reply came with a wrong checksum and was thrown away whole.',
    money: NO_IDENTITY,
    doctor: '读到的内容有差错，没有采用，请把身份证拿起来，再放一次。',
    engineer: 'Bad cable or interference; counters.checksum.',
  },
  SDT_SAM_FAULT: {
    number: 211,
    cause: 'The reader answered with an error of its own (self-test, command or checksum refused).',
    money: NO_IDENTITY,
    doctor: '读卡器自检没有通过，请把线拔下来再插一次；还不行就要换读卡器。',
    engineer: 'Counters sw3_XX: 10 checksum, 11 length, 21 command, 60 self-test, 66 not authorised.',
  },
  SDT_CARD_READ: {
    number: 212,
    cause: 'The reader found a card but could not select or read it (SW3 81, 41, 40, 31, 32, 33, 91).',
    money: NO_IDENTITY,
    doctor: '这张身份证没有读出来，请取下卡套，把身份证平放在读卡器中间，再试一次。',
    engineer:
      'Card lifted early, two cards at once, damaged chip, or no identity card; counters sw3_31 to sw3_91.',
  },
  IDCARD_TEXT_INVALID: {
    number: 213,
    cause: 'The text block is of no known layout, or its name, dates or sex cannot be right.',
    money: NO_IDENTITY,
    doctor: '身份证里的内容看不明白，没有采用，请再放一次；还不行就点“没带卡”，按证件上的号码找。',
    engineer:
      'Keep a transcript with invented contents and compare with the four layouts in drivers/sdt/text.ts.',
  },
  IDCARD_NUMBER_INVALID: {
    number: 214,
    cause: 'The number on the card fails its check digit (GB 11643) or its birth date.',
    money: NO_IDENTITY,
    doctor: '身份证号码校验不对，没有采用，请再放一次；还不行请核对证件。',
    engineer: 'A forged or damaged card, or line noise that the checksum missed.',
  },
  SCAN_UNREADABLE: {
    number: 215,
    cause: 'What a scanner sent was cut short, too long, or held what no code holds.',
    money: 'None: no code was taken over.',
    doctor: '条码没有扫清楚，请再扫一次。',
    engineer: 'Baud rate and suffix of the scanner against the profile of its driver; record a transcript.',
  },
  PRINTER_PAPER_LOW: {
    number: 216,
    cause: 'The paper is near its end; printing goes on.',
    money: 'None.',
    doctor: '打印纸快用完了，请准备一卷新纸。',
    engineer: 'DLE EOT 4, bits 0C.',
  },
  PRINTER_PAPER_END: {
    number: 217,
    cause: 'There is no paper.',
    money: `${SLIP_WAITS} If it ended in the middle of a slip, that slip is marked 补打.`,
    doctor: '打印机没有纸了，请打开盖子换一卷纸，小票会接着打出来。',
    engineer: 'DLE EOT 2 bit 20, DLE EOT 4 bits 60; a dusty sensor says the same.',
  },
  PRINTER_COVER_OPEN: {
    number: 218,
    cause: 'The cover of the printer is open.',
    money: SLIP_WAITS,
    doctor: '打印机盖子没有盖好，请把盖子按下去，听到“咔”一声。',
    engineer: 'DLE EOT 2 bit 04.',
  },
  PRINTER_OFFLINE: {
    number: 219,
    cause: 'The printer says it is offline and gives no nearer reason.',
    money: SLIP_WAITS,
    doctor: '打印机暂停了，请按一下打印机上的“进纸”键，或者关掉电源再打开。',
    engineer: 'DLE EOT 1 bit 08 with DLE EOT 2 clear.',
  },
  PRINTER_ERROR: {
    number: 220,
    cause: 'Cutter jam, overheated head or another error that the printer reports.',
    money: `${SLIP_WAITS} If it came in the middle of a slip, that slip is marked 补打.`,
    doctor: '打印机卡住了，请关掉电源，打开盖子取出卡住的纸，再开机。',
    engineer:
      'DLE EOT 2 bit 40, DLE EOT 3 bits 08, 20, 04, 40 (cutter, unrecoverable, recoverable, waiting).',
  },
  PRINTER_SILENT: {
    number: 221,
    cause: 'The printer is connected but does not answer, or never said that the job was done.',
    money: SLIP_MARKED,
    doctor: '打印机没有反应，请看电源灯亮不亮，关掉电源再打开。',
    engineer: 'Status commands unanswered: profile of another model, frozen print server; counters.silent.',
  },
  PRINTER_BUSY: {
    number: 222,
    cause: 'The printer is still working on another job.',
    money: SLIP_WAITS,
    doctor: '打印机正在打上一张，请稍等。',
    engineer: 'If it stays: counters.settling, the printer never confirmed an earlier job.',
  },
  PRINTER_JOB_TOO_LARGE: {
    number: 223,
    cause: 'The job is larger than the profile allows.',
    money: SLIP_WAITS,
    doctor: '这张小票太长，打不出来，请打电话给维护人员。',
    engineer: 'jobBytesMax of the profile; look at what built the slip.',
  },
} as const satisfies Record<string, DriverError>;

export type DriverErrorCode = keyof typeof DRIVER_ERRORS;

/** A failure with a code: of a device, or of its settings. The text is for the log and names no person. */
export class DriverProblem extends Error {
  readonly code: DriverErrorCode;
  constructor(code: DriverErrorCode, detail?: string, options?: { cause?: unknown }) {
    super(detail === undefined ? code : `${code}: ${detail}`, options);
    this.name = 'DriverProblem';
    this.code = code;
  }
}
