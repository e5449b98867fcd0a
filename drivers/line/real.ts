/** The real lines, for whoever composes a process: `createDevice(settings, realLines(clock, log))`. */
import type { Clock, DeviceLog } from '../contract.ts';
import { bounded } from './bounded.ts';
import type { LineFactory } from './open-line.ts';
import { serialTransport } from './serial.ts';
import { tcpTransport } from './tcp.ts';

export function realLines(clock: Clock, log: DeviceLog): LineFactory {
  return {
    clock,
    log,
    serial: (path, line) => bounded(serialTransport(path, line.baudRate), line, clock),
    tcp: (host, port, line) => bounded(tcpTransport(host, port), line, clock),
  };
}
