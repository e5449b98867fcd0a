import type { RefusedDataset } from '../../contract/messages.ts';
import type { TownshipDatasets } from '../publish/datasets.ts';
import type { LedgerRow } from '../store/port.ts';
import type { Outbox } from './outbox.ts';

/** Sends boxes the datasets that are newer than what they have. */
export interface Offers {
  /**
   * What is newer than the box's last hello named and than what was sent since; ends at the first that did
   * not go.
   */
  offer(row: LedgerRow): Promise<void>;
  /** After a hello: what was sent before may have been lost. */
  forget(ledger: string): void;
}

/** A box that refuses a version need not refuse it again. */
const versions = (refused: RefusedDataset[]): Record<string, number> =>
  Object.fromEntries(refused.map(({ name, version }) => [name, version]));

export function createOffers(datasets: TownshipDatasets, outbox: Outbox): Offers {
  /** By ledger: name → version that the box has or was sent. */
  const offered = new Map<string, Record<string, number>>();
  return {
    async offer(row) {
      const has = offered.get(row.ledger) ?? { ...row.datasets, ...versions(row.refused) };
      offered.set(row.ledger, has);
      for (const { name, version } of datasets.newerThan(has, row.clinic)) {
        const dataset = datasets.content(name, version, row.clinic);
        has[name] = version;
        if (dataset && !(await outbox.send(row, { v: 1, t: 'dataset', ...dataset }))) return;
      }
    },
    forget: (ledger) => void offered.delete(ledger),
  };
}
