import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { CLI, ROOT } from '../clinic.ts';

/** Where the clone stands for a user who may not walk into the real place (a home of mode 0700, say). */
const STAND_IN = '/mnt';

const asId = (uid: number) => [
  'setpriv',
  `--reuid=${uid}`,
  `--regid=${uid}`,
  '--clear-groups',
  '--no-new-privs',
];

export interface Ended {
  code: number | null;
  out: string;
  err: string;
}

/** Runs a program of the system as another user. */
export function shellAs(uid: number, words: string[]): Ended {
  const [command = '', ...rest] = [...asId(uid), ...words];
  const { status, stdout, stderr } = spawnSync(command, rest, { encoding: 'utf8', cwd: '/' });
  return { code: status, out: stdout, err: stderr };
}

/**
 * The words that start one of our commands as another user; the code is bound to another path when he cannot
 * walk to it.
 */
function wordsAs(uid: number, words: string[]): string[] {
  if (shellAs(uid, ['test', '-x', CLI]).code === 0) return [...asId(uid), CLI, ...words];
  const bind = 'mount --bind "$1" "$2" && shift 2 && exec "$@"';
  const inside = [...asId(uid), join(STAND_IN, relative(ROOT, CLI)), ...words];
  return ['unshare', '-m', 'sh', '-c', bind, 'sh', ROOT, STAND_IN, ...inside];
}

function startAs(uid: number, words: string[]): ChildProcess & { stdout: NodeJS.ReadableStream } {
  const [command = '', ...rest] = wordsAs(uid, words);
  // Nothing of the test's surroundings goes along.
  const env = { PATH: process.env.PATH ?? '/usr/bin' };
  const child = spawn(command, rest, { cwd: '/', env, stdio: ['ignore', 'pipe', 'pipe'] });
  return child;
}

/** Runs one of our commands as another user to its end. */
export function runAs(uid: number, words: string[]): Promise<Ended> {
  const child = startAs(uid, words);
  let [out, err] = ['', ''];
  child.stdout.on('data', (bytes) => {
    out += bytes;
  });
  child.stderr?.on('data', (bytes) => {
    err += bytes;
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err })));
}

export interface Running {
  address: string;
  stop(): Promise<void>;
}

/** Starts one of our commands as another user and waits for its `ready ADDRESS`. */
export function serveAs(uid: number, words: string[]): Promise<Running> {
  const child = startAs(uid, words);
  let log = '';
  child.stderr?.on('data', (bytes) => {
    log += bytes;
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${words[0]} ended with ${code}: ${log}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (!line.startsWith('ready ')) return;
      const stop = async () => {
        child.kill('SIGTERM');
        await ended;
      };
      resolve({ address: line.slice('ready '.length), stop });
    });
  });
}
