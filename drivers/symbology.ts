/** AIM identifiers: the `]cm` that scanners put before a code to name its kind (ISO/IEC 15424). */
import type { Scan, Symbology } from './contract.ts';

/** By letter, or by letter and modifier where the modifier makes it another kind. */
const BY_AIM_ID: Readonly<Record<string, Symbology>> = {
  A: 'Code 39',
  C: 'Code 128',
  C1: 'GS1-128',
  E0: 'EAN-13',
  E3: 'EAN-13',
  E4: 'EAN-8',
  F: 'Codabar',
  G: 'Code 93',
  I: 'Interleaved 2 of 5',
  L: 'PDF417',
  Q: 'QR',
  Q3: 'GS1 QR',
  Q4: 'GS1 QR',
  d: 'Data Matrix',
  d2: 'GS1 Data Matrix',
  d5: 'GS1 Data Matrix',
  e: 'GS1 DataBar',
  h: 'Han Xin',
  z: 'Aztec',
};

/**
 * Takes the identifier away from text that begins with one. Only for a scanner that is set to send it: a
 * code may itself begin so. The kind is left out where the identifier has no name here.
 */
export function readAimId(text: string): Scan {
  const [id, letter = '', modifier = ''] = /^\]([A-Za-z])([0-9A-Za-z])/.exec(text) ?? [];
  if (id === undefined) return { text };
  const symbology = BY_AIM_ID[letter + modifier] ?? BY_AIM_ID[letter];
  return { text: text.slice(id.length), ...(symbology && { symbology }) };
}
