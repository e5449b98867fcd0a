import Type, { type Static } from 'typebox';
import { Boot, Seq } from './ids.ts';
import { open } from './schema.ts';

/**
 * Retained on `state`, in clear: numbers only. What else a box says of itself stands in its hello, sealed.
 */
export const Presence = open({
  v: Type.Literal(1),
  boot: Boot,
  connected: Type.Boolean(),
  head: Type.Optional(Seq),
  held: Type.Optional(Seq),
});
export type Presence = Static<typeof Presence>;
