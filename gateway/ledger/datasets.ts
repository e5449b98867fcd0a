import type { DatasetInForce } from '../../sync/contract/bodies/configuration.ts';
import type { DatasetManifest } from '../../sync/contract/datasets/manifest.ts';
import { PROCESS } from '../../sync/contract/record.ts';
import { SyncError } from '../../sync/errors.ts';
import { payloadOf } from '../../sync/record/jws.ts';
import type { Chain } from './chain.ts';
import type { LedgerDatasets } from './interfaces.ts';
import type { LedgerParts } from './parts.ts';
import type { Sealer } from './sealer.ts';
import type { Store } from './store/index.ts';

/** Every dataset that was ever in force is kept, so that a settlement can be priced again. */
export function createDatasets(
  chain: Chain,
  store: Store,
  sealer: Sealer,
  validate: LedgerParts['validate'],
): LedgerDatasets {
  const listeners: ((name: string) => void)[] = [];
  const install: LedgerDatasets['install'] = (manifestJws, content, manifest) => {
    const { name, version, sha256 } = manifest;
    const inForce = store.dataset(name)?.version ?? 0;
    if (version <= inForce)
      throw new SyncError('DATASET_REFUSED', `${name} version ${version}: ${inForce} is in force`);
    validate?.(name, content);
    chain.act(() => {
      const body: DatasetInForce = {
        event: 'dataset-in-force',
        name,
        version,
        sha256,
        manifest: manifestJws,
      };
      const { seq } = chain.add('configuration', PROCESS, body);
      store.addDataset({ name, version, sha256, manifest: manifestJws, sealed: sealer.seal(content), seq });
    });
    chain.time.observeTime(Date.parse(manifest.issued));
    for (const listener of listeners) listener(name);
  };
  return {
    install,
    onDataset: (listener) => void listeners.push(listener),
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
