import type { Clock, IdentifyDevice, Transport } from '../contract.ts';
import type { LineSettings } from '../transport/open-line.ts';

export const sdtLine: LineSettings = { baudRate: 115_200, openMsMax: 3_000, writeMsMax: 2_000 };
export function createSdtReader(_id: string, _transport: Transport, _clock: Clock): IdentifyDevice {
  throw new Error('being built');
}
