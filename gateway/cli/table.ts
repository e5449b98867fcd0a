import { columnsOf } from '../../drivers/escpos/columns.ts';

const GAP = '  ';
const AMOUNT = /^-?\d+(\.\d+)?$/;

/**
 * Rows as a table for a terminal: Chinese characters take two columns, amounts and counts stand at the right.
 */
export function tableOf(rows: readonly object[]): string {
  const titles = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = rows.map((row) => titles.map((title) => cellOf((row as Record<string, unknown>)[title])));
  const widths = titles.map((title, i) =>
    Math.max(...[title, ...cells.map((row) => row[i] ?? '')].map(columnsOf)),
  );
  const right = titles.map((_, i) => cells.every((row) => row[i] === '' || AMOUNT.test(row[i] ?? '')));
  const line = (row: string[]) =>
    row
      .map((cell, i) => {
        const room = ' '.repeat((widths[i] ?? 0) - columnsOf(cell));
        return right[i] ? room + cell : cell + room;
      })
      .join(GAP)
      .trimEnd();
  return [titles, ...cells].map(line).join('\n');
}

const cellOf = (value: unknown): string =>
  value === null || value === undefined
    ? ''
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value);
