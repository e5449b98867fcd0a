import { expect, test } from 'vitest';
import { certnoForm, faultOfCertno } from './identity-number.ts';
import {
  codeText,
  hasControl,
  isDamaged,
  nameForm,
  numberText,
  plainText,
  searchText,
  unseenAt,
} from './text-form.ts';

test.each([
  ['  刘建国 ', '刘建国'],
  ['刘\u200b建\ufeff国\r\n', '刘建国'],
  ['\u202e刘建国\u202c', '刘建国'],
  ['阿卜杜拉\u00a0\u3000买买提', '阿卜杜拉 买买提'],
  ['\u3164刘\u2800建\u00ad国', '刘建国'],
  ['Nguye\u0302\u0303n', 'Nguyễn'],
  ['阿莫西林（0.25g）', '阿莫西林（0.25g）'],
])('a name %j is kept as %j', (typed, kept) => {
  expect(plainText(typed)).toBe(kept);
  expect(plainText(kept)).toBe(kept);
});

test('a code is half-width and has no blanks; a search keeps one between words', () => {
  expect(codeText('ＸＣ０８ CAM\u200b031')).toBe('XC08CAM031');
  expect(['１', '０．５', '0。5', ' 2 '].map(numberText)).toEqual(['1', '0.5', '0.5', '2']);
  expect(searchText(' ｚｘａｌｄｐ ')).toBe('ZXALDP');
  expect(searchText('John\u3000\tSmith')).toBe('JOHN SMITH');
});

test('a name is the same with any dots and blanks', () => {
  const forms = [
    '古丽·买买提',
    '古丽•买买提',
    ' 古丽 买买提',
    '古丽．买买提',
    '古丽。买买提',
    '古丽\u30fb买买提',
  ];
  expect(new Set(forms.map(nameForm))).toEqual(new Set(['古丽买买提']));
  expect(nameForm('王别人')).not.toBe(nameForm('王别'));
});

test('what was lost, and what nobody sees, is found', () => {
  expect(['\ufffd', 'a\ud800', '\uffff'].map(isDamaged)).toEqual([true, true, true]);
  expect(['刘建国', '𠅤'].map(isDamaged)).toEqual([false, false]);
  expect([hasControl('a\u0000b'), hasControl('a\u001b'), hasControl('a\tb\r\n')]).toEqual([
    true,
    true,
    false,
  ]);
  expect([unseenAt('ab\tc'), unseenAt('ab\u200bc'), unseenAt('\u202eab')]).toEqual([-1, 2, 0]);
});

test.each([
  ['14022519740506002x', '14022519740506002X'],
  ['１４０２２５１９７４０５０６００２Ｘ', '14022519740506002X'],
  [' 140225 19740506 002\u200bX\t', '14022519740506002X'],
  ['140225.1974-0506·002X', '14022519740506002X'],
  ['h1234567(8)', 'H12345678'],
  // Fifteen digits, as identity cards had them until 1999.
  ['140225740506915', '140225197405069155'],
  ['140225741306915', '140225741306915'],
])('the number %j is kept as %j', (typed, form) => {
  expect(certnoForm(typed)).toBe(form);
  expect(certnoForm(form)).toBe(form);
});

test.each([
  ['01', '140225197405069155', '1974-05-06', null],
  ['01', '140225197405069156', '1974-05-06', 'check'],
  ['01', '140225197402309153', '1974-02-30', 'check'],
  ['01', '140225197405069155', '1974-05-07', 'birth'],
  ['01', '14022519740506915', '1974-05-06', 'form'],
  ['01', '140225741306915', '1974-05-06', 'form'],
  ['90', '140225197405069156', '1974-05-06', 'check'],
  ['07', 'GBR110019850101', '1985-01-01', null],
  ['07', '932682198501010017', '1985-01-01', null],
  ['07', '932682198501010018', '1985-01-01', 'check'],
  ['07', '110105491231002', '1949-12-31', 'form'],
  ['17', '810000199001010013', '1990-01-01', 'check'],
  ['17', '140225197405069155', '1974-05-06', 'form'],
  ['04', 'H12345678', '1990-01-01', null],
  ['05', 'M1234567801', '1990-01-01', null],
  ['06', '12345678', '1990-01-01', null],
  ['06', 'ABCDEFGH', '1990-01-01', 'form'],
  ['08', 'E12345678', '1990-01-01', null],
  ['02', '南字第1234567号', '1990-01-01', null],
  ['99', '', '1990-01-01', 'form'],
])('of kind %s the number %s with birth %s: %s', (kind, certno, brdy, fault) => {
  expect(faultOfCertno(kind, certno, brdy)).toBe(fault);
});
