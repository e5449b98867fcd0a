import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * What a process asked of its disk, in order. `file` is a name in the store's folder, '' the folder itself.
 */
export type DiskEvent =
  | { op: 'create' | 'sync' | 'unlink'; file: string }
  | { op: 'write'; file: string; at: number; bytes: Buffer }
  | { op: 'truncate'; file: string; size: number }
  | { op: 'say'; text: string };

const CALLS =
  'openat,open,close,write,pwrite64,pwritev,pwritev2,writev,ftruncate,fallocate,fsync,fdatasync,sync_file_range,unlink,unlinkat,rename,renameat,renameat2';
/** Calls that would change the store in a way this model does not know. */
const UNKNOWN = new Set([
  'pwritev',
  'pwritev2',
  'writev',
  'fallocate',
  'rename',
  'renameat',
  'renameat2',
  'unlinkat',
  'open',
]);

/**
 * Runs a program under strace and reads back what it did to the files of `folder`. Only its first thread
 * touches them.
 */
export function record(folder: string, program: string[]): DiskEvent[] {
  const log = join(folder, 'strace.log');
  const args = [
    '-xx',
    '-s',
    '1000000',
    '-e',
    `trace=${CALLS}`,
    '-e',
    'signal=none',
    '-o',
    log,
    process.execPath,
    ...program,
  ];
  const run = spawnSync('strace', args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (run.status !== 0) throw new Error(`strace: ${run.status} ${run.stderr}`);
  return parse(readFileSync(log, 'latin1'), folder);
}

const CALL = /^(\w+)\((.*)\)\s+= (-?\d+)/s;

export function parse(log: string, folder: string): DiskEvent[] {
  const names = new Map<number, string>();
  const made = new Set<string>();
  const events: DiskEvent[] = [];
  for (const line of log.split('\n')) {
    const [, call = '', args = '', result = ''] = CALL.exec(line) ?? [];
    if (call === '' || Number(result) < 0) continue;
    const event = eventOf(call, args, Number(result), folder, names);
    if (!event) continue;
    if (event.op === 'create' && made.has(event.file)) continue;
    if (event.op === 'create') made.add(event.file);
    if (event.op === 'unlink') made.delete(event.file);
    events.push(event);
  }
  return events;
}

function eventOf(
  call: string,
  args: string,
  result: number,
  folder: string,
  names: Map<number, string>,
): DiskEvent | null {
  const fd = Number.parseInt(args, 10);
  if (call === 'openat') return opened(args, result, folder, names);
  if (call === 'unlink')
    return dirname(unhex(args)) === folder ? { op: 'unlink', file: basename(unhex(args)) } : null;
  if (call === 'write' && fd === 1) return { op: 'say', text: unhex(args).trim() };
  const file = names.get(fd);
  if (call === 'close') names.delete(fd);
  return file === undefined || call === 'close' ? null : changeOf(call, args, result, file);
}

function opened(args: string, fd: number, folder: string, names: Map<number, string>): DiskEvent | null {
  const path = unhex(args);
  names.delete(fd);
  if (dirname(path) === folder) names.set(fd, basename(path));
  if (path === folder) names.set(fd, '');
  return dirname(path) === folder && args.includes('O_CREAT') ? { op: 'create', file: basename(path) } : null;
}

/** What a call on an open file of the folder does to it. */
function changeOf(call: string, args: string, result: number, file: string): DiskEvent | null {
  if (UNKNOWN.has(call) || call === 'write') throw new Error(`the model does not know ${call} on ${file}`);
  if (call === 'fsync' || call === 'fdatasync') return { op: 'sync', file };
  if (call === 'ftruncate') return { op: 'truncate', file, size: Number(args.split(', ')[1]) };
  if (call !== 'pwrite64') return null;
  const bytes = Buffer.from(unhex(args), 'latin1');
  if (bytes.length !== result) throw new Error(`${result} of ${bytes.length} bytes were written`);
  return { op: 'write', file, at: Number(args.slice(args.lastIndexOf(',') + 1)), bytes };
}

/** The first string of a call, which strace gives as \x and two digits per byte. */
function unhex(args: string): string {
  const from = args.indexOf('"');
  const hex = args.slice(from + 1, args.indexOf('"', from + 1)).replaceAll('\\x', '');
  return Buffer.from(hex, 'hex').toString('latin1');
}
