import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type DiskFault, diskError, systemCode } from '../sync/disk-fault.ts';
import { type ErrorCode, Refusal } from './errors.ts';
import { syncFolder } from './sync-folder.ts';

/**
 * Files of one process that nobody else may read (folder 0700, files 0600), or its group too (0750, 0640).
 * Refusal DISK_FULL, DISK_FAILED, DISK_NO_ACCESS.
 */
export interface StateDir {
  /** Makes the folder; `write` does so by itself. */
  make(): void;
  path(name: string): string;
  /** Something of this name is there, be it a link to a medium that is absent. */
  there(name: string): boolean;
  /** Bytes in the file; 0 when it cannot be reached. */
  size(name: string): number;
  /** The text of a file, or null when there is none, or when what its link points to is absent. */
  read(name: string): string | null;
  /**
   * Writes all of it or nothing: temporary file, fsync, rename, fsync of the folder. A link stays one: the
   * file is written where it points to.
   */
  write(name: string, text: string): void;
  /** The same while the process goes on. One at a time for each name. */
  writeAside(name: string, text: string): Promise<void>;
}

const CODES: Record<DiskFault, ErrorCode> = {
  full: 'DISK_FULL',
  failed: 'DISK_FAILED',
  corrupt: 'DISK_FAILED',
  'no-database': 'DISK_FAILED',
  'read-only': 'DISK_NO_ACCESS',
  moved: 'DISK_NO_ACCESS',
  'no-access': 'DISK_NO_ACCESS',
};

const coded = (error: unknown): unknown =>
  diskError(error, (fault, detail, options) => new Refusal(CODES[fault], detail, options));

function withDiskErrors<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw coded(error);
  }
}

/** A copy, or a hand, may have opened a file to everybody. A medium that knows no modes is left as it is. */
function closeToOthers(file: string, mode: number): void {
  try {
    if ((statSync(file).mode & 0o777 & ~mode) !== 0) chmodSync(file, mode);
  } catch (error) {
    if (systemCode(error) === '') throw error;
  }
}

export function openStateDir(root: string, readers: 'owner' | 'group' = 'owner'): StateDir {
  const [folderMode, fileMode] = readers === 'owner' ? [0o700, 0o600] : [0o750, 0o640];
  const path = (name: string) => join(root, name);
  const make = () => void mkdirSync(root, { recursive: true, mode: folderMode });
  return {
    make: () => withDiskErrors(make),
    path,
    there: (name) => withDiskErrors(() => lstatSync(path(name), { throwIfNoEntry: false }) !== undefined),
    size: (name) =>
      withDiskErrors(() => {
        const found = statSync(path(name), { throwIfNoEntry: false });
        if (found && !found.isFile()) throw new Refusal('DISK_NO_ACCESS', `${name} is no file`);
        return found?.size ?? 0;
      }),
    read: (name) =>
      withDiskErrors(() => {
        try {
          const text = readFileSync(path(name), 'utf8');
          closeToOthers(path(name), fileMode);
          return text;
        } catch (error) {
          if (systemCode(error) === 'ENOENT') return null;
          throw error;
        }
      }),
    write: (name, text) =>
      withDiskErrors(() => {
        make();
        const target = followed(path(name));
        const temporary = `${target}.new`;
        writeFileSync(temporary, '', { mode: 0o600 });
        chmodSync(temporary, fileMode); // whatever the umask, and before there is anything to read
        writeFileSync(temporary, text, { flush: true });
        renameSync(temporary, target);
        syncFolder(dirname(target));
      }),
    async writeAside(name, text) {
      try {
        const target = followed(path(name));
        const temporary = `${target}.new`;
        await rm(temporary, { force: true });
        await writeFile(temporary, text, { mode: fileMode, flag: 'wx', flush: true });
        await rename(temporary, target);
        const folder = await open(dirname(target), 'r');
        await folder.sync().finally(() => folder.close());
      } catch (error) {
        throw coded(error);
      }
    },
  };
}

/** Where a symbolic link leads, whether or not anything is there; any other path as it is. */
function followed(path: string): string {
  const link = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  return link ? resolve(dirname(path), readlinkSync(path)) : path;
}
