import type { Outside, PrintDevice, Transport } from '../contract.ts';
import type { LineSettings } from '../line/open-line.ts';
import { EscposPrinter } from './driver.ts';
import { ESCPOS_80MM } from './profile.ts';

export const escposLine: LineSettings = ESCPOS_80MM;

export function createEscposPrinter(id: string, transport: Transport, outside: Outside): PrintDevice {
  return new EscposPrinter(id, transport, outside, ESCPOS_80MM);
}

export { EscposPrinter } from './driver.ts';
export { decodeJob, type PrintedJob } from './job.ts';
export { ESCPOS_80MM, type EscposProfile } from './profile.ts';
