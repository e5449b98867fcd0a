/** What a line needs to know before it is opened, and where lines come from. */
import type { Milliseconds, Outside, Transport } from '../contract.ts';

/** Part of a profile. */
export interface LineSettings {
  /** Serial only. 8N1, no flow control, always: no device here wants anything else. */
  readonly baudRate: number;
  /** Opening that has not ended by then counts as absent. 100–10 000, usual 3 000. */
  readonly openMsMax: Milliseconds;
  /** A write the operating system has not taken by then closes the line. 100–60 000. */
  readonly writeMsMax: Milliseconds;
}

/** Where the lines and the time of devices come from; real.ts has the real lines. */
export interface Surroundings extends Outside {
  serial(path: string, line: LineSettings): Transport;
  tcp(host: string, port: number, line: LineSettings): Transport;
}
