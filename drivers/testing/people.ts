/** Invented people with valid check digits, one for each layout of card. */
import { checkCharacter } from '../gb11643.ts';
import type { CardContents } from '../sdt/card.ts';

const numbered = (first17: string): string => first17 + checkCharacter(first17);

export const ZHANG: CardContents = {
  layout: ' ',
  name: '张秀兰',
  sex: '2',
  birth: '19580312',
  number: numbered('44158119580312002'),
  expiry: '长期',
  address: '某省某市某县某镇某村七组十二号',
  authority: '某县公安局',
};
export const LI: CardContents = {
  layout: ' ',
  name: '李建国',
  sex: '1',
  birth: '19760308',
  number: numbered('14022519760308001'),
  expiry: '20350308',
};
export const HONG_KONG: CardContents = {
  layout: 'J',
  name: '陈大文',
  sex: '1',
  birth: '19900101',
  number: numbered('81000019900101001'),
  expiry: '20300101',
};
/** The number is the official sample of the 2023 rules. */
export const FOREIGN_2023: CardContents = {
  layout: 'Y',
  name: '',
  otherName: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ ABCDEFGH, IJKLMNOPQ',
  sex: '1',
  birth: '19850101',
  number: '932682198501010017',
  expiry: '20331231',
};
export const FOREIGN_2017: CardContents = {
  layout: 'I',
  name: '马丁',
  otherName: 'MARTIN, JOHN',
  sex: '2',
  birth: '19880229',
  number: 'GBR110088022901',
  expiry: '20271231',
};
