import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DemoLink, startDemoLink } from '../../gateway/demo/link.ts';
import { type Mosquitto, startMosquitto } from '../../sync/testing/mosquitto.ts';
import type { Started } from '../clinic.ts';
import { type Pieces, startPieces } from '../processes/pieces.ts';
import { smallDisk } from '../processes/small-disk.ts';

/** Where Debian puts it on the machines we test on. */
const FAKETIME = ['x86_64', 'aarch64']
  .map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketimeMT.so.1`)
  .find((path) => existsSync(path));

const DISK_MEGABYTES = 400;
/** Less than the gateway wants to keep free. */
const FULL_BYTES = 4_000_000;

/** A clinic and its township as processes, with a hand on everything that can go wrong around them. */
export interface Rig {
  pieces: Pieces;
  link: DemoLink;
  broker: Mosquitto;
  /** Moves the gateway's wall clock, in libfaketime's words: `+0`, `+40d`, `-2d`. */
  setClock(offset: string): void;
  fillDisk(): void;
  freeDisk(): void;
  killGateway(): Promise<void>;
  killTownship(): Promise<void>;
  /** Keeps a copy of the township's folder as it is now. */
  copyTownship(): Promise<void>;
  /** Puts that copy back, as a restored backup. */
  restoreTownship(): Promise<void>;
  /** Resident set of the gateway, in bytes, and how often it has been started. */
  memory(): { life: number; rss_bytes: number };
  logs(): string;
  stop(): Promise<void>;
}

export async function startRig(): Promise<Rig> {
  if (!FAKETIME) throw new Error('the soak moves the clock: apt-get install libfaketime');
  const root = mkdtempSync(join(tmpdir(), 'cyt-soak-'));
  const disk = smallDisk(DISK_MEGABYTES);
  const clockFile = join(root, 'clock');
  const setClock = (offset: string) => writeFileSync(clockFile, `${offset}\n`);
  setClock('+0');
  const broker = await startMosquitto('allow_anonymous true\npersistence false\n');
  const link = await startDemoLink(0, { host: '127.0.0.1', port: broker.port() });
  const url = `mqtt://127.0.0.1:${link.port}`;
  const gatewayEnv = {
    LD_PRELOAD: FAKETIME,
    FAKETIME_TIMESTAMP_FILE: clockFile,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
  const pieces = await startPieces(async () => ({ broker: url, enrol: url, reload: async () => {} }), {
    clinic: join(disk.folder, 'clinic'),
    gatewayEnv,
  });
  const copy = join(root, 'township-copy');
  let past = '';
  let lives = 1;
  let gateway = await pieces.startGateway();
  let township = pieces.office;

  async function restartTownship(signal: NodeJS.Signals, between: () => void): Promise<void> {
    await township.stop(signal);
    past += township.log();
    between();
    township = await pieces.startOffice();
  }

  return {
    ...{ pieces, link, broker, setClock },
    fillDisk: () => disk.leave(FULL_BYTES),
    freeDisk: () => disk.clear(),
    async killGateway() {
      await gateway.stop('SIGKILL');
      past += gateway.log();
      gateway = await pieces.startGateway();
      lives += 1;
    },
    killTownship: () => restartTownship('SIGKILL', () => {}),
    copyTownship: () =>
      restartTownship('SIGTERM', () => {
        rmSync(copy, { recursive: true, force: true });
        cpSync(pieces.township, copy, { recursive: true });
      }),
    restoreTownship: () =>
      restartTownship('SIGTERM', () => {
        rmSync(pieces.township, { recursive: true });
        cpSync(copy, pieces.township, { recursive: true });
      }),
    memory: () => ({ life: lives, rss_bytes: residentBytes(gateway) }),
    logs: () => past + gateway.log() + township.log(),
    async stop() {
      await gateway.stop();
      await township.stop();
      await pieces.stop();
      link.close();
      await broker.close();
      disk.remove();
      rmSync(root, { recursive: true });
    },
  };
}

function residentBytes({ child }: Started): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}
