/**
 * The registry of drivers: a new driver is its own folder and one line in DRIVERS. Whoever composes the
 * gateway calls `createDevice` with an entry of the settings.
 */
import type { AnyDevice, Transport } from './contract.ts';
import type { Driver } from './descriptor.ts';
import { DriverProblem } from './errors.ts';
import { escpos } from './escpos/driver.ts';
import type { LineFactory } from './line/open-line.ts';
import { sdt } from './sdt/driver.ts';
import type { DeviceSettings } from './settings.ts';

export const DRIVERS: readonly Driver[] = [sdt, escpos];

/** The driver that settings name. Throws DEVICE_DRIVER_UNKNOWN. */
function driverOf({ id, driver }: DeviceSettings): Driver {
  const found = DRIVERS.find(({ name }) => name === driver);
  if (found) return found;
  const known = DRIVERS.map(({ name }) => name).join(', ');
  throw new DriverProblem('DEVICE_DRIVER_UNKNOWN', `device ${id}: no driver ${driver}; there are ${known}`);
}

/**
 * `others`: the entries before it in the list. Throws DEVICE_DRIVER_UNKNOWN, DEVICE_PLACE_UNSUPPORTED, or
 * DEVICE_SETTINGS_INVALID for a second printer; opens nothing.
 */
export function checkDevice(settings: DeviceSettings, others: readonly DeviceSettings[]): void {
  const driver = driverOf(settings);
  if (!driver.places.includes(settings.place.kind)) throw unsupported(settings, driver);
  const first = driver.role === 'print' ? others.find(isPrinter) : undefined;
  if (!first) return;
  const fault = `device ${settings.id}: slips are printed by ${first.id} already`;
  throw new DriverProblem('DEVICE_SETTINGS_INVALID', fault);
}

const isPrinter = ({ driver }: DeviceSettings): boolean =>
  DRIVERS.some(({ name, role }) => name === driver && role === 'print');

function unsupported({ id, place }: DeviceSettings, { name, places }: Driver): DriverProblem {
  const fault = `device ${id}: driver ${name} stands at ${places.join(' or ')}, not at ${place.kind}`;
  return new DriverProblem('DEVICE_PLACE_UNSUPPORTED', fault);
}

/** Opens nothing before it is started. Throws DEVICE_DRIVER_UNKNOWN or DEVICE_PLACE_UNSUPPORTED. */
export function createDevice(settings: DeviceSettings, lines: LineFactory): AnyDevice {
  const driver = driverOf(settings);
  return driver.create({
    id: settings.id,
    title: settings.title ?? driver.title,
    transport: transportAt(settings, driver, lines),
    context: lines,
  });
}

function transportAt(settings: DeviceSettings, driver: Driver, lines: LineFactory): Transport {
  const { place } = settings;
  if (driver.places.includes(place.kind)) {
    if (place.kind === 'serial') return lines.serial(place.path, driver.line);
    if (place.kind === 'tcp') return lines.tcp(place.host, place.port, driver.line);
  }
  throw unsupported(settings, driver);
}
