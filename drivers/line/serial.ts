/** A serial port, 8N1, no flow control. Time limits are put round it by bounded.ts. */
import { realpath } from 'node:fs/promises';
import { SerialPort } from 'serialport';
import type { Channel, Transport } from '../contract.ts';
import { DriverProblem } from '../errors.ts';
import { closeOnHangUp } from './hang-up.ts';

export function serialTransport(path: string, baudRate: number): Transport {
  return { name: path, open: () => openPort(path, baudRate) };
}

async function openPort(path: string, baudRate: number): Promise<Channel> {
  // A name such as /dev/serial/by-id/… is a link that points elsewhere after a replug: look every time.
  const device = await realpath(path).catch((cause: unknown) => {
    throw new DriverProblem('DEVICE_ABSENT', `${path} does not exist`, { cause });
  });
  const port = new SerialPort({
    path: device,
    baudRate,
    dataBits: 8,
    stopBits: 1,
    parity: 'none',
    autoOpen: false,
    // Two processes on one reader steal each other's bytes: the second is refused.
    lock: true,
  });
  // Without a listener an error of the port would end the process. What it means we learn from 'close'
  // and from the failed write.
  port.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => {
    port.open((error) => (error ? reject(openProblem(path, error)) : resolve()));
  });
  closeOnHangUp(port);
  return channelOf(port);
}

function openProblem(path: string, error: Error): DriverProblem {
  // serialport gives no error codes here, only the system's sentence.
  const taken = /lock|denied|busy|not permitted/i.test(error.message);
  const code = taken ? 'DEVICE_IN_USE' : 'DEVICE_ABSENT';
  return new DriverProblem(code, `${path}: ${error.message}`, { cause: error });
}

function channelOf(port: SerialPort): Channel {
  return {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        // serialport would keep the bytes for an opening that never comes.
        if (!port.isOpen) return reject(new DriverProblem('DEVICE_LOST', 'port is closed'));
        port.write(Buffer.from(bytes), (error) => {
          if (!error) return resolve();
          reject(new DriverProblem('DEVICE_LOST', error.message, { cause: error }));
          // After a failed write the port may look open for ever: end it, so that it is opened again.
          if (port.isOpen) port.close(() => undefined);
        });
      }),
    onData: (listener) => port.on('data', (bytes: Buffer) => listener(bytes)),
    onClose: (listener) =>
      port.once('close', (error?: Error | null) => listener(error ? error.message : 'port closed')),
    close: () =>
      new Promise((resolve) => {
        if (port.isOpen) port.close(() => resolve());
        else resolve();
      }),
  };
}
