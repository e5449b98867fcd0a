import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** A copy of the working tree in which code may be broken, and a folder for what its tests leave behind. */
export interface Scratch {
  root: string;
  /** Runs a Node program there; after `ms` it and all that it started are killed. */
  run(words: string[], ms: number): Promise<Ended>;
  remove(): void;
}

export interface Ended {
  /** null when it was killed. */
  status: number | null;
  late: boolean;
  output: string;
}

/** Takes away what a test that was killed has left mounted. */
function unmountUnder(folder: string): void {
  for (const line of readFileSync('/proc/mounts', 'utf8').split('\n')) {
    const [, place = ''] = line.split(' ');
    if (place.startsWith(`${folder}/`)) spawnSync('umount', ['-l', place]);
  }
}

const NOT_COPIED = new Set(['node_modules', '.git']);

export function makeScratch(tree: string): Scratch {
  const folder = mkdtempSync(join(tmpdir(), 'cyt-mutation-'));
  const [root, tmp] = [join(folder, 'clone'), join(folder, 'tmp')];
  cpSync(tree, root, { recursive: true, filter: (path) => !NOT_COPIED.has(basename(path)) });
  symlinkSync(realpathSync(join(tree, 'node_modules')), join(root, 'node_modules'));
  mkdirSync(tmp);
  // A vitest inside a vitest would take itself for a worker of the outer one.
  const own = Object.entries(process.env).filter(([name]) => !/^(VITEST|TEST$|NODE_ENV$)/.test(name));
  const env = { ...Object.fromEntries(own), TMPDIR: tmp };
  const running = new Set<ChildProcess>();
  const kill = ({ pid }: ChildProcess) => {
    try {
      if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error; // it has ended
    }
  };

  function run(words: string[], ms: number): Promise<Ended> {
    return new Promise((done) => {
      const child = spawn(process.execPath, words, { cwd: root, env, detached: true });
      running.add(child);
      let output = '';
      let late = false;
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (bytes) => {
          output = (output + bytes).slice(-100_000);
        });
      const limit = setTimeout(() => {
        late = true;
        kill(child);
      }, ms);
      child.on('close', (status) => {
        clearTimeout(limit);
        running.delete(child);
        done({ status, late, output });
      });
    });
  }

  return {
    root,
    run,
    remove() {
      for (const child of running) kill(child);
      unmountUnder(folder);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
