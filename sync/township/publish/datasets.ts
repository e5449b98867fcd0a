import type { Role } from '../../contract/keys.ts';
import { SyncError } from '../../errors.ts';
import { type Dataset, type DatasetManifest, openDataset } from '../../record/dataset.ts';
import type { KeyFinder } from '../../record/jws.ts';
import type { Db } from '../store/schema.ts';

/** Datasets the township holds for its boxes; docs/record.md §4. */
export function createDatasets(db: Db, trust: Record<Role, KeyFinder>) {
  const newest = db.prepare(
    "SELECT max(version) AS version FROM datasets WHERE name = @name AND (clinic IN ('*', @clinic) OR @clinic = '*')",
  );
  const insert = db.prepare(
    'INSERT INTO datasets (name, version, clinic, manifest, content) VALUES (?, ?, ?, ?, ?)',
  );
  const forClinic = db.prepare(
    "SELECT name, max(version) AS version FROM datasets WHERE clinic IN ('*', ?) GROUP BY name ORDER BY name",
  );
  const one = db.prepare(
    "SELECT manifest, content FROM datasets WHERE name = ? AND version = ? AND clinic IN ('*', ?)",
  );

  return {
    /** Takes in what the insurer, the vendor or the township itself has signed. DATASET_REFUSED when a box would refuse it. */
    add: db.transaction((dataset: Dataset): DatasetManifest => {
      const manifest = openDataset(dataset, undefined, trust);
      const { name, version } = manifest;
      const held = (newest.get({ name, clinic: manifest.clinic }) as { version: number | null }).version ?? 0;
      if (version <= held)
        throw new SyncError('DATASET_REFUSED', `${name} version ${version}: ${held} is held`);
      insert.run(name, version, manifest.clinic, dataset.manifest, dataset.content);
      return manifest;
    }),

    /** The next version of a name for a clinic. */
    next: (name: string, clinic: string) =>
      ((newest.get({ name, clinic }) as { version: number | null }).version ?? 0) + 1,

    /** What is newer here than what a box of this clinic has, the smaller names first. */
    newerThan: (has: Record<string, number>, clinic: string) =>
      (forClinic.all(clinic) as { name: string; version: number }[]).filter(
        ({ name, version }) => version > (Object.hasOwn(has, name) ? (has[name] ?? 0) : 0),
      ),

    content: (name: string, version: number, clinic: string) =>
      one.get(name, version, clinic) as Dataset | undefined,
  };
}

export type TownshipDatasets = ReturnType<typeof createDatasets>;
