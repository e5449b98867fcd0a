import { SyncError } from '../../sync/errors.ts';
import type { DatasetManifest } from '../../sync/record/dataset.ts';
import { payloadOf } from '../../sync/record/jws.ts';
import type { Chain } from './chain.ts';
import type { LedgerParts } from './parts.ts';
import type { Sealer } from './sealer.ts';
import type { Store } from './store/index.ts';
import type { Ledger } from './types.ts';

type Datasets = Pick<Ledger, 'dataset' | 'datasetNames' | 'datasets' | 'install'>;

/** What came down. Every dataset that was ever in force is kept, so that a settlement can be priced again. */
export function createDatasets(
  chain: Chain,
  store: Store,
  sealer: Sealer,
  validate: LedgerParts['validate'],
): Datasets {
  const install: Datasets['install'] = (manifestJws, content, manifest) => {
    const { name, version, sha256 } = manifest;
    const inForce = store.dataset(name)?.version ?? 0;
    if (version <= inForce)
      throw new SyncError('DATASET_REFUSED', `${name} version ${version}: ${inForce} is in force`);
    validate?.(name, content);
    chain.act(() => {
      const body = { event: 'dataset-in-force', name, version, sha256, manifest: manifestJws };
      const { seq } = chain.add('configuration', 'gateway', body);
      store.addDataset({ name, version, sha256, manifest: manifestJws, sealed: sealer.seal(content), seq });
    });
    chain.time.observeTime(Date.parse(manifest.issued));
  };
  return {
    install,
    dataset: (name, version) => {
      const row = store.dataset(name, version);
      if (!row) return null;
      const ref = { name, version: row.version, sha256: row.sha256 };
      return { ref, manifest: payloadOf<DatasetManifest>(row.manifest), content: sealer.open(row.sealed) };
    },
    datasetNames: () => store.datasets().map(({ name }) => name),
    datasets: () => Object.fromEntries(store.datasets().map(({ name, version }) => [name, version])),
  };
}
