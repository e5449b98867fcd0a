import Type, { type Static } from 'typebox';
import { Day } from '../ids.ts';
import { nullable, open, Text } from '../schema.ts';

/** Body of an `incident`: what was seen, and what was made of it. */
export const IncidentBody = open({
  /** One of the product's codes, or CLOCK_CONFIRMED. */
  code: Type.String({ pattern: '^[A-Z][A-Z0-9_]{1,60}$' }),
  /** DISK_LOW, DISK_FULL: room on the disk of the ledger. */
  free_bytes: Type.Optional(nullable(Type.Number())),
  /** CLOCK_…: what the system clock said, an instant; a number of ms where it is none. */
  seen: Type.Optional(Text),
  /** CLOCK_…: what the time was taken for, an instant. */
  taken: Type.Optional(Text),
  /** CLOCK_…: the day that the township, or the machine, said meanwhile. */
  said: Type.Optional(Day),
  /** CLOCK_CONFIRMED: the day that the doctor gave. */
  day: Type.Optional(Day),
});
export type IncidentBody = Static<typeof IncidentBody>;
