import type { DatasetRef } from '../../sync/contract/bodies/settlement.ts';
import type { DatasetManifest } from '../../sync/contract/datasets/manifest.ts';
import { payloadOf } from '../../sync/record/jws.ts';
import type { Damage } from './damage.ts';
import type { Sealer } from './sealer.ts';
import type { Store } from './store/index.ts';
import type { StoredDataset } from './types.ts';

/** Where the datasets are read from. */
interface Kept {
  store: Store;
  sealer: Sealer;
  damage: Damage;
}

export const placeOfDataset = (name: string, version: number) => `dataset ${name} ${version}`;

/** A version of a dataset; without a number the newest that is stored. DATASET_DAMAGED. */
export function storedDataset(
  { store, sealer, damage }: Kept,
  name: string,
  version?: number,
): StoredDataset | null {
  const row = store.dataset(name, version);
  if (!row) return null;
  return damage.reading('DATASET_DAMAGED', placeOfDataset(name, row.version), () => ({
    ref: { name, version: row.version, sha256: row.sha256 },
    manifest: payloadOf<DatasetManifest>(row.manifest),
    content: sealer.open(row.sealed),
  }));
}

/** The newest version that can be read. DATASET_DAMAGED when there is one, and none can. */
export function datasetInForce(kept: Kept, name: string): StoredDataset | null {
  for (let version = kept.store.dataset(name)?.version ?? 0; version > 0; version--) {
    const place = placeOfDataset(name, version);
    const read = () => storedDataset(kept, name, version);
    const found = kept.damage.readable('DATASET_DAMAGED', place, read, null);
    if (found) return found;
  }
  return storedDataset(kept, name);
}

/** What the content in force is called; of the newest version when none can be read. */
export function refInForce({ store, damage }: Kept, name: string): DatasetRef | null {
  const newest = store.dataset(name);
  for (let version = newest?.version ?? 0; version > 0; version--) {
    const row = store.dataset(name, version);
    if (row && !damage.is(placeOfDataset(name, version))) return { name, version, sha256: row.sha256 };
  }
  return newest && { name, version: newest.version, sha256: newest.sha256 };
}
