import type { Damage } from './damage.ts';
import type { OpenVisits } from './interfaces.ts';
import type { Sealer } from './sealer.ts';
import type { Store, VisitRow } from './store/index.ts';
import type { OpenVisit } from './types.ts';

/** One damaged row keeps nobody else from the desk. */
export function createOpenVisits(store: Store, sealer: Sealer, damage: Damage): OpenVisits {
  const visitOf = ({ id, opened_at, sealed }: VisitRow): OpenVisit => ({
    id,
    opened_at,
    json: damage.readable('RECORD_DAMAGED', `visit ${id}`, () => sealer.open(sealed), null),
  });
  return {
    putVisit: ({ id, opened_at, json }) =>
      store.transact(() => store.putVisit({ id, opened_at, sealed: sealer.seal(json) })),
    visit: (id) => {
      const row = store.visit(id);
      return row && visitOf(row);
    },
    visits: () => store.visits().map(visitOf),
    dropVisit: (id) => store.transact(() => store.dropVisit(id)),
  };
}
