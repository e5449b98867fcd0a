import type { Sealer } from './sealer.ts';
import type { Store, VisitRow } from './store/index.ts';
import type { DeskVisit, Ledger } from './types.ts';

type Desk = Pick<Ledger, 'putVisit' | 'visit' | 'visits' | 'dropVisit'>;

/** Who is at the desk, so that a reload or a power cut does not send them back to the reader. */
export function createDesk(store: Store, sealer: Sealer): Desk {
  const visitOf = ({ id, opened_at, sealed }: VisitRow): DeskVisit => ({
    id,
    openedAt: opened_at,
    json: sealer.open(sealed),
  });
  return {
    putVisit: (id, openedAt, json) =>
      store.transact(() => store.putVisit({ id, opened_at: openedAt, sealed: sealer.seal(json) })),
    visit: (id) => {
      const row = store.visit(id);
      return row && visitOf(row);
    },
    visits: () => store.visits().map(visitOf),
    dropVisit: (id) => store.transact(() => store.dropVisit(id)),
  };
}
