/** Identity-card readers as data. A reader that needs other figures is another profile, with the reason. */
import type { ReopenSettings } from '../base/supervisor.ts';
import type { Milliseconds } from '../contract.ts';
import type { LineSettings } from '../line/open-line.ts';

export interface SdtProfile extends LineSettings, ReopenSettings {
  readonly name: string;
  /** Pause between two searches for a card. Not under 300: the SAM answers wrongly when pressed. */
  readonly findPauseMs: Milliseconds;
  /** Longest silence before a short reply. 200–5 000. */
  readonly replyMsMax: Milliseconds;
  /** A read takes a second or more, since SAM and card authenticate each other first. 1 500–10 000. */
  readonly readMsMax: Milliseconds;
  /** Questions in a row left unanswered before the line is opened anew. 1–10. */
  readonly silencesMax: number;
  /** A card may fail while it is being laid down; this many times in a row is reported. 1–10. */
  readonly cardTriesMax: number;
}

export const SDT_STANDARD: SdtProfile = {
  name: 'SDT/SAM reader, 115200 8N1',
  baudRate: 115_200,
  openMsMax: 3_000,
  writeMsMax: 2_000,
  reopenMsMin: 250,
  reopenMsMax: 2_000,
  findPauseMs: 300,
  replyMsMax: 1_000,
  readMsMax: 4_000,
  silencesMax: 3,
  cardTriesMax: 3,
};
