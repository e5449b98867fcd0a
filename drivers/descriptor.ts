/** A driver as data: what the registry, the settings and the page need to know of it. */
import type { CounterDocs } from './base/counters.ts';
import type { DeviceSetup } from './base/line-device.ts';
import type { AnyDevice } from './contract.ts';
import type { LineSettings } from './line/open-line.ts';
import type { PlaceKind } from './settings.ts';

export interface Driver<Device extends AnyDevice = AnyDevice> {
  /** As settings name it; also `driver` of its devices. */
  readonly name: string;
  readonly role: Device['role'];
  /** What the doctor calls such a device; the settings may give one device another title. */
  readonly title: string;
  /** Where its devices can stand; any other place is refused. */
  readonly places: readonly PlaceKind[];
  readonly line: LineSettings;
  /** Its own counters; those of the base (LINE_COUNTERS) come with every device. */
  readonly counters: CounterDocs;
  create(setup: DeviceSetup): Device;
}
