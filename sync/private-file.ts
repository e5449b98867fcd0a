import { chmodSync, closeSync, existsSync, openSync } from 'node:fs';

/**
 * Makes an empty file that only its owner reads, whatever the umask; one that exists is only closed to the
 * others. SQLite gives -wal and -shm the mode of the file itself. An existing file is never opened here:
 * closing any handle of a file drops every lock that this process has on it (POSIX), SQLite's included.
 */
export function keepPrivate(file: string): void {
  if (!existsSync(file)) {
    closeSync(openSync(file, 'wx', 0o600));
    return;
  }
  for (const one of [file, `${file}-wal`, `${file}-shm`]) {
    try {
      chmodSync(one, 0o600);
    } catch {} // not there, or another's: then it is the owner's to close
  }
}
