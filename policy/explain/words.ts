/** Phrases of the sentences: amounts, per cents, periods, days. */
import type { Day, Period } from '../calendar.ts';

/** '400.00' → '400', '26.34' → '26.34'. */
export function yuan(amount: string): string {
  return amount.endsWith('.00') ? amount.slice(0, -3) : amount;
}

export function isZero(amount: string): boolean {
  return amount === '0.00';
}

/** '0.6000' → '60%', '0.5250' → '52.5%'. */
export function perCent(rate: string): string {
  const [whole = '0', places = ''] = rate.split('.');
  const digits = places.padEnd(4, '0');
  const per = String(Number(`${whole}${digits.slice(0, 2)}`));
  const rest = digits.slice(2, 4).replace(/0+$/, '');
  return `${rest === '' ? per : `${per}.${rest}`}%`;
}

export function thisPeriod(period: Period): string {
  if (period === 'year') return '今年';
  if (period === 'quarter') return '本季度';
  if (period === 'month') return '本月';
  return period === 'day' ? '今天' : '每次看病';
}

/** '2025-01-01' seen from '2024-09-20' → '明年 1 月 1 日'. */
export function dayWords(day: Day, from: Day): string {
  const words = `${Number(day.slice(5, 7))} 月 ${Number(day.slice(8, 10))} 日`;
  const years = Number(day.slice(0, 4)) - Number(from.slice(0, 4));
  if (years === 0) return words;
  return years === 1 ? `明年 ${words}` : `${day.slice(0, 4)} 年 ${words}`;
}

/** When a spent limit starts again: a sentence's end. */
export function againWords(period: Period, again: Day, from: Day): string {
  if (period === 'visit') return '下次看病另算';
  const when = dayWords(again, from);
  return `${period === 'day' ? `明天（${when}）` : when}起重新计算`;
}

/** What a villager calls a line of the bill. */
export function itemWords(list_type: string): string {
  if (list_type.startsWith('1')) return '这种药';
  return list_type.startsWith('3') ? '这件材料' : '这项服务';
}
