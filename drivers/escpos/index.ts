import type { Clock, PrintDevice, Transport } from '../contract.ts';
import type { LineSettings } from '../transport/open-line.ts';

export const escposLine: LineSettings = { baudRate: 115_200, openMsMax: 3_000, writeMsMax: 10_000 };
export function createEscposPrinter(_id: string, _transport: Transport, _clock: Clock): PrintDevice {
  throw new Error('being built');
}
