import { payloadOf } from '../../record/jws.ts';
import { transferredJws } from '../../record/transfer.ts';
import type { Place } from '../store/place.ts';
import type { TownshipTables } from '../store/port.ts';

type Body = Record<string, unknown>;

/** The record that a `handed-in` record hands in, as it was signed; null when it is a beginning only. */
export function transferredText(
  { records }: TownshipTables,
  { ledger, seq }: Place,
  body: Body,
): string | null {
  return transferredJws(body, () => {
    const before = records.get(ledger, seq - 1);
    return before && (payloadOf(before.jws).body as Body);
  });
}

/** Body of the record whose money is booked at a place: the record there, or the one that it hands in. */
export function bodyAt(tables: TownshipTables, place: Place): Body {
  const { kind, body } = payloadOf(tables.records.get(place.ledger, place.seq)?.jws ?? '');
  const inside = kind === 'handed-in' ? transferredText(tables, place, body as Body) : null;
  return (inside === null ? body : payloadOf(inside).body) as Body;
}
