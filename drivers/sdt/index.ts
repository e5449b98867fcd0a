import type { IdentifyDevice, Outside, Transport } from '../contract.ts';
import type { LineSettings } from '../line/open-line.ts';
import { SdtReader } from './driver.ts';
import { SDT_STANDARD } from './profile.ts';

export const sdtLine: LineSettings = SDT_STANDARD;

export function createSdtReader(id: string, transport: Transport, outside: Outside): IdentifyDevice {
  return new SdtReader(id, transport, outside, SDT_STANDARD);
}

export { SdtReader } from './driver.ts';
export { SDT_STANDARD, type SdtProfile } from './profile.ts';
