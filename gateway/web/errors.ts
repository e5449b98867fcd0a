/** What a page's server refuses. Their HTTP status is in status.ts. */
export const HTTP_ERRORS = {
  PIN_WRONG: {
    number: 701,
    cause: 'The PIN does not belong to this operator.',
    money: 'None.',
    doctor: '密码不对，请再输一次。',
    engineer: 'Five in a row lock the operator for five minutes.',
  },
  PIN_LOCKED: {
    number: 702,
    cause: 'Five wrong PINs in a row.',
    money: 'None.',
    doctor: '密码连续输错 5 次，要等 5 分钟再试。忘记了请打电话给乡镇。',
    engineer:
      'The lock is per operator and ends by itself; a restart begins it anew. The answer says how long (`wait_seconds`).',
  },
  LOGIN_NEEDED: {
    number: 703,
    cause: 'No operator is logged in, or the page was idle too long.',
    money: 'None: what was typed stays on the page.',
    doctor: '页面锁住了，请输入密码。',
    engineer:
      'The session cookie is missing, expired or not ours, or its session was ended: logged out, another PIN, removed, locked.',
  },
  HOST_FOREIGN: {
    number: 704,
    cause: 'The request names a host that is not this box’s loopback address.',
    money: 'None: refused before anything is read.',
    doctor: '请用桌面上的“村医通”打开，不要用别的网址。',
    engineer:
      'DNS rebinding, or a proxy in front. Only 127.0.0.1, localhost and [::1] with the port are served.',
  },
  ORIGIN_FOREIGN: {
    number: 705,
    cause: 'Another web page sent this request.',
    money: 'None: refused before anything is read.',
    doctor: '拦下了另一个网页的操作，您的账没有变。',
    engineer: 'Origin or Sec-Fetch-Site is not our own.',
  },
  BODY_TOO_LARGE: {
    number: 706,
    cause: 'A request is longer than 64 KiB.',
    money: 'Nothing changes.',
    doctor: '内容太多了，请分两次结算。',
    engineer: 'BODY_BYTES_MAX in gateway/web/server.ts.',
  },
  REQUEST_INVALID: {
    number: 707,
    cause: 'A request to the local API is not of the shape it should have.',
    money: 'Nothing changes.',
    doctor: '这个操作没有做成，请刷新页面再试一次。',
    engineer: 'The answer’s log line says which member.',
  },
  GATEWAY_STARTING: {
    number: 751,
    cause: 'The gateway has begun to start and is not ready yet.',
    money: 'None.',
    doctor: '村医通正在打开，请等一会儿。',
    engineer: 'A start that enrols or renews a certificate waits for the township, half a minute at most.',
  },
  PAGE_PORT_UNUSABLE: {
    number: 752,
    cause: 'The page’s port is taken by another program, or may not be used.',
    money: 'None: nothing is opened or sent.',
    doctor: '村医通的页面打不开，可能已经开了一个。请关机再开；还不行请打电话给乡镇。',
    engineer:
      'Another gateway on this machine, or `port` in the settings. The process ends with exit code 2.',
  },
  PAGE_FILES_MISSING: {
    number: 753,
    cause: 'The files of the page are not where the program was installed.',
    money: 'None: nothing is opened or sent.',
    doctor: '村医通没有装完整，请打电话给装机的人。',
    engineer: 'Install it again; in a clone `npm run build`. The process ends with exit code 2.',
  },
  NOT_FOUND: {
    number: 708,
    cause: 'No such address or record.',
    money: 'None.',
    doctor: '没有找到。请回到首页再试。',
    engineer: 'Typo, or a page of another version.',
  },
  INTERNAL: {
    number: 709,
    cause: 'A fault in the gateway that no code foresees.',
    money: 'Nothing was settled unless the page later says 已存好.',
    doctor: '系统出了点问题，刚才这一步没有做成，请再试一次。还不行请打电话给乡镇。',
    engineer: 'The log has the stack under the same request id. Please report it.',
  },
} as const;
