import type { ErrorObject } from 'ajv';

/**
 * What can be wrong with a dataset before it is signed: one table, in the words of the officer who mends it.
 * `{}` stands for what was found or is expected.
 */
const FAULTS = {
  MEMBER_MISSING: ['缺少“{}”', '补上这一项'],
  MEMBER_TWICE: ['同一项写了两次', '留下对的那一个'],
  MEMBER_UNKNOWN: ['没有这一项{}', '改正这一项的名字；用不着的删掉'],
  TYPE_WRONG: ['类型不对，应为{}', '按要求改；号码、代码和金额都要加引号'],
  FORM_WRONG: ['写法不对', '金额写成 "12.50"，日期写成 "2026-11-22"，代码照编码表'],
  TOO_LONG: ['太长，最多 {} 个字', '改短'],
  EMPTY: ['空着', '填上'],
  NOT_ALLOWED: ['只能是 {} 之一', '从中选一个'],
  OUT_OF_RANGE: ['超出范围，{}', '改为范围内的值'],
  TEXT_DAMAGED: ['文字已经损坏（出现“�”这样的替代符）', '从原来的表重新导出，另存为 UTF-8'],
  TEXT_CONTROL: ['有看不见的字符', '删掉重打这一项'],
  TEXT_BLANKS: ['前后有空格', '删掉空格'],
  TEXT_WIDE: ['是全角字', '改成半角'],
  DAY_UNREAL: ['没有这一天', '对照证件改正日期'],
  DAY_AHEAD: ['日期在今天以后', '对照证件改正日期'],
  DAYS_REVERSED: ['结束的日子早于开始的日子', '改正两个日期'],
  CERTNO_FORM: ['证件号的位数或写法不对', '对照证件改正号码，或改正证件类型'],
  CERTNO_CHECK: ['证件号的校验位不对，多半打错了一位', '对照身份证或户口簿改正号码'],
  CERTNO_BIRTH: ['证件号里的出生日期和 brdy 不一样', '对照证件改正号码或出生日期'],
  CERTNO_SHARED: ['两个人用了同一个证件号', '对照证件，改正打错的那一个'],
  PERSON_DIFFERS: ['同一个人员编号，姓名、证件号或出生日期却不一样', '改正编号，或改成一样'],
  ROW_TWICE: ['同一个人同一种参保写了两行', '删掉一行'],
  TWO_ACTIVE: ['同一个人有两种参保都在保', '停掉一种，只留一种在保'],
  SEX_DIFFERS: ['证件号第 17 位的性别和 gend 不一样（单数男 1，双数女 2）', '对照证件改正号码或性别'],
  REGISTERED_TWICE: ['同一种慢病同一段日子登记了两次', '删掉一条'],
  ADMDVS_FORM: ['区划代码不对，应是 6 位数字', '照行政区划代码改正，例如 140225'],
  CLINIC_FORM: ['机构编码不对，应是大写 H 加 11 位数字', '照国家医保编码改正，例如 H14022500001'],
  WORD_MISSPELT: ['没有一个政策认得，多半打错了，是不是“{}”', '改成政策里的写法'],
  PRICE_ZERO: ['价格是零', '填上真正的价格；没有限价的，删掉限价这一项'],
  BARCODE_CHECK: ['条码的校验位不对，多半打错了一位', '对照药盒改正条码'],
  CODE_TWICE: ['同一个代码写了两行', '删掉一行，或改正代码'],
  BARCODE_TWICE: ['两种药用了同一个条码', '改正条码，或删掉一个'],
  PIN_UNHASHED: ['密码不是 township operators 算出来的', '先用 cunyitong township operators 处理这个文件'],
  NO_ROWS: ['一行也没有', '检查导出的文件；空的表不能发'],
} as const;

export type FaultCode = keyof typeof FAULTS;

/** One thing that is wrong, at a JSON pointer in what was written. */
export interface DatasetFault {
  path: string;
  code: FaultCode;
  what: string;
  cure: string;
  /** JSON pointer to the other row that it is about. */
  other?: string;
}

export function fault(path: string, code: FaultCode, found = '', other?: string): DatasetFault {
  const [what, cure] = FAULTS[code];
  return { path, code, what: what.replace('{}', found), cure, ...(other === undefined ? {} : { other }) };
}

const TYPES: Record<string, string> = {
  string: '加引号的文字',
  object: '一组项目（{}）',
  array: '列表（[]）',
  integer: '整数',
  number: '数字',
  boolean: 'true 或 false',
};

/** What the shape's validator says, in the same words; null for what only repeats another error. */
export function faultOfShape({ instancePath: path, keyword, params }: ErrorObject): DatasetFault | null {
  if (keyword === 'anyOf' || params.type === 'null') return null;
  switch (keyword) {
    case 'required':
      return fault(path, 'MEMBER_MISSING', String(params.missingProperty));
    case 'type':
      return fault(path, 'TYPE_WRONG', TYPES[String(params.type)] ?? String(params.type));
    case 'maxLength':
      return fault(path, 'TOO_LONG', String(params.limit));
    case 'minLength':
      return fault(path, 'EMPTY');
    case 'enum':
      return fault(path, 'NOT_ALLOWED', String(params.allowedValues));
    case 'pattern':
      return fault(path, 'FORM_WRONG');
    default:
      return fault(path, 'OUT_OF_RANGE', `${params.comparison ?? '最多'} ${params.limit ?? ''}`);
  }
}
