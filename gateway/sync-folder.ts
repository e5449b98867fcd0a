import { closeSync, fsyncSync, openSync } from 'node:fs';

/** After it, a file that was made or renamed in this folder is there after a power cut too (POSIX fsync). */
export function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
