/** The door of sync for the gateway. The township's side is in township/, records in record/. */
export type { Bus, Will } from './bus.ts';
export { type Enrolment, enrolAtTownship } from './enrol.ts';
export { createLink, type Link, type LinkOptions, type LinkState, type RecordSource } from './link.ts';
