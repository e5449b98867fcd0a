/** Columns that text takes on paper under GB18030, and on a terminal: one for ASCII, two for all else. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += character < '\x80' ? 1 : 2;
  return columns;
}
