/** The real lines, for whoever composes the gateway: `createDevice(settings, realSurroundings(clock, log))`. */
import type { Clock, DeviceLog } from '../contract.ts';
import { bounded } from './bounded.ts';
import type { Surroundings } from './open-line.ts';
import { serialTransport } from './serial.ts';
import { tcpTransport } from './tcp.ts';

export function realSurroundings(clock: Clock, log: DeviceLog): Surroundings {
  return {
    clock,
    log,
    serial: (path, line) => bounded(serialTransport(path, line.baudRate), line, clock),
    tcp: (host, port, line) => bounded(tcpTransport(host, port), line, clock),
  };
}
