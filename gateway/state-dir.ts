import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { syncFolder } from './sync-folder.ts';

/**
 * Files of one process that nobody else may read (folder 0700, files 0600), or its group too (0750, 0640).
 */
export interface StateDir {
  path(name: string): string;
  /** The text of a file, or null when there is none. */
  read(name: string): string | null;
  /** Writes all of it or nothing: temporary file, fsync, rename, fsync of the folder. */
  write(name: string, text: string): void;
}

export function openStateDir(root: string, readers: 'owner' | 'group' = 'owner'): StateDir {
  const [folderMode, fileMode] = readers === 'owner' ? [0o700, 0o600] : [0o750, 0o640];
  mkdirSync(root, { recursive: true, mode: folderMode });
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
      writeFileSync(temporary, '', { mode: 0o600 });
      chmodSync(temporary, fileMode); // whatever the umask, and before there is anything to read
      writeFileSync(temporary, text, { flush: true });
      renameSync(temporary, path(name));
      syncFolder(dirname(path(name)));
    },
  };
}
