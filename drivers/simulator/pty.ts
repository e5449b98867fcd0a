/**
 * The device's end of a real pseudo-terminal, for simulators: the gateway opens the other end as it
 * opens a serial port. A stable link stands for the cable's name: made on plugging in, gone on pulling.
 *
 * node-pty holds the terminal open with a child that never reads (`sleep`), because its own `open()`
 * reads from the very end the gateway reads from. Its `write` is not used either: on a full terminal it
 * spins on the processor until somebody reads, and the somebody may be this process.
 */
import { writeSync } from 'node:fs';
import { mkdir, rename, rm, symlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type IPty, spawn } from '@lydell/node-pty';
import { Listeners } from '../base/listeners.ts';
import type { Channel } from '../contract.ts';

/** What node-pty has and its types leave out. */
interface Terminal extends IPty {
  readonly fd: number;
  readonly ptsName: string;
  destroy(): void;
}

interface PtyEnd {
  /** Path of the end the gateway opens, e.g. /dev/pts/7. */
  readonly path: string;
  readonly channel: Channel;
}

export function openPty(): PtyEnd {
  const terminal = spawn('sleep', ['infinity'], { encoding: null }) as Terminal;
  let open = true;
  const listeners = new Listeners<string>();
  const gone = new Promise<void>((resolve) => terminal.onExit(() => resolve()));
  const close = (why: string): Promise<void> => {
    if (open) {
      open = false;
      // Ends the terminal for whoever has it open: their reads fail, as with a pulled cable.
      terminal.destroy();
      terminal.kill('SIGKILL');
      listeners.emit(why);
    }
    return gone;
  };
  terminal.onExit(() => void close('its holder ended'));
  const channel: Channel = {
    write: async (bytes) => {
      if (!open) throw new Error('cable is out');
      writeOrLose(terminal.fd, bytes);
    },
    // With encoding null node-pty gives bytes, though its types say string; this takes both.
    onData: (listener) => terminal.onData((data) => listener(Buffer.from(data))),
    onClose: (listener) => void listeners.add(listener),
    close: () => close('cable pulled'),
  };
  return { path: terminal.ptsName, channel };
}

/** What does not fit because nobody reads is lost, as on a wire. */
function writeOrLose(fd: number, bytes: Uint8Array): void {
  try {
    writeSync(fd, bytes);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
  }
}

/** A cable with a name: `<dir>/idcard` leads to whichever terminal it is plugged into now. */
export class PtyPlug {
  readonly link: string;
  #end: PtyEnd | null = null;

  constructor(link: string) {
    this.link = link;
  }

  get path(): string | null {
    return this.#end?.path ?? null;
  }

  async plugIn(): Promise<Channel> {
    if (this.#end) return this.#end.channel;
    const end = openPty();
    this.#end = end;
    await mkdir(dirname(this.link), { recursive: true });
    // Made aside and renamed, so that a link left over by a killed process is no obstacle.
    await rm(`${this.link}.new`, { force: true });
    await symlink(end.path, `${this.link}.new`);
    await rename(`${this.link}.new`, this.link);
    return end.channel;
  }

  async pull(): Promise<void> {
    const end = this.#end;
    if (!end) return;
    this.#end = null;
    await rm(this.link, { force: true });
    await end.channel.close();
  }
}
