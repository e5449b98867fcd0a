/** Identity-card readers as data. A reader that needs other figures is another profile, with the reason. */
import type { ReopenSettings } from '../base/supervisor.ts';
import type { LineSettings } from '../line/open-line.ts';

export interface SdtProfile extends LineSettings, ReopenSettings {
  readonly name: string;
  /** By which udev makes the stable link; most readers sit behind a CH340 or CP210x and need a rule by port. */
  readonly usbIds: readonly { readonly vendorId: number; readonly productId: number }[];
  /** Pause between two searches for a card. Not under 300: the SAM answers wrongly when pressed. */
  readonly findPauseMs: number;
  /** Longest silence before a short reply. 200–5 000. */
  readonly replyMsMax: number;
  /** A read takes a second or more: the SAM and the card prove themselves to each other first. 1 500–10 000. */
  readonly readMsMax: number;
  /** Questions in a row left unanswered before the line is opened anew. 1–10. */
  readonly silencesMax: number;
  /** A card may answer wrongly while it is being laid down; this many times in a row is told. 1–10. */
  readonly cardTriesMax: number;
}

export const SDT_STANDARD: SdtProfile = {
  name: 'SDT/SAM reader, 115200 8N1',
  usbIds: [{ vendorId: 0x0400, productId: 0xc35a }],
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
