/** What the driver of serial code scanners counts; one line each for the engineer. */
import { SCAN_COUNTERS } from '../base/scan-line-device.ts';

export const SCANNER_COUNTERS = {
  ...SCAN_COUNTERS,
  too_long: 'More bytes than any code has came without an end; all up to the next end was refused.',
  unreadable: 'A code held bytes that are no text, or an AIM identifier and nothing else, and was refused.',
} as const;
export type ScannerCounter = keyof typeof SCANNER_COUNTERS;
