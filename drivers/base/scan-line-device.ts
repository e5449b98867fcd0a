/** The base of scanners on a line that only speak: a driver adds decoder, profile and counters. */
import type { Channel, Scan, ScanDevice, Unsubscribe } from '../contract.ts';
import type { DriverErrorCode } from '../errors.ts';
import type { CounterDocs } from './counters.ts';
import { type FrameDecoder, FrameReader, type SilenceSettings } from './frame-reader.ts';
import { type DeviceSetup, LineDevice } from './line-device.ts';
import type { ReopenSettings } from './supervisor.ts';
import type { Waiter } from './waiter.ts';

/** Counted by this base; a driver puts them before its own. */
export const SCAN_COUNTERS = {
  scans: 'A code came whole and was emitted.',
  cut: 'A code came without its beginning or without its end and was refused.',
  dropped: 'A code came faster than codes are taken and was dropped.',
} as const;
type ScanCounter = keyof typeof SCAN_COUNTERS;

export interface ScanLineProfile extends ReopenSettings, SilenceSettings {}

/** A code, or the counter of why there is none. */
export type ScanFrame<Counter extends string> = Scan | { readonly refused: Counter };

export abstract class ScanLineDevice<Counter extends string>
  extends LineDevice<Counter | ScanCounter>
  implements ScanDevice
{
  readonly role = 'scan';
  abstract readonly driver: string;
  readonly #silenceMsMax: number;
  readonly #scans = this.listeners<Scan>();
  readonly #problems = this.listeners<DriverErrorCode>();

  constructor(setup: DeviceSetup, profile: ScanLineProfile, docs: CounterDocs<Counter | ScanCounter>) {
    super(setup, profile, docs);
    this.#silenceMsMax = profile.silenceMsMax;
  }

  onScan(listener: (scan: Scan) => void): Unsubscribe {
    return this.#scans.add(listener);
  }
  onProblem(listener: (code: DriverErrorCode) => void): Unsubscribe {
    return this.#problems.add(listener);
  }

  /** A new one for each line: nothing of one line may stand before what comes over the next. */
  protected abstract decoder(): FrameDecoder<ScanFrame<Counter>>;

  protected async session(channel: Channel, waiter: Waiter): Promise<void> {
    const reader = new FrameReader({
      channel,
      waiter,
      decoder: this.decoder(),
      silenceMsMax: this.#silenceMsMax,
      onDropped: (codes) => this.count('dropped', codes),
    });
    this.set('ready', null);
    for (;;) this.#take((await reader.next()) ?? { refused: 'cut' });
  }

  #take(frame: ScanFrame<Counter | ScanCounter>): void {
    if ('refused' in frame) {
      this.count(frame.refused);
      this.#problems.emit('SCAN_UNREADABLE');
    } else {
      this.count('scans');
      this.#scans.emit(frame);
    }
  }
}
