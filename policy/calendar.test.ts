import { describe, expect, it } from 'vitest';
import { addDays, chinaDay, isDay, nextPeriodStart, periodKey, periodStart, wholeYears } from './calendar.ts';

describe('days', () => {
  it.each(['2024-02-29', '2000-02-29', '0001-01-01', '9999-12-31'])('%s exists', (day) => {
    expect(isDay(day)).toBe(true);
  });
  const none = [
    '2023-02-29',
    '1900-02-29',
    '2024-13-01',
    '2024-00-01',
    '2024-04-31',
    '2024-4-1',
    '0000-01-01',
  ];
  it.each([...none, '２024-01-01', '2024/01/01', '2024-01-01 ', '', null, 20240101])('%s does not', (day) => {
    expect(isDay(day)).toBe(false);
  });
  it('turn at 16:00 UTC', () => {
    expect(chinaDay(Date.UTC(2026, 10, 22, 15, 59, 59, 999))).toBe('2026-11-22');
    expect(chinaDay(Date.UTC(2026, 10, 22, 16))).toBe('2026-11-23');
  });
  it('add up', () => {
    expect(addDays('2024-12-31', 31)).toBe('2025-01-31');
    expect(addDays('2024-12-31', Number.MAX_SAFE_INTEGER)).toBe('9999-12-31');
  });
});

describe('periods', () => {
  it('have a key, a first day and a next one', () => {
    const day = '2026-11-22';
    expect(['year', 'quarter', 'month', 'day', 'visit'].map((p) => periodKey(p as 'year', day))).toEqual([
      '2026',
      '2026-Q4',
      '2026-11',
      '2026-11-22',
      '',
    ]);
    expect(periodStart('quarter', day)).toBe('2026-10-01');
    expect(nextPeriodStart('year', day)).toBe('2027-01-01');
    expect(nextPeriodStart('quarter', day)).toBe('2027-01-01');
    expect(nextPeriodStart('month', '2026-12-05')).toBe('2027-01-01');
    expect(nextPeriodStart('day', '2024-02-28')).toBe('2024-02-29');
  });
});

describe('ages', () => {
  it('count a birthday from the day itself, 29 February from 1 March', () => {
    expect(wholeYears('1960-09-20', '2025-09-19')).toBe(64);
    expect(wholeYears('1960-09-20', '2025-09-20')).toBe(65);
    expect(wholeYears('1960-02-29', '2025-02-28')).toBe(64);
    expect(wholeYears('1960-02-29', '2025-03-01')).toBe(65);
    expect(wholeYears('1960-02-29', '2024-02-29')).toBe(64);
  });
});
