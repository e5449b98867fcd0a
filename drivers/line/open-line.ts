/** What a device needs of its line; part of a profile. */
export interface LineSettings {
  /** Serial only. 8N1, no flow control, always: no reader or printer here wants anything else. */
  readonly baudRate: number;
  /** Opening that has not ended by then counts as absent. 100–10 000, usual 3 000. */
  readonly openMsMax: number;
  /** A write the operating system has not taken by then closes the line. 100–60 000. */
  readonly writeMsMax: number;
}
