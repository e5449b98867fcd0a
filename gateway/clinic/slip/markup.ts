/** Text for receiptline: what the paper can hold, and data that is never read as markup. */
import { columnsOf } from '../../../drivers/escpos/columns.ts';

/** Columns on 80 mm paper: one for a Latin character, two for a Chinese one. */
export const COLUMNS = 48;

/**
 * Data as receiptline text. Every ASCII character that is no letter or digit goes in as \xnn, so that no name
 * can open a property, a column or a paper cut. Blanks become `~`, since receiptline reads alignment from
 * them. The yen sign is written 元: under GB18030 some printers have a backslash, or nothing, in its place.
 */
export function plain(data: string): string {
  return data
    .replace(/[¥￥]/g, '元')
    .replace(/\s+/g, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '')
    .trim()
    .replace(/[!-/:-@[-`{-~]/g, hexadecimal)
    .replaceAll(' ', '~');
}

/** Data as the value of a receiptline property. Only ASCII is meant to come here: a QR code's content. */
export function propertyValue(data: string): string {
  return data.replace(/[^A-Za-z0-9]/g, hexadecimal);
}

function hexadecimal(char: string): string {
  return `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

/**
 * Lines of at most `width` columns. Figures and Latin words stay whole (26.34 must not become 26. and 34),
 * and no line begins with a full stop or a comma.
 */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const [piece] of text.matchAll(/(?:[!-~]+|.)[，。、；：！？）》]*/gsu)) {
    if (line !== '' && columnsOf(line + piece) > width) {
      lines.push(line);
      line = '';
    }
    line += piece;
  }
  return line === '' ? lines : [...lines, line];
}
