import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

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

/** Debian's Mosquitto as a child process, with a configuration of the test's; `FOLDER` in it stands for its own folder, `PORT` for its port. */
export async function startMosquitto(settings: string, files: Record<string, string> = {}) {
  const program = programHere();
  if (!program) throw new Error('mosquitto is not installed: apt-get install mosquitto');
  const folder = mkdtempSync(join(tmpdir(), 'cyt-mosquitto-'));
  const port = await freePort();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { mode: 0o600 });
  const user = process.getuid?.() === 0 ? 'user root\n' : '';
  const listener = settings.includes('PORT') ? '' : `listener ${port} 127.0.0.1\n`;
  const conf = `${user}${listener}${settings}`.replaceAll('FOLDER', folder).replaceAll('PORT', String(port));
  writeFileSync(join(folder, 'mosquitto.conf'), conf);
  let child: ChildProcess;
  const start = async () => {
    child = spawn(program, ['-c', join(folder, 'mosquitto.conf')], { stdio: 'ignore' });
    await answers(port);
  };
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  await start();
  return {
    folder,
    port: () => port,
    /** Writes a file of its folder and has it read again. */
    reload(name: string, text: string): void {
      writeFileSync(join(folder, name), text, { mode: 0o600 });
      child.kill('SIGHUP');
    },
    start,
    kill,
    async restart() {
      await kill();
      await start();
    },
    async close() {
      await kill();
      rmSync(folder, { recursive: true });
    },
  };
}

export type Mosquitto = Awaited<ReturnType<typeof startMosquitto>>;
