import type { DatasetTable } from '../port.ts';
import type { Statements } from './statements.ts';

/** Table `datasets`. */
export function createDatasetTable({ one, many, run }: Statements): DatasetTable {
  const insert = run(
    'INSERT INTO datasets (name, version, clinic, manifest, content) VALUES (?, ?, ?, ?, ?)',
  );
  const newest = one<{ version: number | null }>(
    `SELECT max(version) AS version FROM datasets
     WHERE name = @name AND (clinic IN ('*', @clinic) OR @clinic = '*')`,
  );
  const known = one<object>('SELECT 1 FROM datasets WHERE name = ? AND version = ? LIMIT 1');
  return {
    add: ({ name, version, clinic }, { manifest, content }) =>
      void insert(name, version, clinic, manifest, content),
    newest: (name, clinic) => newest({ name, clinic })?.version ?? 0,
    newestOf: many(
      `SELECT name, max(version) AS version FROM datasets WHERE clinic IN ('*', ?)
       GROUP BY name ORDER BY name`,
    ),
    get: one("SELECT manifest, content FROM datasets WHERE name = ? AND version = ? AND clinic IN ('*', ?)"),
    has: (name, version) => known(name, version) !== undefined,
  };
}
