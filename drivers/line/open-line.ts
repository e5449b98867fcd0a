/** What a line needs to know before it is opened, and where lines come from. */
import type { DriverContext, Milliseconds, Transport } from '../contract.ts';

/** Part of a profile. */
export interface LineSettings {
  /** Serial only. 8N1, no flow control, always: no device here wants anything else. */
  readonly baudRate: number;
  /** Opening that has not ended by then counts as absent. 100–10 000, usual 3 000. */
  readonly openMsMax: Milliseconds;
  /** A write the operating system has not taken by then closes the line. 100–60 000. */
  readonly writeMsMax: Milliseconds;
}

/** Makes the lines of devices, and has what their drivers need besides; real.ts has the real ones. */
export interface LineFactory extends DriverContext {
  serial(path: string, line: LineSettings): Transport;
  tcp(host: string, port: number, line: LineSettings): Transport;
}
