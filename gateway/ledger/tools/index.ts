/** What is done with a stored ledger besides keeping it. A running box loads none of this. */

export { backupLedger } from './backup.ts';
export { exportLedger } from './export.ts';
export { rebuildLedger } from './rebuild.ts';
export { type HeldRecord, reconcile } from './reconcile.ts';
export { replayLedger } from './replay.ts';
export { restoreLedger, sharedThrough } from './restore.ts';
export { transferRecords, transferredHashes } from './transfer.ts';
export { verifyLedger } from './verify.ts';
