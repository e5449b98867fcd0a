import type { AnyDevice, Credential, Printer, Scan, Unsubscribe } from '../../drivers/contract.ts';
import type { DriverErrorCode } from '../../drivers/errors.ts';
import type { LineFactory } from '../../drivers/line/open-line.ts';
import { checkDevice, createDevice } from '../../drivers/registry.ts';
import type { DeviceSettings } from '../../drivers/settings.ts';

/** Every device of the clinic as one: their events by role, whichever device they come from. */
export interface DeviceSet {
  /** In the order of the settings. */
  readonly all: readonly AnyDevice[];
  /** Prints the slips; always absent when the settings name no device of role `print`. */
  readonly printer: Printer;
  onCredential(listener: (credential: Credential) => void): Unsubscribe;
  onScan(listener: (scan: Scan, device: AnyDevice) => void): Unsubscribe;
  /** A card or a scan was refused. */
  onProblem(listener: (code: DriverErrorCode) => void): Unsubscribe;
  onStatus(listener: (device: AnyDevice) => void): Unsubscribe;
  start(): void;
  stop(): Promise<void>;
}

/** Opens nothing before `start`. Throws what `checkDevice` does. */
export function createDeviceSet(settings: readonly DeviceSettings[], lines: LineFactory): DeviceSet {
  for (const [index, one] of settings.entries()) checkDevice(one, settings.slice(0, index));
  return deviceSet(settings.map((one) => createDevice(one, lines)));
}

/** Of devices that exist already; slips go to the first of role `print`. */
export function deviceSet(all: readonly AnyDevice[]): DeviceSet {
  const identifiers = all.filter((device) => device.role === 'identify');
  const scanners = all.filter((device) => device.role === 'scan');
  const printer = all.find((device) => device.role === 'print');
  return {
    all,
    printer: printer ?? NO_PRINTER,
    onCredential: (listener) => together(identifiers.map((device) => device.onCredential(listener))),
    onScan: (listener) => together(scanners.map((device) => device.onScan((scan) => listener(scan, device)))),
    onProblem: (listener) =>
      together([...identifiers, ...scanners].map((device) => device.onProblem(listener))),
    onStatus: (listener) => together(all.map((device) => device.onStatus(() => listener(device)))),
    start() {
      for (const device of all) device.start();
    },
    async stop() {
      await Promise.all(all.map((device) => device.stop()));
    },
  };
}

/** Slips wait for it as for a printer that is not plugged in. */
const NO_PRINTER: Printer = {
  status: () => ({
    state: 'absent',
    code: 'DEVICE_ABSENT',
    since: 0,
    counters: { opens: 0, lost: 0, faults: 0 },
    identity: {},
  }),
  print: async () => ({ result: 'not-printed', code: 'DEVICE_ABSENT' }),
};

function together(all: readonly Unsubscribe[]): Unsubscribe {
  return () => {
    for (const unsubscribe of all) unsubscribe();
  };
}
