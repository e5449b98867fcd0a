import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

const PROGRAM = ['/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto'];

const programHere = () =>
  PROGRAM.find((path) => {
    try {
      execFileSync(path, ['-h'], { stdio: 'ignore' });
      return true;
    } catch (error) {
      return (error as { status?: number }).status != null; // it ran
    }
  });

export const mosquittoHere = () => programHere() !== undefined;

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  await new Promise<void>((done) => server.close(() => done()));
  return port;
}

async function answers(port: number): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    const socket = connect(port, '127.0.0.1');
    const open = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (open) return;
    await new Promise((done) => setTimeout(done, 10));
  }
  throw new Error('mosquitto does not answer');
}

/** Debian's Mosquitto as a child process on a configuration file; `port` is one it will listen on. */
export async function runMosquitto(conf: string, port: number) {
  const program = programHere();
  if (!program) throw new Error('mosquitto is not installed: apt-get install mosquitto');
  let child: ChildProcess;
  let log = '';
  const start = async () => {
    child = spawn(program, ['-c', conf], { stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr?.on('data', (bytes) => {
      log += bytes;
    });
    await answers(port);
  };
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  await start();
  return {
    running: () => child.exitCode === null && child.signalCode === null,
    start,
    kill,
    log: () => log,
    /** Has it read its lists again, and waits until it has. */
    async reload(): Promise<void> {
      const times = () => log.split('Reloading config').length;
      const before = times();
      child.kill('SIGHUP');
      while (times() === before) await new Promise((done) => setTimeout(done, 5));
    },
    async restart() {
      await kill();
      await start();
    },
  };
}

/** A configuration that reads another one as Debian's does, and runs as root where root runs it. */
export function wrapMosquitto(folder: string, conf: string): string {
  const wrapper = join(folder, `${basename(dirname(conf))}-as-debian.conf`);
  const user = process.getuid?.() === 0 ? 'user root\n' : '';
  writeFileSync(wrapper, `${user}include_dir ${dirname(conf)}\n`);
  return wrapper;
}

/** Mosquitto with a configuration of the test's, and a folder of its own. */
export async function startMosquitto(settings: string) {
  const folder = mkdtempSync(join(tmpdir(), 'cyt-mosquitto-'));
  const port = await freePort();
  const user = process.getuid?.() === 0 ? 'user root\n' : '';
  const conf = join(folder, 'mosquitto.conf');
  writeFileSync(conf, `${user}listener ${port} 127.0.0.1\n${settings.replaceAll('FOLDER', folder)}`);
  const running = await runMosquitto(conf, port);
  return {
    ...running,
    folder,
    port: () => port,
    async close() {
      await running.kill();
      rmSync(folder, { recursive: true });
    },
  };
}

export type Mosquitto = Awaited<ReturnType<typeof startMosquitto>>;
