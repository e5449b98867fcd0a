/** The door of `gateway/ledger`: the store of records. */

export { RESERVE_BYTES, type Room } from './disk.ts';
export { LEDGER_ERRORS, LedgerError, type LedgerErrorCode } from './errors.ts';
export { createLedger, type LedgerParts, setlIdOf } from './ledger.ts';
export { createVault, type Vault } from './sealer.ts';
export { type Fault, ModelDisk, ModelStore } from './store/model.ts';
export type { Store } from './store/port.ts';
export { openSqliteStore } from './store/sqlite.ts';
export { backupLedger } from './tools/backup.ts';
export { exportLedger } from './tools/export.ts';
export { rebuildLedger } from './tools/rebuild.ts';
export { type HeldRecord, type Reconciliation, reconcile } from './tools/reconcile.ts';
export { type Replay, replayLedger } from './tools/replay.ts';
export { type Restored, type RestoreParts, restoreLedger, sharedThrough } from './tools/restore.ts';
export { handedInHashes, handInAll } from './tools/transfer.ts';
export { type Flaw, type Verdict, verifyLedger } from './tools/verify.ts';
export type * from './types.ts';
