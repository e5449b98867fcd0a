/** What is wrong with a file that a person wrote: settings, a dataset, claims. */
export const SETTINGS_ERRORS = {
  SETTINGS_UNREADABLE: {
    number: 501,
    cause: 'The settings file is not there, or is no JSON in UTF-8.',
    money: 'None: the gateway does not start, nothing is sent.',
    doctor: '这台机器的设置文件读不出来，请打电话给装机的人。',
    engineer:
      'The message has line and column. `cunyitong settings check FILE` says it without starting anything.',
  },
  SETTINGS_INVALID: {
    number: 502,
    cause: 'A member of the settings file is missing or has a wrong value.',
    money: 'None: the gateway does not start, and an enrolment code is not used up.',
    doctor: '这台机器的设置写错了，请打电话给装机的人。',
    engineer: 'Path and cure stand in the message; docs/settings.md has every member.',
  },
  SETTINGS_UNKNOWN_MEMBER: {
    number: 503,
    cause: 'The settings file has a member that this release does not know.',
    money: 'None.',
    doctor: '这台机器的设置里有一项认不出来，请打电话给装机的人。',
    engineer:
      'A mistyped name, or a file of another release. A start with an enrolment code refuses it; a box that is enrolled starts, logs it and leaves the member out.',
  },
  TEXT_UNREADABLE: {
    number: 511,
    cause: 'A file or a line is neither UTF-8 nor GB18030, or it is UTF-16.',
    money: 'None: nothing of it is used.',
    doctor: '文件里的文字认不出来。请在原来的软件里另存为 UTF-8，再试一次。',
    engineer:
      'The message names the lines. GB18030 (Notepad’s ANSI) is recognised and converted, with a word; a mixture of both is not.',
  },
  DATASET_INVALID: {
    number: 512,
    cause: 'A dataset that was to be published has rows that are wrong, or is not written as it must be.',
    money: 'None: nothing is signed, the boxes keep what they have.',
    doctor: '乡镇要发的资料里有写错的地方，还没有发下来，先用原来的。',
    engineer:
      'Every fault stands on standard error with line, column and cure. `--skip-bad` publishes the other rows and names who is missing.',
  },
  EDITION_REFUSED: {
    number: 513,
    cause:
      'A dataset that was to be published would take the place of what is in force though it is older, does not cover today, or fits beside nothing that is in force.',
    money: 'None: nothing is signed, the boxes keep what they have.',
    doctor: '乡镇要发的资料像是旧的、不全的，或和正在用的冲突，还没有发下来，先用原来的。',
    engineer:
      'Standard error says what does not fit and the cure. Where it is meant, the option named there publishes it all the same.',
  },
} as const;

export type SettingsErrorCode = keyof typeof SETTINGS_ERRORS;
