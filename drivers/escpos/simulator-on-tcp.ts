/** A simulated printer on a TCP port, as network printers have; used by `npm start` and tests. */
import { createServer, type Server, type Socket } from 'node:net';
import { tcpChannel } from '../line/tcp.ts';
import { EscposSimulator, type PrinterSettings } from './simulator.ts';

export class EscposOnTcp {
  readonly printer: EscposSimulator;
  readonly host: string;
  #port: number;
  #server: Server | null = null;
  readonly #sockets = new Set<Socket>();

  /** Port 0: the system chooses one at the first `powerOn`, and it stays. */
  constructor(settings: PrinterSettings, host = '127.0.0.1', port = 0) {
    this.printer = new EscposSimulator(settings);
    this.host = host;
    this.#port = port;
  }

  get port(): number {
    return this.#port;
  }

  async powerOn(): Promise<void> {
    if (this.#server) return;
    const server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      this.printer.attach(tcpChannel(socket));
    });
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, this.host, resolve);
    });
    const address = server.address();
    if (address !== null && typeof address === 'object') this.#port = address.port;
    this.printer.powered = true;
  }

  /** The plug is pulled: connections end and what was in the buffer is gone. */
  async powerOff(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = null;
    this.printer.losePower();
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}
