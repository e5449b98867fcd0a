/** What is wrong with a settings file. */
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
} as const;

export type SettingsErrorCode = keyof typeof SETTINGS_ERRORS;
