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
  const named = one<{ found: 0 | 1 | null }>(
    `SELECT max(EXISTS (
       SELECT 1 FROM json_each(iif(json_valid(content), content, '{}'), '$.operators')
       WHERE json_extract(value, '$.opter') = @opter
     )) AS found FROM datasets WHERE name = 'operators' AND clinic IN ('*', @clinic)`,
  );
  /** Who was found once is found for ever: no version is taken away. */
  const operators = new Set<string>();
  function hasOperator(clinic: string, opter: string): boolean | null {
    const key = JSON.stringify([clinic, opter]);
    if (operators.has(key)) return true;
    const { found } = named({ clinic, opter }) ?? { found: null };
    if (found === 1) operators.add(key);
    return found === null ? null : found === 1;
  }
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
    hasOperator,
  };
}
