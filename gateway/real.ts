import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, statfsSync } from 'node:fs';
import { createServer } from 'node:net';
import { uptime } from 'node:os';
import type { Clock } from '../drivers/contract.ts';
import type { Random } from '../sync/ports.ts';
import type { Machine } from './clinic/machine-clock.ts';

/**
 * The world outside, for what composes a process (gateway/clinic.ts, gateway/township.ts, gateway/cli):
 * clock, timers and chance are reached here and nowhere else.
 */

export const realClock: Clock = {
  now: () => Date.now(),
  setTimeout: (fn, ms) => setTimeout(fn, ms),
  clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
};

/** Its time goes on evenly, whatever happens to the system's clock. */
export const monotonicClock: Clock = { ...realClock, now: () => performance.now() };

/** Since the machine was started, sleep included. */
const realUptime = (): number => uptime() * 1000;

/** Names this start of the machine; where the system has no name for it, this start of the process. */
function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return newId();
  }
}

const TIMEDATECTL_MS_MAX = 2_000;

/** What systemd says of the time server: `NTPSynchronized=yes`; '' where nobody can be asked. */
const timeServerState = (): Promise<string> =>
  new Promise((done) => {
    const words = ['show', '-p', 'NTPSynchronized'];
    execFile('timedatectl', words, { timeout: TIMEDATECTL_MS_MAX }, (error, out) => done(error ? '' : out));
  });

/** What this machine says of its clock. */
export const realMachine: Machine = { uptime: realUptime, boot: bootId, timeServerState };

export const realRandom: Random = (bytes) => randomBytes(bytes);

/** Room on the file system that holds `path`, in bytes. */
export function roomAt(path: string): { free: number; total: number } {
  const { bavail, blocks, bsize } = statfsSync(path);
  return { free: bavail * bsize, total: blocks * bsize };
}

export const newId = (): string => randomBytes(16).toString('hex');

/** A loopback port that was free a moment ago; `wanted` when it is. */
export function freePort(wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', () => (wanted === 0 ? reject(new Error('no free port')) : resolve(freePort(0))));
    probe.listen(wanted, '127.0.0.1', () => {
      const address = probe.address();
      const port = address && typeof address === 'object' ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
