/** Receipt printers as data. A model that needs other figures is another profile, with the reason. */
import type { ReopenSettings } from '../base/supervisor.ts';
import type { Milliseconds } from '../contract.ts';
import type { LineSettings } from '../line/open-line.ts';

export interface EscposProfile extends LineSettings, ReopenSettings {
  readonly name: string;
  /** Pause between two looks at an idle printer: how soon new paper is noticed. 500–10 000. */
  readonly idlePauseMs: Milliseconds;
  /** The same while a job prints. 100–2 000. */
  readonly watchPauseMs: Milliseconds;
  /** Longest silence before an answer to DLE EOT. 300–10 000. */
  readonly replyMsMax: Milliseconds;
  /** Longest time for one job, paper feeding and cutting included. 5 000–120 000. */
  readonly printMsMax: Milliseconds;
  /** After a job of unknown end: how long a printer that is well again may take to confirm it. */
  readonly settleMsMax: Milliseconds;
  /** Larger than any slip of ours with its QR code as an image. */
  readonly jobBytesMax: number;
  /** Domestic models often answer GS I not at all; then the page shows this name. */
  readonly asksIdentity: boolean;
}

export const ESCPOS_80MM: EscposProfile = {
  name: 'ESC/POS 80 mm',
  baudRate: 115_200,
  openMsMax: 3_000,
  writeMsMax: 15_000,
  reopenMsMin: 250,
  reopenMsMax: 2_000,
  idlePauseMs: 2_000,
  watchPauseMs: 300,
  replyMsMax: 2_000,
  printMsMax: 30_000,
  settleMsMax: 3_000,
  jobBytesMax: 200_000,
  asksIdentity: true,
};
