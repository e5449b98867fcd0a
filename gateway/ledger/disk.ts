import { LedgerError } from './errors.ts';
import type { Store } from './store/index.ts';

/** Room on the file system of the ledger, in bytes. */
export interface Room {
  free: number;
  total: number;
}

export interface DiskState {
  code: 'DISK_LOW' | 'DISK_FULL' | 'DISK_FAILED' | null;
  free: number | null;
}

const LOW_PART = 0.2;
/** Kept for what must still be written when settling has stopped: receipts, incidents, slips, a checkpoint. */
export const RESERVE_BYTES = 64 * 1024 * 1024;

/** Announced before it refuses money: warns at 20 %, refuses before the reserve, and goes on by itself when there is room. */
export function diskState(store: Store, room: (() => Room) | undefined): DiskState {
  const failed: LedgerError | null = store.failed();
  if (failed) return { code: 'DISK_FAILED', free: null };
  if (!room) return { code: null, free: null };
  const { free, total } = room();
  const code = free < RESERVE_BYTES ? 'DISK_FULL' : free < total * LOW_PART ? 'DISK_LOW' : null;
  return { code, free };
}

/**
 * At the start, once the store is open (that itself takes some 100 kB): want of room for more keeps nobody from reading the ledger.
 * False when it was too full.
 */
export function unlessFull(work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (error instanceof LedgerError && error.code === 'DISK_FULL') return false;
    throw error;
  }
}
