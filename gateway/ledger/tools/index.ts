/** What is done with a stored ledger besides keeping it. A running box loads none of this. */

export { backupLedger } from './backup.ts';
export { exportLedger } from './export.ts';
export { rebuildLedger } from './rebuild.ts';
export { type HeldRecord, type Reconciliation, reconcile } from './reconcile.ts';
export { type Replay, replayLedger } from './replay.ts';
export { type Restored, type RestoreParts, restoreLedger, sharedThrough } from './restore.ts';
export { transferRecords, transferredHashes } from './transfer.ts';
export { type Flaw, type Verdict, verifyLedger } from './verify.ts';
