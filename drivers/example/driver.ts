/** Serial code scanners that send each code as one line of text and are never asked anything. */
import type { FrameDecoder } from '../base/frame-reader.ts';
import type { DeviceSetup } from '../base/line-device.ts';
import { type ScanFrame, ScanLineDevice } from '../base/scan-line-device.ts';
import type { ScanDevice } from '../contract.ts';
import type { Driver } from '../descriptor.ts';
import { CodeDecoder } from './codec.ts';
import { SCANNER_COUNTERS, type ScannerCounter } from './counters.ts';
import { SCANNER_STANDARD, type ScannerProfile } from './profile.ts';

export class CodeScanner extends ScanLineDevice<ScannerCounter> {
  readonly driver = 'scanner'; // the descriptor's name
  readonly #profile: ScannerProfile;

  constructor(setup: DeviceSetup, profile: ScannerProfile) {
    super(setup, profile, SCANNER_COUNTERS);
    this.#profile = profile;
  }

  protected decoder(): FrameDecoder<ScanFrame<ScannerCounter>> {
    return new CodeDecoder(this.#profile);
  }
}

export const scanner: Driver<ScanDevice> = {
  name: 'scanner',
  role: 'scan',
  title: '扫码枪', // what the doctor calls it: the light of the page
  places: ['serial'],
  line: SCANNER_STANDARD,
  counters: SCANNER_COUNTERS,
  create: (setup) => new CodeScanner(setup, SCANNER_STANDARD),
};
