import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Files of one process that nobody else may read (folder 0700, files 0600). */
export interface StateDir {
  path(name: string): string;
  /** The text of a file, or null when there is none. */
  read(name: string): string | null;
  /** Writes all of it or nothing: temporary file, fsync, rename, fsync of the folder. */
  write(name: string, text: string): void;
}

function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  fsyncSync(folder);
  closeSync(folder);
}

export function openStateDir(root: string): StateDir {
  mkdirSync(root, { recursive: true, mode: 0o700 });
  const path = (name: string) => join(root, name);
  return {
    path,
    read(name) {
      try {
        return readFileSync(path(name), 'utf8');
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
        throw error;
      }
    },
    write(name, text) {
      const temporary = path(`${name}.new`);
      const file = openSync(temporary, 'w', 0o600);
      writeSync(file, text);
      fsyncSync(file);
      closeSync(file);
      renameSync(temporary, path(name));
      syncFolder(dirname(path(name)));
    },
  };
}
