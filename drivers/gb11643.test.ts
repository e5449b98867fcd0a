import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkCharacter, isIdentityNumber, isoDate } from './gb11643.ts';

test.each(['932682198501010017', '911124198108030024', '11010519491231002X'])(
  'the published sample %s passes',
  (number) => {
    expect(isIdentityNumber(number)).toBe(true);
  },
);

test('one wrong digit never passes', () => {
  const digits = fc.tuple(
    fc.integer({ min: 110000, max: 999999 }),
    fc.date({ min: new Date('1900-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }),
    fc.integer({ min: 0, max: 999 }),
  );
  fc.assert(
    fc.property(
      digits,
      fc.integer({ min: 0, max: 16 }),
      fc.integer({ min: 1, max: 9 }),
      ([area, date, order], at, by) => {
        const day = date.toISOString().slice(0, 10).replaceAll('-', '');
        const first = `${area}${day}${String(order).padStart(3, '0')}`;
        const number = first + checkCharacter(first);
        expect(isIdentityNumber(number)).toBe(true);
        const wrong = number.slice(0, at) + ((Number(number[at]) + by) % 10) + number.slice(at + 1);
        expect(isIdentityNumber(wrong)).toBe(false);
      },
    ),
  );
});

test('small x, spaces and other lengths do not pass', () => {
  for (const number of ['11010519491231002x', ' 11010519491231002X', '110105491231002', '']) {
    expect(isIdentityNumber(number)).toBe(false);
  }
});

test('only days that exist', () => {
  expect(isoDate('20240229')).toBe('2024-02-29');
  for (const text of ['20230229', '20231301', '20230100', '2023011', '        ', '长期'])
    expect(isoDate(text)).toBeNull();
});
