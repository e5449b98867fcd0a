import { expect, test } from 'vitest';
import { KEYS } from '../../ledger/testing/fixtures.ts';
import { install, settleOne, type TestDesk, testDesk } from '../visit/testing/desk.ts';
import { createSlips } from './slips.ts';

const textOf = ({ ledger, desk }: TestDesk, seq: number, copy: number, demo = false): string => {
  const slips = createSlips({ ledger, reference: desk.reference, signing: KEYS.signing, demo });
  return new TextDecoder('gb18030').decode(slips.bytesOf(seq, copy));
};

test('a slip is made from the record and its number; names come from the lists in force', () => {
  const here = testDesk();
  const { seq } = settleOne(here);
  const text = textOf(here, seq, 0);
  for (const wanted of ['赵东升', '张庄村卫生室', '14.92 元', '11.42 元']) expect(text).toContain(wanted);
  expect(text).not.toContain('补打');
  expect(textOf(here, seq, 2)).toContain('补打 第2次');
  expect(textOf(here, seq, 0, true)).toContain('不作报销凭证');
});

test('an operator who has left the list is named by number', () => {
  const here = testDesk();
  const { seq } = settleOne(here);
  const { operators } = JSON.parse(here.ledger.dataset('operators')?.content ?? '');
  install(here.ledger, 'operators', { operators: [{ ...operators[0], opter: 'D140225000009' }] });
  expect(textOf(here, seq, 0)).toContain('医生：D140225000001');
});

test('there is no slip of a record that is not there', () => {
  expect(() => textOf(testDesk(), 999, 0)).toThrow('no record 999');
});
