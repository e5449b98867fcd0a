/** Serial code scanners as data. A scanner that needs other figures is another profile, with the reason. */
import type { ScanLineProfile } from '../base/scan-line-device.ts';
import type { LineSettings } from '../line/open-line.ts';

export interface ScannerProfile extends LineSettings, ScanLineProfile {
  readonly name: string;
  /** Longest code in bytes, AIM identifier included. 100–10 000. A QR code holds 7 089 digits at most. */
  readonly codeBytesMax: number;
  /** The scanner is set to put its AIM identifier (`]C1`) before every code. */
  readonly aimIds: boolean;
}

export const SCANNER_STANDARD: ScannerProfile = {
  name: 'serial code scanner: 9600 8N1, UTF-8, ends with CR, LF or both',
  baudRate: 9_600,
  openMsMax: 3_000,
  writeMsMax: 2_000,
  reopenMsMin: 250,
  reopenMsMax: 2_000,
  silenceMsMax: 500,
  codeBytesMax: 7_100,
  aimIds: false,
};
