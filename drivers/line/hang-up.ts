/**
 * Makes serialport notice a pulled cable. A line that has hung up reads as 0 bytes, and serialport (13.0)
 * then reads again at once, for ever: a whole processor is spent and no 'close' comes until somebody
 * writes. Here 0 bytes end the port. On systems other than Linux the port is left as it is.
 */
import { read } from 'node:fs';
import { promisify } from 'node:util';
import type { SerialPort } from 'serialport';

const readBytes = promisify(read);

/** The part of serialport's Linux port that is used here; its types make it public. */
interface LinuxPort {
  readonly fd: number | null;
  readonly isOpen: boolean;
  readonly poller: { once(event: 'readable', callback: (error: Error | null) => void): unknown };
  read(buffer: Buffer, offset: number, length: number): Promise<{ buffer: Buffer; bytesRead: number }>;
}

/** Call it right after opening, before the first byte is read. */
export function closeOnHangUp(port: SerialPort): void {
  const line = port.port;
  if (!line || !('poller' in line)) return;
  const linux: LinuxPort = line;
  linux.read = async (buffer, offset, length) => {
    for (;;) {
      if (!linux.isOpen || linux.fd === null) throw closedHere();
      const bytesRead = await readNow(linux.fd, buffer, offset, length);
      if (bytesRead === 0) throw new Error('the line hung up');
      if (bytesRead !== null) return { buffer, bytesRead };
      if (!linux.isOpen) throw closedHere();
      await readable(linux);
    }
  };
}

/** Null: nothing there yet. */
async function readNow(fd: number, buffer: Buffer, offset: number, length: number): Promise<number | null> {
  try {
    return (await readBytes(fd, buffer, offset, length, null)).bytesRead;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'EAGAIN' || code === 'EINTR') return null;
    throw error;
  }
}

function readable(line: LinuxPort): Promise<void> {
  return new Promise((resolve, reject) => {
    line.poller.once('readable', (error) => (error ? reject(error) : resolve()));
  });
}

/** The mark by which serialport tells a port that was closed on purpose from one that was lost. */
function closedHere(): Error {
  return Object.assign(new Error('port is closed'), { canceled: true });
}
