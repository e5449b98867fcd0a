import Type, { type Static } from 'typebox';
import { PublicJwk } from '../keys.ts';
import { open, Text } from '../schema.ts';

/**
 * Body of a `handed-in` record: a record of another ledger of this clinic, whose box is gone or whose ledger
 * was closed, as its box signed it. One too long for a single record takes two: the first holds how it
 * `begins`, the next the rest. docs/record.md §2
 */
export const HandedInBody = Type.Union([
  open({ begins: Text }),
  open({
    /** The record, or what follows on the text in the record just before (`begun`). */
    jws: Text,
    begun: Type.Optional(Type.Literal(true)),
    /** Of the box that signed it: for a township that does not know that ledger any more. */
    key: PublicJwk,
  }),
]);
export type HandedInBody = Static<typeof HandedInBody>;
