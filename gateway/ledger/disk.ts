import { LedgerError } from './errors.ts';
import type { Store } from './store/index.ts';

/** Space on the file system of the ledger, in bytes. */
export interface Room {
  free: number;
  total: number;
}

export interface DiskState {
  code: 'DISK_LOW' | 'DISK_FULL' | 'DISK_FAILED' | null;
  free: number | null;
}

const LOW_PART = 0.2;
/** For what is still written after settling has stopped: receipts, incidents, print states, a checkpoint. */
const RESERVE_BYTES = 64 * 1024 * 1024;

/** Warns below 20 % free, refuses below the reserve, and recovers by itself when there is space again. */
export function diskState(store: Store, room: (() => Room) | undefined): DiskState {
  const failed: LedgerError | null = store.failed();
  if (failed) return { code: 'DISK_FAILED', free: null };
  if (!room) return { code: null, free: null };
  const { free, total } = room();
  const code = free < RESERVE_BYTES ? 'DISK_FULL' : free < total * LOW_PART ? 'DISK_LOW' : null;
  return { code, free };
}

/**
 * For writes at the start, once the store is open (which itself takes some 100 kB): a full disk must not keep
 * anybody from reading the ledger. False when the disk was full.
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
