/** The door of `gateway/ledger`: the store of records. */
export { backupLedger } from './backup.ts';
export { RESERVE_BYTES, type Room } from './disk.ts';
export { LEDGER_ERRORS, LedgerError, type LedgerErrorCode } from './errors.ts';
export { exportLedger } from './export.ts';
export { handedInHashes, handInAll } from './hand-in.ts';
export { createLedger, type LedgerParts, setlIdOf } from './ledger.ts';
export { type Fault, ModelDisk, ModelStore } from './model-store.ts';
export { rebuildLedger } from './rebuild.ts';
export { type HeldRecord, type Reconciliation, reconcile } from './reconcile.ts';
export { type Replay, replayLedger } from './replay.ts';
export { type Restored, type RestoreParts, restoreLedger, sharedThrough } from './restore.ts';
export { openSqliteStore } from './sqlite-store.ts';
export type { Store } from './store.ts';
export type * from './types.ts';
export { createVault, type Vault } from './vault.ts';
export { type Flaw, type Verdict, verifyLedger } from './verify.ts';
