import { createChain } from './chain.ts';
import { createDatasets } from './datasets.ts';
import { createDayCloses } from './day-close.ts';
import { createDeliveries } from './deliveries.ts';
import { createGuards } from './guards.ts';
import type { Ledger } from './interfaces.ts';
import { createKept } from './kept.ts';
import { createOpenVisits } from './open-visits.ts';
import type { LedgerParts } from './parts.ts';
import { createPrintQueue } from './print-queue.ts';
import { createSealer } from './sealer.ts';
import { createSettling } from './settle.ts';
import { createTotals } from './totals.ts';

/** Opens the ledger a store holds; an empty store gets its record 1. */
export function createLedger(parts: LedgerParts): Ledger {
  const { store, keys, clinic, random } = parts;
  const sealer = createSealer(keys.dataKey, random);
  const chain = createChain({ ...parts, sealer });
  const { assertWritable, ...guards } = createGuards(chain, parts);
  return {
    ledger: chain.ledger,
    clinic,
    head: chain.head,
    record: chain.record,
    readableRecord: chain.readableRecord,
    damage: chain.damage.found,
    onAppend: chain.onAppend,
    forked: chain.forked,
    lost: chain.lost,
    append: (kind, body, operator) => chain.act(() => chain.add(kind, operator, body)),
    ...guards,
    ...createSettling(chain, store, sealer, assertWritable),
    ...createDayCloses(chain, store),
    ...createTotals(chain, store, sealer),
    ...createPrintQueue(store),
    ...createOpenVisits(store, sealer, chain.damage),
    ...createKept(store, sealer, chain.damage),
    ...createDatasets(chain, store, sealer, parts.validate),
    ...createDeliveries(chain, store, sealer),
    close: () => store.close(),
  };
}
