/** The port that the ledger stands on, and its two implementations. */

export { type Fault, ModelDisk, ModelStore } from './model.ts';
export type * from './port.ts';
export { openSqliteStore } from './sqlite.ts';
export { copySqliteStore } from './sqlite-open.ts';
