import { expect, test } from 'vitest';
import { dailyDose, inPercent, isBetween } from './decimal.ts';

test.each([
  ['2.5', '14', 14, '2.5'],
  ['10', '1', 3, '3.3334'],
  ['0.0001', '1', 90, '0.0001'],
  ['0.1', '3', 1, '0.3'],
  ['9999999999.9999', '999.9999', 1, '9999998999999.9001'],
])('%s each, %s of them in %i days are %s a day, never less', (each, cnt, days, dose) => {
  expect(dailyDose(each, cnt, days)).toBe(dose);
});

test.each([
  ['0', false],
  ['0.0001', true],
  ['999.9999', true],
  ['1000', false],
  ['1000.0001', false],
])('%s lies between 0 and 1000: %s', (text, inside) => {
  expect(isBetween(text, 0, 1000)).toBe(inside);
});

test.each([
  ['0.6000', '60'],
  ['0.5750', '57.5'],
  ['0.5701', '57.01'],
  ['1.0000', '100'],
  ['0.0000', '0'],
])('a share of %s is %s per cent', (ratio, percent) => {
  expect(inPercent(ratio)).toBe(percent);
});
