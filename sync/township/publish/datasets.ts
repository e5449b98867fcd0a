import type { Dataset, DatasetManifest } from '../../contract/datasets/manifest.ts';
import type { Role } from '../../contract/keys.ts';
import { SyncError } from '../../errors.ts';
import { openDataset } from '../../record/dataset.ts';
import type { KeyFinder } from '../../record/jws.ts';
import type { TownshipStore } from '../store/port.ts';

/** Datasets the township holds for its boxes; docs/record.md §4. */
export interface TownshipDatasets {
  /**
   * Stores what the insurer, the vendor or the township itself has signed. DATASET_REFUSED when a box would
   * refuse it, or when its version is not newer than what is held.
   */
  add(dataset: Dataset): DatasetManifest;
  /** The next version of a name for a clinic. */
  next(name: string, clinic: string): number;
  /** What is newer here than what a box of this clinic has, by name. */
  newerThan(has: Record<string, number>, clinic: string): { name: string; version: number }[];
  content(name: string, version: number, clinic: string): Dataset | undefined;
}

export function createDatasets(
  store: Pick<TownshipStore, 'transact' | 'datasets'>,
  trust: Record<Role, KeyFinder>,
): TownshipDatasets {
  return {
    add: (dataset) =>
      store.transact(({ datasets }) => {
        const manifest = openDataset(dataset, undefined, trust);
        const { name, version, clinic } = manifest;
        const held = datasets.newest(name, clinic);
        if (version <= held)
          throw new SyncError('DATASET_REFUSED', `${name} version ${version}: ${held} is held`);
        datasets.add({ name, version, clinic }, dataset);
        return manifest;
      }),

    next: (name, clinic) => store.datasets.newest(name, clinic) + 1,

    newerThan: (has, clinic) =>
      store.datasets
        .newestOf(clinic)
        .filter(({ name, version }) => version > (Object.hasOwn(has, name) ? (has[name] ?? 0) : 0)),

    content: (name, version, clinic) => store.datasets.get(name, version, clinic),
  };
}
