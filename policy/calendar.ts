/**
 * Days, and the periods buckets run over, in China Standard Time (UTC+8, no summer time). Days are texts
 * 'YYYY-MM-DD', which compare as texts. No clock is read here.
 */
import type { Branded } from './fen.ts';

/** 'YYYY-MM-DD', in China. */
export type Day = Branded<string, 'Day'>;
export type Period = 'visit' | 'day' | 'month' | 'quarter' | 'year';
export const PERIODS: readonly Period[] = ['visit', 'day', 'month', 'quarter', 'year'];

const DAY_MS = 86_400_000;
const CHINA_OFFSET_MS = 8 * 3_600_000;
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether a value is a day that exists, years 0001 to 9999. */
export function isDay(text: unknown): text is Day {
  if (typeof text !== 'string' || text.length !== 10 || text[4] !== '-' || text[7] !== '-') return false;
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 7);
  const day = digits(text, 8, 10);
  if (year < 1 || month < 1 || month > 12 || day < 1) return false;
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day <= (DAYS[month - 1] ?? 0) + (leap ? 1 : 0);
}

function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** The day in China at an instant (milliseconds since 1970 UTC). */
export function chinaDay(epochMs: number): Day {
  return new Date(epochMs + CHINA_OFFSET_MS).toISOString().slice(0, 10);
}

/** Days since 1970-01-01. */
export function dayNumber(day: Day): number {
  return Date.parse(`${day}T00:00:00Z`) / DAY_MS;
}

/** The day `days` later; '9999-12-31' when that lies beyond it. */
export function addDays(day: Day, days: number): Day {
  const last = dayNumber('9999-12-31');
  return new Date(Math.min(dayNumber(day) + days, last) * DAY_MS).toISOString().slice(0, 10);
}

/** Whole years between two days; a birthday counts from the day itself, 29 February from 1 March. */
export function wholeYears(from: Day, to: Day): number {
  const years = digits(to, 0, 4) - digits(from, 0, 4);
  return to.slice(5) < from.slice(5) ? years - 1 : years;
}

/** The key of the period that contains a day: '2026', '2026-Q4', '2026-11', '2026-11-22'; '' for a visit. */
export function periodKey(period: Period, day: Day): string {
  if (period === 'year') return day.slice(0, 4);
  if (period === 'quarter') return `${day.slice(0, 4)}-Q${quarter(day)}`;
  if (period === 'month') return day.slice(0, 7);
  return period === 'day' ? day : '';
}

/** First day of the period that contains a day; the day itself for a visit. */
export function periodStart(period: Period, day: Day): Day {
  if (period === 'year') return `${day.slice(0, 4)}-01-01`;
  if (period === 'quarter') return firstOfMonth(day, quarter(day) * 3 - 2);
  return period === 'month' ? `${day.slice(0, 7)}-01` : day;
}

/** First day of the next period; the day itself for a visit: the next one may be on the same day. */
export function nextPeriodStart(period: Period, day: Day): Day {
  const month = digits(day, 5, 7);
  if (period === 'year') return firstOfMonth(day, 13);
  if (period === 'quarter') return firstOfMonth(day, quarter(day) * 3 + 1);
  if (period === 'month') return firstOfMonth(day, month + 1);
  return period === 'day' ? addDays(day, 1) : day;
}

function quarter(day: Day): number {
  return Math.ceil(digits(day, 5, 7) / 3);
}

/** The first of a month of the day's year; month 13 is January of the next. */
function firstOfMonth(day: Day, month: number): Day {
  const year = digits(day, 0, 4) + (month > 12 ? 1 : 0);
  return `${String(year).padStart(4, '0')}-${String(month > 12 ? 1 : month).padStart(2, '0')}-01`;
}
