import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

/** Files beside the ledger that a power cut must leave whole: old or new, never half, never gone. */

const strace = spawnSync('strace', ['-V']).status === 0;
const WRITER = fileURLToPath(new URL('./file-writer.ts', import.meta.url));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cyt-whole-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What the writer asked of its disk, in order: `write|sync NAME`, `rename NAME NAME`; `.` is the folder. */
function asked(what: string): string[] {
  const log = join(folder, 'strace.log');
  const calls = 'trace=write,pwrite64,fsync,fdatasync,rename,renameat,renameat2';
  const args = ['-y', '-e', calls, '-e', 'signal=none', '-o', log, process.execPath, WRITER, what, folder];
  const { status, stderr } = spawnSync('strace', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`strace: ${status} ${stderr}`);
  const named = (path: string) => (path === folder ? '.' : path.replace(`${folder}/`, ''));
  return readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => / = \d+$/.test(line) && line.includes(folder))
    .map((line) => {
      const [, call = '', path = ''] = /^(\w+)\(\d+<([^>]*)>/.exec(line) ?? [];
      if (path !== '') return `${call.includes('write') ? 'write' : 'sync'} ${named(path)}`;
      return `rename ${[...line.matchAll(/"([^"]*)"/g)].map(([, name = '']) => named(name)).join(' ')}`;
    });
}

describe.skipIf(!strace)('a file that replaces another (apt-get install strace)', () => {
  test('of the state is on the disk before it gets its name, and then so is the name', () => {
    expect(asked('state')).toEqual([
      'write keys.json.new',
      'sync keys.json.new',
      'rename keys.json.new keys.json',
      'sync .',
    ]);
    expect(readFileSync(join(folder, 'keys.json'), 'utf8')).toBe('{"v":2}');
    expect(statSync(join(folder, 'keys.json')).mode & 0o777).toBe(0o640);
  });

  test('that is a backup is on the disk before it gets its name, and then so is the name', () => {
    const ofCopy = asked('backup').filter((event) => / (stick\.db(\.part)?|\.)$/.test(event));
    expect(ofCopy.slice(ofCopy.lastIndexOf('write stick.db.part') + 1)).toEqual([
      'sync stick.db.part',
      'rename stick.db.part stick.db',
      'sync .',
    ]);
  });
});
