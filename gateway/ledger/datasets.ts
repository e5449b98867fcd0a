import type { DatasetInForce } from '../../sync/contract/bodies/configuration.ts';
import { PROCESS } from '../../sync/contract/record.ts';
import { SyncError } from '../../sync/errors.ts';
import type { Chain } from './chain.ts';
import { datasetInForce, placeOfDataset, refInForce, storedDataset } from './in-force.ts';
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
  const kept = { store, sealer, damage: chain.damage };
  const listeners: ((name: string) => void)[] = [];
  const install: LedgerDatasets['install'] = (manifestJws, content, manifest) => {
    const { name, version, sha256 } = manifest;
    const inForce = store.dataset(name)?.version ?? 0;
    const mends =
      chain.damage.is(placeOfDataset(name, version)) && store.dataset(name, version)?.sha256 === sha256;
    if (version <= inForce && !mends)
      throw new SyncError('DATASET_REFUSED', `${name} version ${version}: ${inForce} is in force`);
    validate?.(name, content);
    if (mends) mend(name, version, content);
    else putInForce(manifestJws, content, manifest);
    chain.time.observeTime(Date.parse(manifest.issued));
    for (const listener of listeners) listener(name);
  };

  /** Its record is there: only the content was damaged. */
  const mend = (name: string, version: number, content: string) => {
    store.transact(() => store.mendDataset(name, version, sealer.seal(content)));
    chain.damage.mended(placeOfDataset(name, version));
  };

  const putInForce: LedgerDatasets['install'] = (manifestJws, content, manifest) => {
    const { name, version, sha256 } = manifest;
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
  };

  /** As a hello says it: of a damaged one the version before it, so that the township sends it again. */
  const inForce = () =>
    store.datasets().map(({ name, version }) => {
      let sound = version;
      while (chain.damage.is(placeOfDataset(name, sound))) sound -= 1;
      return [name, sound] as const;
    });

  return {
    install,
    onDataset: (listener) => void listeners.push(listener),
    dataset: (name, version) =>
      version === undefined ? datasetInForce(kept, name) : storedDataset(kept, name, version),
    datasetRef: (name) => refInForce(kept, name),
    datasetNames: () => store.datasets().map(({ name }) => name),
    datasets: () => Object.fromEntries(inForce().filter(([, version]) => version > 0)),
  };
}
