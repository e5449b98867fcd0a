/**
 * The list of drivers. A new device kind is its own folder and one line in DRIVERS; nothing else in the
 * house changes. Whoever composes the gateway calls `createDevice` with a setting from a file.
 */
import type { AnyDevice, IdentifyDevice, Outside, PrintDevice, Transport } from './contract.ts';
import { createEscposPrinter, escposLine } from './escpos/index.ts';
import type { LineSettings } from './line/open-line.ts';
import { createSdtReader, sdtLine } from './sdt/index.ts';

/** Where the devices' lines and time come from; `transport/real.ts` has the real lines. */
export interface Surroundings extends Outside {
  serial(path: string, line: LineSettings): Transport;
  tcp(host: string, port: number, line: LineSettings): Transport;
}

export type DriverName = keyof typeof DRIVERS;

/** One device as a settings file names it: `id` in status and log, `driver` in the list below, and where. */
export type DeviceSettings = { readonly id: string; readonly driver: DriverName } & (SerialPlace | TcpPlace);

export interface SerialPlace {
  /** Best a name that follows the device, not the port: /dev/serial/by-id/… or a udev link. */
  readonly path: string;
}
export interface TcpPlace {
  readonly host: string;
  readonly port: number;
}

type Make<R> = (id: string, transport: Transport, outside: Outside) => R;
interface Driver<R> {
  readonly make: Make<R>;
  readonly line: LineSettings;
}

export const DRIVERS = {
  sdt: { make: createSdtReader, line: sdtLine } satisfies Driver<IdentifyDevice>,
  escpos: { make: createEscposPrinter, line: escposLine } satisfies Driver<PrintDevice>,
};

export function createDevice(settings: DeviceSettings, around: Surroundings): AnyDevice {
  const driver: Driver<AnyDevice> = DRIVERS[settings.driver];
  const transport =
    'path' in settings
      ? around.serial(settings.path, driver.line)
      : around.tcp(settings.host, settings.port, driver.line);
  return driver.make(settings.id, transport, around);
}
