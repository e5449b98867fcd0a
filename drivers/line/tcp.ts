/** A TCP line, as network printers have on port 9100. Time limits are put round it by bounded.ts. */
import { connect, type Socket } from 'node:net';
import type { Channel, Transport } from '../contract.ts';
import { DriverProblem } from '../errors.ts';

export function tcpTransport(host: string, port: number): Transport {
  const name = `${host}:${port}`;
  return {
    name,
    open: () =>
      new Promise((resolve, reject) => {
        const socket = connect({ host, port, noDelay: true, keepAlive: true });
        // Once connected, an error is followed by 'close', which is where we learn of it.
        socket.on('error', (error) =>
          reject(new DriverProblem('DEVICE_ABSENT', `${name}: ${error.message}`, { cause: error })),
        );
        socket.once('close', () => reject(new DriverProblem('DEVICE_ABSENT', `${name}: closed`)));
        socket.once('connect', () => resolve(tcpChannel(socket)));
      }),
  };
}

/** Also the simulator's end of an accepted connection. */
export function tcpChannel(socket: Socket): Channel {
  let why = 'connection closed';
  socket.on('error', (error) => {
    why = error.message;
  });
  return {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        socket.write(bytes, (error) =>
          error ? reject(new DriverProblem('DEVICE_LOST', error.message, { cause: error })) : resolve(),
        );
      }),
    onData: (listener) => socket.on('data', listener),
    onClose: (listener) => socket.once('close', () => listener(why)),
    close: () =>
      new Promise((resolve) => {
        if (socket.closed) return resolve();
        socket.once('close', () => resolve());
        socket.destroy();
      }),
  };
}
