import { createChain } from './chain.ts';
import { createDatasets } from './datasets.ts';
import { createDayClose } from './day-close.ts';
import { createDelivery } from './deliveries.ts';
import { createWatch } from './guards.ts';
import { createDesk } from './open-visits.ts';
import type { LedgerParts } from './parts.ts';
import { createPrinting } from './print-queue.ts';
import { createSealer } from './sealer.ts';
import { createActs } from './settle.ts';
import { createTotals } from './totals.ts';
import type { Ledger } from './types.ts';

/** Opens the ledger a store holds; an empty store gets its record 1. */
export function createLedger(parts: LedgerParts): Ledger {
  const { store, keys, clinic, random } = parts;
  const sealer = createSealer(keys.dataKey, random);
  const chain = createChain({ ...parts, sealer });
  const { mayAct, ...watch } = createWatch(chain, parts);
  return {
    ledger: chain.ledger,
    clinic,
    head: chain.head,
    record: chain.record,
    onAppend: chain.onAppend,
    forked: chain.forked,
    append: (kind, body, operator) => chain.act(() => chain.add(kind, operator, body)),
    ...watch,
    ...createActs(chain, store, sealer, mayAct),
    ...createDayClose(chain, store),
    ...createTotals(chain, store, sealer),
    ...createPrinting(store),
    ...createDesk(store, sealer),
    ...createDatasets(chain, store, sealer, parts.validate),
    ...createDelivery(chain, store, sealer),
    close: () => store.close(),
  };
}
