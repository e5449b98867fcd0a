/** The ledger of signed records. Stores are in `store/`, what is done with a stored ledger in `tools/`. */

export type { LedgerTime } from './clock.ts';
export type { ClockState } from './clock-state.ts';
export type { DamageCode } from './damage.ts';
export type { DiskState, Room } from './disk.ts';
export { LEDGER_ERRORS, LedgerError } from './errors.ts';
export { examineLedger } from './examine.ts';
export type * from './interfaces.ts';
export { createLedger } from './ledger.ts';
export type { HeadMark, LostRecords } from './mark.ts';
export type { LedgerParts } from './parts.ts';
export { openRow } from './rows.ts';
export { createSealer, type Sealer } from './sealer.ts';
export { setlIdOf } from './settle.ts';
export type * from './types.ts';
