/** What the driver of receipt printers counts; one line each for the engineer. */

export const ESCPOS_COUNTERS = {
  printed: 'A job was confirmed and no trouble was reported after it.',
  unsure: 'A job was sent and its end is unknown, or trouble was reported after it.',
  silent: 'A status question got no answer.',
  settling: 'An earlier job was never confirmed; the line was opened again.',
  stray: 'An answer that no question asked for was dropped.',
} as const;
export type EscposCounter = keyof typeof ESCPOS_COUNTERS;
