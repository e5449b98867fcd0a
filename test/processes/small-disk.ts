import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CHUNK = Buffer.alloc(65_536, 1);
const BLOCK_BYTES = 4_096;

/** A file system of its own in memory. Only root can make one. */
export interface SmallDisk {
  folder: string;
  /** Bytes free. */
  free(): number;
  /** Other people's files, until so many bytes are free. */
  leave(bytes: number): void;
  /** Those files are taken away. */
  clear(): void;
  remove(): void;
}

export function smallDisk(megabytes: number): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'cyt-small-'));
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder]);
  if (status !== 0) throw new Error(`mount: ${stderr}`);
  const ballast = join(folder, 'ballast');
  const free = () => {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  };
  return {
    folder,
    free,
    leave(bytes) {
      const file = openSync(ballast, 'a');
      for (let more = free() - bytes; more >= BLOCK_BYTES; more = free() - bytes)
        writeSync(file, CHUNK, 0, Math.min(CHUNK.length, more));
      closeSync(file);
    },
    clear: () => rmSync(ballast, { force: true }),
    remove() {
      spawnSync('umount', [folder]);
      rmSync(folder, { recursive: true });
    },
  };
}
