import { ModelDisk } from '../../gateway/ledger/store/index.ts';

/**
 * A copy of a disk as it is between two transactions. Rows are never changed in place, so they need no
 * copying.
 */
export function copyOf(disk: ModelDisk): ModelDisk {
  const copy = new ModelDisk();
  for (const [table, rows] of Object.entries(disk))
    Object.assign(copy, { [table]: Array.isArray(rows) ? [...rows] : new Map(rows) });
  return copy;
}
